"""Excel workbooks (.xlsx, .xlsm): values by the fast parser, and by ``marks`` what it drops."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import fastexcel
import polars as pl

from tinhso.foundation.problems import Problem, refuse
from tinhso.intake.reading import archives
from tinhso.intake.reading.fonts import legacy_styles
from tinhso.intake.reading.marks import Marks, scan
from tinhso.intake.reading.tables import Raw, table_of
from tinhso.intake.reading.workbook import Sheet, Workbook, index_of

CHOICES = "Danh mục của mẫu"
"""The hidden sheet of our own templates, with what may be chosen in their cells."""
EXACT_DIGITS = 15
"""Significant digits that a spreadsheet keeps and shows of a number."""


def read_excel(path: Path, file: str, most_rows: int) -> Workbook:
    """All visible worksheets. Refuses what ``archives`` and ``marks`` guard against; parsers' errors pass through."""
    sheets: list[Sheet] = []
    problems: list[Problem] = []
    with zipfile.ZipFile(path) as archive:
        archives.check_size(archive, file, most_rows)
        archives.check_xml(archive, file)
        parts = archives.parts(archive)
        problems += [
            Problem("intake.hidden_sheet", sheet=part.name) for part in parts if part.hidden and part.name != CHOICES
        ]
        visible = [part for part in parts if not part.hidden]
        legacy = legacy_styles(archives.styles(archive))
        marks = [scan(archive, part.path, legacy, file, most_rows) for part in visible]
        archives.verify(archive, "xl/sharedStrings.xml")
    if sum(found.rows for found in marks) > most_rows:
        raise refuse("intake.too_many_rows", file=file, limit=most_rows)
    reader = fastexcel.read_excel(path)
    for part, found in zip(visible, marks, strict=True):
        sheet, said = table_of(_raw(reader, part.name, found))
        sheets += [sheet] if sheet is not None else []
        problems += said
    return Workbook(tuple(sheets), tuple(problems))


def _raw(reader: fastexcel.ExcelReader, name: str, marks: Marks) -> Raw:
    loaded = reader.load_sheet(name, header_row=None, skip_rows=0, dtypes="string", whitespace_as_null=True)
    frame = loaded.to_polars()
    frame.columns = [f"x{at}" for at in range(frame.width)]
    left = marks.left or 0
    numbers = _numbers(marks, left, frame)
    frame = _shown(frame, numbers)
    fonts = _with_columns(marks.font_cells()) if marks.fonts else None
    return Raw(name, frame, left, marks.errors, marks.merges, fonts, _flags(numbers, frame.height))


def _numbers(marks: Marks, left: int, frame: pl.DataFrame) -> dict[int, pl.DataFrame]:
    """The number cells of each column of the frame."""
    cells = marks.number_cells().partition_by("letters", as_dict=True, include_key=False)
    found = {index_of(str(letters)) - left: group for (letters,), group in cells.items()}
    return {at: group for at, group in found.items() if 0 <= at < frame.width}


def _with_columns(cells: pl.DataFrame) -> pl.DataFrame:
    letters = cells["letters"].unique()
    index = {letter: index_of(letter) for letter in letters.to_list()}
    return cells.with_columns(pl.col("letters").replace_strict(index, return_dtype=pl.Int64).alias("column"))


def _flags(numbers: Mapping[int, pl.DataFrame], height: int) -> dict[int, pl.Series]:
    """By column: which rows hold a number."""
    if not numbers:
        return {}
    rows = pl.int_range(1, height + 1)
    flags = pl.select(rows.is_in(cells["row"].implode()).alias(str(at)) for at, cells in numbers.items())
    return {at: flags[str(at)] for at in numbers}


def _shown(frame: pl.DataFrame, numbers: Mapping[int, pl.DataFrame]) -> pl.DataFrame:
    """Number cells as text: days in ISO, broken numbers exact and with a decimal comma.

    The comma keeps 2.071 stored as a number (two and a bit) apart from "2.071" typed as text (two thousand).
    """
    columns = [frame.columns[at] for at in numbers]
    frame = frame.with_columns(pl.col(columns).str.strip_suffix(" 00:00:00").str.strip_prefix("1899-12-31 "))
    broken = {frame.columns[at]: cells for at, cells in numbers.items() if cells["broken"].null_count() < cells.height}
    return frame.with_columns(_with_broken(frame[column], cells) for column, cells in broken.items())


def _with_broken(texts: pl.Series, cells: pl.DataFrame) -> pl.Series:
    """A column with its broken numbers exact; days are left as they are."""
    broken = cells.filter(pl.col("broken").is_not_null() & (pl.col("row") <= texts.len()))
    rows = broken["row"] - 1
    plain = texts.gather(rows).str.contains(r"^-?\d+(?:\.\d+)?$").fill_null(False)
    return texts.scatter(rows.filter(plain), _exact(broken["broken"].filter(plain)))


def _exact(values: pl.Series) -> pl.Series:
    """Stored numbers as a spreadsheet shows them: 15 significant digits, a decimal comma, no exponent."""
    easy = values.str.contains(r"^-?\d+\.\d+$") & (values.str.len_bytes() <= EXACT_DIGITS)
    short = values.str.replace(r"\.?0+$", "").str.replace(".", ",", literal=True)
    if easy.all():
        return short
    return short.zip_with(easy, pl.Series([_shortest(value) for value in values.to_list()], dtype=pl.String))


def _shortest(value: str) -> str:
    return format(Decimal(f"{float(value):.{EXACT_DIGITS}g}"), "f").replace(".", ",")
