"""What a sender probably meant: the entry of a list that is most like the text."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from difflib import get_close_matches
from functools import lru_cache

from tinhso.foundation.formats import vi_date
from tinhso.foundation.text import fold
from tinhso.registers.declaration import CodeList, Field

SHOWN = 6
"""Where nothing is alike, so many entries are shown as examples."""


def nearest_code(value: str, field: Field, lists: Mapping[str, CodeList]) -> Mapping[str, str]:
    """Facts for the sentence about an unknown code: ``nearest_vi`` and ``nearest_en``."""
    codes = lists.get(field.codes or "")
    if codes is None:
        shown = ", ".join(field.constraints.enum[:SHOWN])
        return {"nearest_vi": shown, "nearest_en": shown}
    titles = [(one.title.vi, one.title.en) for one in codes.codes.values()]
    vi = _nearest(fold(value), tuple(title for title, _ in titles))
    chosen = [pair for pair in titles if pair[0] in vi]
    return {"nearest_vi": ", ".join(pair[0] for pair in chosen), "nearest_en": ", ".join(pair[1] for pair in chosen)}


def held(value: str, field: Field, lists: Mapping[str, CodeList]) -> Mapping[str, str]:
    """Facts for the sentence about a code that is not in force: ``held_vi`` and ``held_en`` say when it is."""
    code_list, folded = lists.get(field.codes or ""), fold(value)
    meant = [
        one
        for code, one in (code_list.codes.items() if code_list else ())
        if folded in {fold(text) for text in (code, one.title.vi, one.title.en, *one.synonyms)}
    ]
    spans = [(one.from_, one.to) for one in meant]
    return {
        "held_vi": ", ".join(_span("từ {}", "đến hết {}", *span) for span in spans),
        "held_en": ", ".join(_span("from {}", "until {}", *span) for span in spans),
    }


def _span(since: str, until: str, first: date | None, last: date | None) -> str:
    said = [word.format(vi_date(day)) for word, day in ((since, first), (until, last)) if day is not None]
    return " ".join(said)


@lru_cache(maxsize=4096)
def _nearest(value: str, titles: tuple[str, ...]) -> tuple[str, ...]:
    folded = {fold(title): title for title in titles}
    close = get_close_matches(value, list(folded), n=1, cutoff=0.6)
    return (folded[close[0]],) if close else titles[:SHOWN]
