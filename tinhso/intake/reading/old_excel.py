"""Excel workbooks of before 2007 (.xls): at most 65,536 rows a sheet, read cell by cell."""

from __future__ import annotations

import datetime
import os
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import xlrd

from tinhso.foundation.legacy_fonts import encoding_of
from tinhso.foundation.problems import Problem, Refused, refuse
from tinhso.intake.reading import biff
from tinhso.intake.reading.headings import Merge
from tinhso.intake.reading.tables import Raw, table_of
from tinhso.intake.reading.workbook import Sheet, Workbook

MOST_CELLS = 20_000_000
"""Rows times columns that the sheets lay out together: one sheet filled to its last corner is a little less."""
MOST_SECONDS = 60
"""A file of the largest sheets takes a few; one whose sheets lie inside one another could take hours."""
LAST_DAY = 2_958_466
"""The first number beyond 31/12/9999, the last day that a spreadsheet shows."""
_lasting = re.compile(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)


class Failed(str):
    """What a formula that failed shows: ``#N/A``."""


_Cell = str | float | bool | datetime.date | datetime.time | datetime.timedelta | None


@dataclass(frozen=True, slots=True)
class Old:
    """A worksheet as it was parsed: its cells from A1 on, blank ones None, all rows as long as the longest.

    ``fonts`` are the filled cells in a font of before Unicode: ``column`` from 0, ``row`` from 1, ``font``.
    """

    name: str
    hidden: bool
    rows: Sequence[Sequence[_Cell]]
    merges: Sequence[Merge]
    fonts: pl.DataFrame | None


def read_old_excel(path: Path, file: str) -> Workbook:
    """All visible worksheets; a password is refused as ``intake.encrypted``."""
    sheets: list[Sheet] = []
    found, problems = opened(path, file)
    for old in found:
        if old.hidden:
            problems.append(Problem("intake.hidden_sheet", sheet=old.name))
            continue
        sheet, said = table_of(_raw(old))
        sheets += [sheet] if sheet is not None else []
        problems += said
    return Workbook(tuple(sheets), tuple(problems))


def opened(path: Path, file: str) -> tuple[list[Old], list[Problem]]:
    """Every worksheet, hidden ones too. Where the file's styles are broken, without them, and a problem says so."""
    records = biff.stream(path.read_bytes(), file)
    try:
        return _sheets(records, file, styles=True), []
    except Refused:
        raise
    except Exception:  # the parser throws whatever Python throws on broken content
        return _sheets(records, file, styles=False), [Problem("intake.fonts_unread", facts={"file": file})]


def _sheets(records: bytes, file: str, *, styles: bool) -> list[Old]:
    latest = time.monotonic() + MOST_SECONDS
    found: list[Old] = []
    with (
        Path(os.devnull).open("w", encoding="utf-8") as nowhere,
        xlrd.open_workbook(
            file_contents=records, formatting_info=styles, on_demand=True, ragged_rows=True, logfile=nowhere
        ) as book,
    ):
        styled = _Styles(book)
        for place in range(book.nsheets):
            if time.monotonic() > latest:
                raise refuse("intake.too_spread", file=file)
            free = MOST_CELLS - sum(len(old.rows) * len(old.rows[0]) for old in found if old.rows)
            found.append(_old(book.sheet_by_index(place), styled, free, file))
            book.unload_sheet(place)
    return found


class _Styles:
    """What a book's styles say of its cells, by the number of the style; nothing where they were not read."""

    def __init__(self, book: Any) -> None:
        self.epoch = book.datemode
        self.fonts: Mapping[int, str] = {}
        self.lasting: frozenset[int] = frozenset()
        if book.formatting_info:
            names = {at: book.font_list[style.font_index].name for at, style in enumerate(book.xf_list)}
            self.fonts = {at: name for at, name in names.items() if encoding_of(name)}
            shown = {at: book.format_map[style.format_key].format_str for at, style in enumerate(book.xf_list)}
            self.lasting = frozenset(at for at, form in shown.items() if _lasting.search(form))


def _old(sheet: Any, styles: _Styles, most: int, file: str) -> Old:
    rows = [
        [_value(kind, value, at, column, sheet, styles) if kind > 1 else value or None
         for column, (kind, value) in enumerate(zip(sheet.row_types(at), sheet.row_values(at), strict=True))]
        for at in range(sheet.nrows)
    ]  # fmt: skip
    for row in rows:
        while row and row[-1] is None:
            row.pop()
    while rows and not rows[-1]:
        rows.pop()
    width = max(map(len, rows), default=0)
    if width * len(rows) > most:
        raise refuse("intake.too_spread", file=file)
    fonts = _fonts(rows, sheet, styles.fonts) if styles.fonts else None
    for row in rows:
        row += [None] * (width - len(row))
    merges = [(top + 1, left, bottom, right - 1) for top, bottom, left, right in sheet.merged_cells]
    return Old(sheet.name, sheet.visibility != 0, rows, merges, fonts)


def _value(kind: int, value: Any, row: int, column: int, sheet: Any, styles: _Styles) -> _Cell:
    """A cell that is neither empty nor text."""
    if kind == xlrd.XL_CELL_NUMBER:
        return float(value)
    if kind == xlrd.XL_CELL_ERROR:
        return Failed(xlrd.error_text_from_code.get(value, "#N/A"))
    if kind == xlrd.XL_CELL_BOOLEAN:
        return bool(value)
    if kind == xlrd.XL_CELL_DATE:
        lasting = bool(styles.lasting) and sheet.cell_xf_index(row, column) in styles.lasting
        return _moment(value, lasting, styles.epoch)
    return None


def _moment(value: float, lasting: bool, epoch: int) -> _Cell:
    """A day, a time of day, both, or how long something lasted; what no calendar has stays a number."""
    if not 0 <= value < LAST_DAY:
        return value
    if lasting:
        return datetime.timedelta(seconds=round(value * 86_400))
    moment: datetime.datetime = xlrd.xldate.xldate_as_datetime(value, epoch)
    if value < 1:
        return moment.time()
    return moment.date() if moment.time() == datetime.time() else moment


def _fonts(rows: Sequence[Sequence[_Cell]], sheet: Any, fonts: Mapping[int, str]) -> pl.DataFrame:
    style: Callable[[int, int], int] = sheet.cell_xf_index
    cells = [
        (column, row + 1, font)
        for row, values in enumerate(rows)
        for column, value in enumerate(values)
        if value is not None and (font := fonts.get(style(row, column))) is not None
    ]
    schema = {"column": pl.Int64, "row": pl.Int64, "font": pl.String}
    return pl.DataFrame(cells, schema=schema, orient="row")


def _raw(old: Old) -> Raw:
    columns = list(zip(*old.rows, strict=True))
    texts = {f"x{at}": [_text(cell) for cell in column] for at, column in enumerate(columns)}
    numbers = {at: pl.Series([_is_number(cell) for cell in column]) for at, column in enumerate(columns)}
    frame = pl.DataFrame(texts, schema=dict.fromkeys(texts, pl.String))
    return Raw(
        old.name, frame, errors=dict(_failed(old.rows)), merges=old.merges, fonts=old.fonts,
        numbers={at: flags for at, flags in numbers.items() if flags.any()},
    )  # fmt: skip


def _failed(rows: Sequence[Sequence[_Cell]]) -> Iterator[tuple[tuple[int, int], str]]:
    for row, values in enumerate(rows, 1):
        for column, value in enumerate(values):
            if isinstance(value, Failed):
                yield (row, column), str(value)


def _is_number(cell: _Cell) -> bool:
    return isinstance(cell, float | datetime.date)


def _text(cell: _Cell) -> str | None:
    """A cell as text, by the rules that ``Sheet`` promises."""
    if cell is None or isinstance(cell, Failed):
        return None
    if isinstance(cell, str):
        return cell if cell.strip() else None
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return format(Decimal(f"{cell:.15g}"), "f").replace(".", ",")
    return cell.isoformat(" ") if isinstance(cell, datetime.datetime) else str(cell)
