"""The rows of all sheets as one frame of cleaned texts by field, and work done once per distinct text.

``Rows.texts`` has a String column for each declared field (null where blank or where the file has no such column);
positions in it are the positions of every later frame, so a fault is a field and a position.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

import polars as pl

from tinhso.foundation.frames import clean_series
from tinhso.intake.checking import legacy
from tinhso.intake.matching import Matched
from tinhso.intake.reading.workbook import Sheet
from tinhso.registers.declaration import Declaration

T = TypeVar("T")
Pairs = Sequence[tuple[Sheet, Matched]]

MANY = 20_000
"""From this many rows on, columns are worked on one by one, by distinct text where texts repeat."""
SAMPLE, REPEATS = 4_096, 0.5
"""A column whose sample has fewer distinct texts than this share is worked on by distinct text."""


@dataclass(frozen=True, slots=True)
class Rows:
    """All rows in the order of the file: texts by field, sheet number, row number in the sheet."""

    texts: pl.DataFrame
    sheet: pl.Series
    row: pl.Series
    pairs: Pairs
    decoded: Mapping[str, pl.Series]
    """By field: where a text of before Unicode was decoded."""

    @property
    def height(self) -> int:
        return self.row.len()

    def cell(self, position: int, field: str | None) -> tuple[str, int, str | None]:
        """Sheet name, row number and cell of a field at a position; no cell where the sheet has no such column."""
        sheet, matched = self.pairs[self.sheet[position]]
        row, letter = int(self.row[position]), matched.letters.get(field or "")
        return sheet.name, row, f"{letter}{row}" if letter else None

    def raw(self, position: int, field: str) -> str | None:
        """The text as it stands in the file."""
        sheet, matched = self.pairs[self.sheet[position]]
        column = matched.columns.get(field)
        if column is None:
            return None
        found = sheet.frame[f"c{column}"][position - self.first(int(self.sheet[position]))]
        return found if isinstance(found, str) else None

    def first(self, sheet: int) -> int:
        """The position of the first row of a sheet."""
        return sum(one.frame.height for one, _ in self.pairs[:sheet])

    def numeric(self, field: str) -> pl.Series | None:
        """Where the cell held a number; None where no sheet tells (a CSV, say)."""
        parts = [_numeric(sheet, matched, field) for sheet, matched in self.pairs]
        if not any(sheet.numeric for sheet, _ in self.pairs):
            return None
        return pl.concat(parts)


def _numeric(sheet: Sheet, matched: Matched, field: str) -> pl.Series:
    nothing = pl.Series([False]).new_from_index(0, sheet.frame.height)
    return sheet.numeric.get(matched.columns.get(field, -1), nothing)


def gather(pairs: Pairs, declaration: Declaration) -> Rows:
    """Put the matched columns of all sheets one below the other, cleaned."""
    names = list(declaration.fields)
    every = [clean(sheet, matched, names) for sheet, matched in pairs]
    texts = pl.concat([one for one, _ in every]) if every else pl.DataFrame(schema=dict.fromkeys(names, pl.String))
    numbers = [pl.Series([place], dtype=pl.Int32).new_from_index(0, sheet.frame.height)
               for place, (sheet, _) in enumerate(pairs)]  # fmt: skip
    rows = [sheet.frame["row"].cast(pl.Int64) for sheet, _ in pairs]
    decoded = {name: pl.concat([marks[name] if name in marks else pl.Series([False]).new_from_index(0, one.height)
                                for one, marks in every])
               for name in names if any(name in marks for _, marks in every)}  # fmt: skip
    return Rows(
        texts, pl.concat(numbers).alias("sheet") if pairs else pl.Series("sheet", [], pl.Int32),
        pl.concat(rows).alias("row") if pairs else pl.Series("row", [], pl.Int64), pairs, decoded,
    )  # fmt: skip


def clean(sheet: Sheet, matched: Matched, names: Sequence[str]) -> tuple[pl.DataFrame, dict[str, pl.Series]]:
    """The columns of one sheet by field, cleaned and decoded, blank as null; where something was decoded."""
    height, marks = sheet.frame.height, {}

    def one(name: str) -> pl.Series:
        column = matched.columns.get(name)
        if column is None:
            return pl.Series(name, [None], dtype=pl.String).new_from_index(0, height)
        series = sheet.frame[f"c{column}"].cast(pl.String).alias(name)
        plain = once(series, lambda texts: _blank_as_null(clean_series(texts)))
        text, decoded = legacy.decoded(plain, sheet, column)
        if decoded is not None:
            marks[name] = decoded
        return text

    return pl.DataFrame(each(one, names, height)), marks


def _blank_as_null(texts: pl.Series) -> pl.Series:
    return texts if not (texts == "").any() else texts.to_frame().select(pl.all().replace("", None)).to_series()


def repeats(series: pl.Series) -> bool:
    """Whether texts of a long column repeat so much that work per distinct text is worth while."""
    if series.len() < MANY:
        return False
    return series.head(SAMPLE).n_unique() < SAMPLE * REPEATS


def once(series: pl.Series, work: Callable[[pl.Series], pl.Series]) -> pl.Series:
    """``work`` over the series, by distinct text where texts repeat."""
    return spread(series, lambda texts: work(texts).to_frame("to"))["to"].alias(series.name)


def spread(series: pl.Series, work: Callable[[pl.Series], pl.DataFrame]) -> pl.DataFrame:
    """The frame that ``work`` makes of the series, by distinct text where texts repeat."""
    if not repeats(series):
        return work(series)
    distinct = series.unique()
    made = work(distinct).with_columns(distinct.alias("\x00from"))
    rows = series.to_frame("\x00from")
    return rows.join(made, on="\x00from", how="left", nulls_equal=True, maintain_order="left").drop("\x00from")


def each(work: Callable[[str], T], names: Sequence[str], height: int) -> list[T]:
    """``work`` for each name, side by side where there are many rows."""
    if height < MANY:
        return [work(name) for name in names]
    with ThreadPoolExecutor(min(4, pl.thread_pool_size())) as pool:
        return list(pool.map(work, names))
