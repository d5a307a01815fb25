"""What a sender probably meant: the entry of a list that is most like the text."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from functools import lru_cache

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


@lru_cache(maxsize=4096)
def _nearest(value: str, titles: tuple[str, ...]) -> tuple[str, ...]:
    folded = {fold(title): title for title in titles}
    close = get_close_matches(value, list(folded), n=1, cutoff=0.6)
    return (folded[close[0]],) if close else titles[:SHOWN]
