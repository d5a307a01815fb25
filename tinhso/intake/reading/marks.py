"""One pass over a worksheet's XML for what the value parser drops: failed formulas, number cells, fonts, extent.

The pass streams in pieces and looks with a few searches, so a sheet with nothing to find costs little.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from tinhso.foundation.problems import refuse
from tinhso.intake.reading.archives import chunks, count_rows, declared_rows
from tinhso.intake.reading.canonical import Canonical, is_canonical
from tinhso.intake.reading.workbook import LETTERS, index_of

MOST_CELLS = 40_000_000
"""Rows times columns a parser may have to lay out; one stray cell in the last corner would ask for more."""
LARGE = 40 * 1024**2
EXPECTED_FAR_ROWS = 90_000
"""From here on rows have six digits; before, such a row is a stray cell."""
EXCEL_ROWS = 1_048_576

_FORMULA = r"(?:<f[^>]*/>|<f[^>]*>[^<]*</f>)?"
_NUMBERS = rf'<c r="[A-Z]+\d+"(?: s="\d+")?(?: t="n")?(?: [a-z]+="\d+")*>{_FORMULA}<v>[^<]*'
_FILLED = r'<c r="[A-Z]+\d+"(?: [^>]*[^/>])?>\s*<[vif]'
_REFERENCE = r"""\br\s*=\s*["'][A-Za-z]*\d+["']"""
_UNUSUAL = r"""t="e"|r\s*=\s*["'](?:[A-Za-z]{2,}\d|[A-Za-z]*\d{6,})"""
_UNUSUAL_BELOW = r"""t="e"|r\s*=\s*["'](?:[A-Za-z]{2,}\d|[A-Za-z]*\d{7,})"""
"""Failed formulas, and cells beyond column Z or far down: rare, so one search for all of them is cheap."""
_error = re.compile(rf'<c r="([A-Z]+)(\d+)"[^>]* t="e"[^>]*>{_FORMULA}<v>([^<]*)'.encode())
_first_column = re.compile(rb'<c r="A\d+"(?: [a-z]+="[^"/]*")*><[vif]')
_merge = re.compile(rb'<(?:\w+:)?mergeCell ref="([A-Z]+)(\d+):([A-Z]+)(\d+)"')
Merge = tuple[int, int, int, int]
"""First row, first column, last row, last column; rows from 1, columns from 0."""


@dataclass(slots=True)
class Marks:
    """What the pass found. Rows count from 1, columns from 0, both in the sheet."""

    rows: int = 0
    left: int | None = None
    right: int = LETTERS - 1
    bottom: int = 0
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    merges: list[Merge] = field(default_factory=list)
    numbers: list[pl.DataFrame] = field(default_factory=list)
    fonts: list[pl.DataFrame] = field(default_factory=list)

    def number_cells(self) -> pl.DataFrame:
        """Cells stored as numbers: ``letters``, ``row`` and, of broken numbers only, the stored text ``broken``."""
        return _joined(self.numbers, {"letters": pl.String, "row": pl.Int64, "broken": pl.String})

    def font_cells(self) -> pl.DataFrame:
        """Cells in a font of before Unicode: ``letters``, ``row``, ``font``."""
        return _joined(self.fonts, {"letters": pl.String, "row": pl.Int64, "font": pl.String})


def scan(archive: zipfile.ZipFile, path: str, legacy: Mapping[int, str], file: str, most_rows: int) -> Marks:
    """Marks of the worksheet at ``path``; ``legacy`` maps style numbers to fonts of before Unicode.

    Refuses ``intake.too_many_rows`` and ``intake.too_spread`` as soon as it is clear.
    """
    marks, canonical = Marks(), Canonical()
    size = archive.getinfo(path).file_size
    for number, piece in enumerate(chunks(archive, path)):
        if number == 0:
            _check_rows(archive, path, piece, size, file, most_rows)
        _look(marks, piece if is_canonical(piece) else canonical.rewritten(piece), legacy)
        if marks.rows > most_rows:
            raise refuse("intake.too_many_rows", file=file, limit=most_rows)
        if max(marks.bottom, marks.rows) * (marks.right + 1) > MOST_CELLS:
            raise refuse("intake.too_spread", file=file)
    return marks


def _check_rows(archive: zipfile.ZipFile, path: str, piece: bytes, size: int, file: str, most: int) -> None:
    """Answer at once where the sheet says, or its size suggests, that it has too many rows."""
    too_many = (declared_rows(piece) or 0) > EXCEL_ROWS
    if not too_many and size > LARGE and piece.count(b"</row>") * size / max(len(piece), 1) > most * 0.7:
        too_many = count_rows(archive, path, most) > most
    if too_many:
        raise refuse("intake.too_many_rows", file=file, limit=most)


def _look(marks: Marks, piece: bytes, legacy: Mapping[int, str]) -> None:
    """Add what one piece of XML shows. The last piece has no rows but may have merged cells."""
    rows = piece.count(b"</row>")
    marks.rows += rows
    text = pl.Series([piece.decode("utf-8", "replace")])
    unusual = _UNUSUAL_BELOW if marks.rows > EXPECTED_FAR_ROWS else _UNUSUAL
    if marks.right >= LETTERS or text.str.contains(unusual).any():
        marks.errors |= {(int(row), index_of(at.decode())): what.decode() for at, row, what in _error.findall(piece)}
        _measure(marks, text)
    marks.numbers.append(_numbers(text))
    if legacy:
        marks.fonts.append(_fonts(text, legacy))
    _find_left(marks, piece, text)
    for left, top, right, bottom in () if rows else _merge.findall(piece):
        marks.merges.append((int(top), index_of(left.decode()), int(bottom), index_of(right.decode())))


def _numbers(text: pl.Series) -> pl.DataFrame:
    cell, name = pl.col("cell"), pl.col("name")
    found = pl.LazyFrame({"cell": text}).select(cell.str.extract_all(_NUMBERS).explode()).drop_nulls()
    named = found.with_columns(cell.str.split_exact('"', 2).struct.field("field_1").alias("name"))
    return named.select(
        name.str.strip_chars_end("0123456789").alias("letters"),
        name.str.strip_chars_start("ABCDEFGHIJKLMNOPQRSTUVWXYZ").cast(pl.Int64, strict=False).alias("row"),
        pl.when(cell.str.contains(r"<v>[^<]*[.eE]")).then(cell.str.extract("<v>(.*)$")).alias("broken"),
    ).collect()


def _fonts(text: pl.Series, legacy: Mapping[int, str]) -> pl.DataFrame:
    ids = "|".join(map(str, legacy))
    cells = text.str.extract_all(rf'<c r="[A-Z]+\d+" s="(?:{ids})"[^>]*[^/>]?>').explode().drop_nulls()
    pieces = cells.str.extract_groups(r'^<c r="([A-Z]+)(\d+)" s="(\d+)"').struct.unnest()
    return pieces.rename(dict(zip(pieces.columns, ("letters", "row", "font"), strict=True))).with_columns(
        pl.col("row").cast(pl.Int64),
        pl.col("font").replace_strict({str(style): font for style, font in legacy.items()}, return_dtype=pl.String),
    )


def _measure(marks: Marks, text: pl.Series) -> None:
    """The extent by every reference in the text, however its tag is spelt: what a parser might lay out."""
    names = text.str.extract_all(_REFERENCE).explode().drop_nulls().str.to_uppercase()
    letters = names.str.extract(r"[\"']([A-Z]*)").unique().to_list()
    marks.right = max([marks.right, *map(index_of, letters)])
    lowest = names.str.extract(r"(\d+)[\"']$").str.slice(0, 12).cast(pl.Int64).max()
    marks.bottom = max(marks.bottom, int(str(lowest or 0)))


def _find_left(marks: Marks, piece: bytes, text: pl.Series) -> None:
    """The first column that holds something: the value parser's first column."""
    if marks.left == 0:
        return
    if _first_column.search(piece):
        marks.left = 0
        return
    letters = text.str.extract_all(_FILLED).explode().drop_nulls().str.extract(r'"([A-Z]+)').unique().to_list()
    marks.left = min((*map(index_of, letters), *(() if marks.left is None else (marks.left,))), default=None)


def _joined(frames: list[pl.DataFrame], schema: Mapping[str, type[pl.DataType]]) -> pl.DataFrame:
    return pl.concat(frames) if frames else pl.DataFrame(schema=dict(schema))
