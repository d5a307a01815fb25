"""The rows of all sheets as one, column by column: cleaned texts, each distinct one held once where texts repeat.

Positions count the rows of all sheets from 0; a fault is a field and a position.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TypeVar

import polars as pl

from tinhso.foundation.frames import TROUBLE, clean_series
from tinhso.intake.checking.legacy import FOREIGN, Writing, by_text
from tinhso.intake.matching import Matched
from tinhso.intake.reading.workbook import Sheet

T = TypeVar("T")
Pairs = Sequence[tuple[Sheet, Matched]]

MANY = 20_000
"""From this many rows on, columns are worked on side by side and by distinct text where texts repeat."""
_NOT_PLAIN = [*TROUBLE, *FOREIGN]
REPEATS = 0.5
"""Texts repeat where there are fewer distinct ones than this share of the rows."""


@dataclass(frozen=True, slots=True)
class Column:
    """A field's cleaned texts, blank as null. ``at`` lays them on the rows; None where they are the rows."""

    texts: pl.Series
    at: pl.Series | None
    decoded: pl.Series | None = None
    """Which rows were decoded from a font of before Unicode; None where none was."""

    def laid(self, series: pl.Series) -> pl.Series:
        """A series over ``texts`` laid on the rows."""
        return series if self.at is None else series.gather(self.at)

    def by_distinct(self) -> tuple[pl.Series, pl.Series]:
        """Distinct texts and, for each row, which one it has."""
        if self.at is not None:
            return self.texts, self.at
        distinct = self.texts.unique()
        return distinct, _positions(self.texts, distinct)


@dataclass(frozen=True, slots=True)
class Rows:
    """Where rows stand: sheet number and row number in the sheet; and the sheets they come from."""

    sheet: pl.Series
    row: pl.Series
    pairs: Pairs
    writing: Writing

    @property
    def height(self) -> int:
        return self.row.len()

    def first(self, sheet: int) -> int:
        """The position of the first row of a sheet."""
        return sum(one.frame.height for one, _ in self.pairs[:sheet])

    def cell(self, position: int, field: str | None) -> tuple[str, int, str | None]:
        """Sheet name, row number and cell of a field at a position; no cell where the sheet has no such column."""
        sheet, matched = self.pairs[self.sheet[position]]
        row, letter = int(self.row[position]), matched.letters.get(field or "")
        return sheet.name, row, f"{letter}{row}" if letter else None

    def raw(self, position: int, field: str) -> str | None:
        """The text as it stands in the file."""
        number = int(self.sheet[position])
        sheet, matched = self.pairs[number]
        column = matched.columns.get(field)
        if column is None:
            return None
        found = sheet.frame[f"c{column}"][position - self.first(number)]
        return None if found is None else str(found)

    def written(self, position: int, field: str) -> str | None:
        """The same as its cell shows it: in Unicode, whatever font it was typed in."""
        text = self.raw(position, field)
        if text is None or text.isascii():
            return text
        number = int(self.sheet[position])
        sheet, matched = self.pairs[number]
        column = matched.columns[field]
        font = sheet.fonts.get((int(self.row[position]), column)) or sheet.fonts.get(column)
        return self.writing.plain(number, field, text, font)

    def numeric(self, field: str) -> pl.Series | None:
        """Where the cell held a number; None where no sheet tells (a CSV, say)."""
        if not any(sheet.numeric for sheet, _ in self.pairs):
            return None
        return pl.concat([_numeric(sheet, matched, field) for sheet, matched in self.pairs])


def _numeric(sheet: Sheet, matched: Matched, field: str) -> pl.Series:
    nothing = pl.repeat(False, sheet.frame.height, eager=True)
    return sheet.numeric.get(matched.columns.get(field, -1), nothing)


def rows(pairs: Pairs) -> Rows:
    """The rows of all sheets, one sheet below the other."""
    sheets = [
        pl.repeat(number, sheet.frame.height, dtype=pl.Int32, eager=True) for number, (sheet, _) in enumerate(pairs)
    ]
    numbers = [sheet.frame["row"].cast(pl.Int64) for sheet, _ in pairs]
    nothing = pl.Series([], dtype=pl.Int64)
    return Rows(
        pl.concat(sheets).alias("sheet") if pairs else nothing.cast(pl.Int32).alias("sheet"),
        pl.concat(numbers).alias("row") if pairs else nothing.alias("row"),
        pairs,
        Writing(pairs),
    )


def column(rows: Rows, field: str) -> Column:
    """The texts of a field in all sheets."""
    parts = [rows.writing.texts(number, field) for number in range(len(rows.pairs))]
    raw = pl.concat([texts for texts, _ in parts])
    if raw.null_count() == raw.len():
        return _nothing(raw.len())
    texts, at = _distinct(raw)
    cleaned = _blank_as_null(clean_series(texts))
    made = Column(cleaned, at)
    if cleaned.str.contains_any(FOREIGN).any():
        of_sheets = {rows.writing.encoding(number, field) for number in range(len(rows.pairs))}
        if len(of_sheets) == 1:
            made = Column(by_text(cleaned, *of_sheets), at)
        else:
            cleaned = made.laid(cleaned)
            made = Column(_by_sheet(rows, field, cleaned), None)
    return replace(made, decoded=_decoded(made, cleaned, parts))


def _by_sheet(rows: Rows, field: str, cleaned: pl.Series) -> pl.Series:
    """A field's texts on the rows, those of each sheet in the encoding that it was written in."""
    heights = [sheet.frame.height for sheet, _ in rows.pairs]
    told = [
        by_text(cleaned.slice(sum(heights[:number]), height), rows.writing.encoding(number, field))
        for number, height in enumerate(heights)
    ]
    return pl.concat(told)


def columns_at_once(rows: Rows, fields: Sequence[str]) -> dict[str, Column]:
    """The texts of all fields, cleaned as one long column: for few rows the number of steps is the cost."""
    present = [field for field in fields if any(field in matched.columns for _, matched in rows.pairs)]
    height = rows.height
    if not present or not height:
        return {field: _nothing(height) for field in fields}
    numbers = range(len(rows.pairs))
    parts = {field: [rows.writing.texts(number, field) for number in numbers] for field in present}
    raw = pl.concat([texts for one in parts.values() for texts, _ in one])
    trimmed = raw.str.strip_chars(" ")
    # One search for all that makes a text less than plain; nearly every file has none of it.
    plainly = not trimmed.str.contains_any(_NOT_PLAIN).any()
    cleaned = _blank_as_null(trimmed if plainly else clean_series(raw))
    strange = not plainly and bool(cleaned.str.contains_any(FOREIGN).any())
    made = {field: _nothing(height) for field in fields if field not in parts}
    for place, field in enumerate(present):
        before = cleaned.slice(place * height, height)
        texts = Column(_by_sheet(rows, field, before) if strange else before, None)
        made[field] = replace(texts, decoded=_decoded(texts, before, parts[field]))
    return made


def _nothing(height: int) -> Column:
    return Column(pl.Series([None], dtype=pl.String), pl.repeat(0, height, dtype=pl.UInt32, eager=True))


def _decoded(made: Column, cleaned: pl.Series, parts: list[tuple[pl.Series, pl.Series | None]]) -> pl.Series | None:
    """Which rows hold a text that was decoded, by its letters or by its font."""
    found = None
    if made.texts is not cleaned:
        found = made.laid((made.texts != cleaned).fill_null(False))
    if any(marks is not None for _, marks in parts):
        nothing = [pl.repeat(False, texts.len(), eager=True) for texts, _ in parts]
        marked = [none if marks is None else marks for (_, marks), none in zip(parts, nothing, strict=True)]
        found = pl.concat(marked) if found is None else found | pl.concat(marked)
    return found


def _distinct(raw: pl.Series) -> tuple[pl.Series, pl.Series | None]:
    distinct = raw.unique()
    return (raw, None) if distinct.len() > raw.len() * REPEATS else (distinct, _positions(raw, distinct))


def _positions(raw: pl.Series, distinct: pl.Series) -> pl.Series:
    numbered = pl.DataFrame({"text": distinct, "at": pl.int_range(distinct.len(), dtype=pl.UInt32, eager=True)})
    return raw.to_frame("text").join(numbered, on="text", how="left", nulls_equal=True, maintain_order="left")["at"]


def _blank_as_null(texts: pl.Series) -> pl.Series:
    return texts.set(texts == "", None) if (texts == "").any() else texts


def each(work: Callable[[str], T], names: Sequence[str], height: int) -> list[T]:
    """``work`` for each name, side by side where there are many rows."""
    if height < MANY:
        return [work(name) for name in names]
    with ThreadPoolExecutor(min(4, pl.thread_pool_size())) as pool:
        return list(pool.map(work, names))
