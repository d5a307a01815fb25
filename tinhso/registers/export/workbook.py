"""Records as a workbook: a printed-looking sheet with its heading frozen, numbers as text where they are names,
days and amounts as real cells.

XlsxWriter makes the workbook with one row as a pattern; the rows themselves are written into its sheet in whole
portions, ten times as fast as cell by cell. Texts never become formulas: they are inline strings (ECMA-376, 18.3.1.53).
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import xlsxwriter

from tinhso.foundation.problems import refuse
from tinhso.registers.export.layout import Layout

MOST_ROWS = 1_048_575
"""Rows of a sheet below its heading."""
LONGEST = 32_767
"""Characters of a cell."""
SHEET = "xl/worksheets/sheet1.xml"
EPOCH, FIRST = date(1899, 12, 30), date(1900, 3, 1)
"""Days are counted from there; before ``FIRST`` Excel counts a day that never was, so such days stay text."""
A4 = 9
QUICK = 1
"""Deflate's level: the sheet is as small as at 6 but for a fifth, in a third of the time."""

DAY, AMOUNT, WHOLE, NUMBER, TEXT = "day", "amount", "whole", "number", "text"
FORMATS = {DAY: "dd/mm/yyyy", AMOUNT: "#,##0", WHOLE: "0", NUMBER: "General", TEXT: "@"}
WIDTHS = {DAY: 12, AMOUNT: 16, WHOLE: 10, NUMBER: 12, TEXT: 22}
_INDIGO = "#2B3F8C"
_pattern = re.compile(r'<row r="2"[^>]*>(.*?)</row>', re.DOTALL)
_cell = re.compile(r'<c r="([A-Z]+)2" s="(\d+)"')


@contextmanager
def opened(file: Path, layout: Layout, total: int) -> Iterator[Callable[[pl.DataFrame], None]]:
    """A workbook to add frames to; refused where a sheet has not so many rows."""
    if total > MOST_ROWS:
        raise refuse("registers.export_too_long", count=total, limit=MOST_ROWS)
    with (
        zipfile.ZipFile(_skeleton(layout, total)) as made,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=QUICK) as archive,
    ):
        for name in made.namelist():
            if name != SHEET:
                archive.writestr(name, made.read(name))
        sheet = made.read(SHEET).decode()
        pattern = _pattern.search(sheet)
        assert pattern is not None
        cells = [
            _written(layout, name, *pair) for name, pair in zip(layout.fields, _cell.findall(pattern[1]), strict=True)
        ]
        written = 1
        with archive.open(SHEET, "w", force_zip64=True) as target:
            target.write(sheet[: pattern.start()].encode())

            def add(frame: pl.DataFrame) -> None:
                nonlocal written
                target.write(_rows(frame, cells, written + 1))
                written += frame.height

            yield add
            target.write(sheet[pattern.end() :].encode())


def kind(layout: Layout, name: str) -> str:
    """What sort of cell a field is written into."""
    field = layout.field(name)
    if name in layout.hidden:
        return TEXT
    kinds = {"date": DAY, "partialDate": DAY, "money": AMOUNT, "number": NUMBER}
    if field.type == "integer":
        return AMOUNT if field.unit is not None else WHOLE
    return kinds.get(field.type, TEXT)


def _skeleton(layout: Layout, total: int) -> io.BytesIO:
    """The workbook with its heading and one empty row that bears every column's format."""
    out, last = io.BytesIO(), len(layout.fields) - 1
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_urls": False}) as book:
        head = book.add_format(HEAD)
        formats: Mapping[str, Any] = {
            name: book.add_format({"num_format": form, "valign": "top"}) for name, form in FORMATS.items()
        }
        sheet = book.add_worksheet(sheet_name(layout.declaration.title.vi))
        for column, (name, title) in enumerate(zip(layout.fields, layout.headings, strict=True)):
            sort = kind(layout, name)
            sheet.set_column(column, column, max(WIDTHS[sort], min(len(title), 30) * 0.9), formats[sort])
            sheet.write_string(0, column, title, head)
            sheet.write_blank(1, column, None, formats[sort])
        sheet.set_row(0, 36)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, max(total, 1), last)
        print_set_up(sheet)
    out.seek(0)
    return out


HEAD: dict[str, Any] = {
    "bold": True, "font_color": "#FFFFFF", "bg_color": _INDIGO, "text_wrap": True, "valign": "vcenter", "border": 1,
    "border_color": "#5B6675",
}  # fmt: skip


def print_set_up(sheet: Any) -> None:
    """A4 across, all columns on one page's width, the heading and the page's number on each."""
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.set_footer("&L&A&R&P / &N")


def sheet_name(title: str) -> str:
    """A title as a sheet may be called: at most 31 characters, none of them special."""
    return re.sub(r"[\[\]:*?/\\']", " ", title)[:31].strip() or "Sheet1"


def _rows(frame: pl.DataFrame, cells: list[pl.Expr], first: int) -> bytes:
    """The XML of rows; every cell is an expression over the whole portion."""
    numbered = frame.with_row_index("_row", offset=first)
    row = pl.format('<row r="{}">{}</row>', pl.col("_row"), pl.concat_str(cells, ignore_nulls=True))
    return str(numbered.select(row.str.join(""))["_row"].item()).encode() if frame.height else b""


def _written(layout: Layout, name: str, letters: str, style: str) -> pl.Expr:
    """A field's cell as XML, null where there is nothing to write."""
    column, sort = pl.col(name), kind(layout, name)
    if name in layout.titles:
        column = _named(column, layout.titles[name])
    elif layout.field(name).type == "area":
        column = _named(column, layout.areas)
    if sort == DAY:
        return _day(column, letters, style)
    if sort in (AMOUNT, WHOLE, NUMBER):
        return _number(column, letters, style)
    return _text(column, letters, style)


def _named(column: pl.Expr, names: Mapping[str, str]) -> pl.Expr:
    return column.replace(pl.Series(list(names), dtype=pl.String), pl.Series(list(names.values()), dtype=pl.String))


def _text(column: pl.Expr, letters: str, style: str) -> pl.Expr:
    said = column.str.replace_all(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x{fffe}\x{ffff}]", "").str.head(LONGEST)
    for sign, written in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
        said = said.str.replace_all(sign, written, literal=True)
    cell = pl.format(f'<c r="{letters}{{}}" s="{style}" t="inlineStr"><is><t>{{}}</t></is></c>', pl.col("_row"), said)
    return pl.when(column.is_not_null() & (column != "")).then(cell)


def _number(column: pl.Expr, letters: str, style: str) -> pl.Expr:
    return pl.format(f'<c r="{letters}{{}}" s="{style}"><v>{{}}</v></c>', pl.col("_row"), column)


def _day(column: pl.Expr, letters: str, style: str) -> pl.Expr:
    """A whole day as a cell that can be reckoned with; a year or a month alone, or a day of long ago, as text."""
    day = column.str.to_date("%Y-%m-%d", strict=False)
    serial = (day - pl.lit(EPOCH)).dt.total_days()
    cell = pl.format(f'<c r="{letters}{{}}" s="{style}"><v>{{}}</v></c>', pl.col("_row"), serial)
    turned = column.str.replace(r"^(\d{4})-(\d\d)-(\d\d)$", "$3/$2/$1").str.replace(r"^(\d{4})-(\d\d)$", "$2/$1")
    return pl.when(day >= pl.lit(FIRST)).then(cell).otherwise(_text(turned, letters, style))
