"""What a repair would make of each value: shown to the sender before anything is accepted.

The first rows of a repair are checked once more with all repairs made; no row of the file itself is touched.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

import polars as pl

from tinhso.intake.checking.columns import MANY, Pairs, Rows
from tinhso.intake.checking.findings import Finding, Mended, Repair

LISTED = 100
"""Rows of a repair that are shown; it says how many there are in all."""
Again = Callable[[Pairs], pl.DataFrame]
"""Typed rows of some rows of the file, all repairs made; ``sheet`` and ``row`` say which."""


def listed(rows: Rows, summary: Iterable[Repair], offered: Iterable[Finding], again: Again) -> tuple[Repair, ...]:
    """The repairs with what they make of their first values; of very large files only with examples as written."""
    if rows.height >= MANY:
        return tuple(summary)
    return tuple(replace(each, lines=_lines(rows, one, again)) for each, one in zip(summary, offered, strict=True))


def _lines(rows: Rows, finding: Finding, again: Again) -> tuple[Mended, ...]:
    at, field = finding.at.head(LISTED), finding.field or ""
    typed = again(_some(rows, at))
    after = {(sheet, row): value for sheet, row, value in typed.select("sheet", "row", field).iter_rows()}
    found = []
    for position in at.to_list():
        sheet, row, cell = rows.cell(position, field)
        found.append(Mended(sheet, row, cell, rows.raw(position, field), after.get((int(rows.sheet[position]), row))))
    return tuple(found)


def _some(rows: Rows, at: pl.Series) -> Pairs:
    """The sheets with only these rows."""
    wanted: Mapping[int, pl.Series] = {
        number: at.filter(rows.sheet.gather(at) == number) - rows.first(number) for number in range(len(rows.pairs))
    }
    made = []
    for number, (sheet, matched) in enumerate(rows.pairs):
        kept = pl.int_range(sheet.frame.height, eager=True).is_in(wanted[number].cast(pl.Int64).implode())
        numeric = {place: marks.filter(kept) for place, marks in sheet.numeric.items()}
        made.append((replace(sheet, frame=sheet.frame.filter(kept), numeric=numeric), matched))
    return made
