"""What tells records apart: a column that is filled and different in every row, else the smallest pair of columns."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import combinations

import polars as pl

from tinhso.intake.sketching import guessing, kinds
from tinhso.intake.sketching.columns import Texts

IDENTITY = re.compile(r"\b(ma|ma so|so hieu|so ho so|code|id|cccd|can cuoc|dinh danh|mst|ky hieu)\b")
"""Headings of what names a record, folded."""
MOST_PAIRED = 14
"""Columns of which pairs are tried."""
UNFIT = (*kinds.NUMBERS, "yes_no", "date", "partial_date")
"""Kinds that rarely name a record: tried last."""


def key(columns: Sequence[Texts], kind: Mapping[str, str]) -> tuple[str, ...]:
    """The letters of the columns that tell records apart; none where no column and no pair does."""
    full = [each for each in columns if each.rows.len() and not each.rows.null_count()]
    ranked = sorted(full, key=lambda each: _rank(each, kind[each.letter]))
    for each in ranked:
        if each.rows.n_unique() == each.rows.len() and kind[each.letter] not in UNFIT:
            return (each.letter,)
    pairs = sorted(
        combinations(ranked[:MOST_PAIRED], 2), key=lambda pair: sum(kind[one.letter] in UNFIT for one in pair)
    )
    tried: list[tuple[Texts, ...]] = [*pairs, *((each,) for each in ranked)]
    found = next((some for some in tried if unique(some)), ())
    order = [each.letter for each in columns]
    return tuple(sorted((each.letter for each in found), key=order.index))


def unique(columns: Sequence[Texts]) -> bool:
    """Whether no two rows agree in all of the columns."""
    frame = pl.DataFrame([each.rows.alias(each.letter) for each in columns])
    return bool(frame.height) and frame.n_unique() == frame.height


def _rank(column: Texts, kind: str) -> tuple[bool, bool]:
    return kind in UNFIT, not IDENTITY.search(guessing.folded(column.heading))
