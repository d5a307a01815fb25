"""Names of units as people write them: with or without the type, with abbreviations, with or without marks."""

from __future__ import annotations

import re
from functools import cache

import polars as pl

from tinhso.foundation.text import fold

SPOKEN: dict[int, dict[str, tuple[str, ...]]] = {
    1: {"tỉnh": ("tỉnh", "t."), "thành phố": ("thành phố", "tp", "tp.")},
    2: {
        "thành phố": ("thành phố", "tp", "tp."),
        "thị xã": ("thị xã", "tx", "tx."),
        "huyện": ("huyện", "h."),
        "quận": ("quận", "q."),
    },
    3: {"thị trấn": ("thị trấn", "tt", "tt."), "phường": ("phường", "p."), "xã": ("xã", "x.")},
    4: {
        "thôn": ("thôn", "xóm"),
        "tổ dân phố": ("tổ", "tổ số", "tổ dân phố", "tổ dân phố số", "tdp", "tdp số"),
    },
}
"""By level and type: how the type is written before a name in files."""


@cache
def pattern(level: int) -> str:
    """The regular expression of a type word at the start of a name of this level, marks kept."""
    ways = {way for written in SPOKEN[level].values() for way in written}
    longest = sorted(ways, key=lambda way: (-len(way), way))
    words = "|".join(way for way in longest if not way.endswith("."))
    dotted = "|".join(re.escape(way) for way in longest if way.endswith(".")) or r"\b\B"
    return rf"(?i)^\s*(?:(?:{words})\s+|(?:{dotted})\s*)"


def bare(name: str, level: int) -> str:
    """The name without its type: ``Xã Xà Phìn`` -> ``Xà Phìn``. Marks tell a type from a name that begins alike."""
    return re.sub(pattern(level), "", name, count=1) or name


def bare_expr(names: pl.Expr, level: int) -> pl.Expr:
    """``bare`` for a column. A type word written without marks stays; ``PlaceIndex.names`` knows that form too."""
    return names.str.replace(pattern(level), "")


def spellings(name: str, kind: str, level: int) -> frozenset[str]:
    """Every folded way to write the unit's name: bare, in full, and after each way to write its type."""
    short = fold(bare(name, level))
    return frozenset({short, fold(name), *(way + short for way in _ways(level, kind))})


@cache
def _ways(level: int, kind: str) -> tuple[str, ...]:
    """What may stand before the bare name, folded: a dot needs no blank after it."""
    ways = [fold(way) for way in SPOKEN[level].get(kind, (kind,))]
    return tuple([f"{way} " for way in ways] + [way for way in ways if way.endswith(".")])
