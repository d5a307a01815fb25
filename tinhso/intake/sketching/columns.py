"""The texts of a workbook, column by column, as intake would clean them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from tinhso.intake import matching
from tinhso.intake.checking import columns as laid
from tinhso.intake.matching import Matched
from tinhso.intake.reading.workbook import Sheet, Workbook


@dataclass(frozen=True, slots=True)
class Texts:
    """A column: its letter and heading, its cleaned texts (blank as null) with the cell of each."""

    letter: str
    heading: str
    rows: pl.Series
    cells: pl.Series
    numbering: bool = False
    """Whether the heading says that it numbers rows."""
    twice: bool = False
    """Whether a column before it has the same heading, so that none can say which is meant."""

    @property
    def filled(self) -> pl.Series:
        return self.rows.drop_nulls()


def told_apart(workbook: Workbook) -> tuple[list[Sheet], list[Sheet]]:
    """The sheets that hold one table (the largest and those with its headings), and the others."""
    first = max(workbook.sheets, key=lambda sheet: sheet.frame.height)
    mine = [sheet for sheet in workbook.sheets if _headings(sheet) == _headings(first)]
    return mine, [sheet for sheet in workbook.sheets if sheet not in mine]


def texts(sheets: Sequence[Sheet]) -> list[Texts]:
    """The columns of sheets that have the same headings; those without a heading and without a value are none."""
    first = sheets[0]
    places = {f"c{at}": at for at in range(len(first.columns))}
    pairs = [(sheet, _all(sheet, places)) for sheet in sheets]
    made = laid.columns_at_once(laid.rows(pairs), list(places))
    rows = pl.concat([sheet.frame["row"] for sheet in sheets]).cast(pl.String)
    found, seen = [], set[str]()
    for name, at in places.items():
        column, folded = first.columns[at], matching.key(first.columns[at].heading, brackets=True)
        values = made[name].laid(made[name].texts).alias("text")
        if column.heading or values.null_count() < values.len():
            cells = pl.Series([column.letter], dtype=pl.String).new_from_index(0, rows.len()) + rows
            found.append(Texts(column.letter, column.heading, values, cells, _numbering(folded), folded in seen))
        seen.add(folded)
    return found


def _headings(sheet: Sheet) -> list[str]:
    return [matching.key(column.heading, brackets=True) for column in sheet.columns]


def _all(sheet: Sheet, places: dict[str, int]) -> Matched:
    letters = {name: sheet.columns[at].letter for name, at in places.items()}
    return Matched(places, letters, {name: sheet.columns[at].heading for name, at in places.items()})


def _numbering(folded: str) -> bool:
    return folded in ("stt", "tt", "so tt", "so thu tu", "no")
