"""What to offer instead of a word that is not in the language."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

FUNCTIONS = (
    "coalesce", "nullif", "abs", "lower", "upper", "length", "left", "right", "substr", "year", "month", "day",
    "greatest", "least", "round",
)  # fmt: skip

INSTEAD = {
    "dpipe": "case, coalesce", "ilike": "lower(…) like '…'", "regexplike": "like '…'", "currentdate": "as_at",
    "currenttimestamp": "as_at", "mod": "round", "if": "case when … then … else … end", "extract": "year, month, day",
    "trim": "=", "sum": "kind: sum", "count": "kind: count", "avg": "kind: average", "min": "least",
    "max": "greatest", "any": "in (…)", "nullsafeneq": "is null, <>", "nullsafeeq": "is null, =",
    "interval": "year, month, day", "strposition": "like '…'", "bracket": "substr", "ceil": "round", "floor": "round",
}  # fmt: skip


def nearest(word: str) -> str:
    """The allowed construct that most likely was meant; the list of functions where nothing is near."""
    known = INSTEAD.get(word.lower())
    if known:
        return known
    close = get_close_matches(word.lower(), FUNCTIONS, n=1, cutoff=0.6)
    return close[0] if close else ", ".join(FUNCTIONS)


def nearest_name(name: str, names: Iterable[str]) -> str:
    """The field whose name is most like ``name``; the first few fields where none is."""
    every = sorted(names)
    return ", ".join(get_close_matches(name, every, n=1, cutoff=0.5) or every[:6]) or "—"
