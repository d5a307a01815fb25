"""Files as offices send them, and as attackers do."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from tinhso.intake.reading import Workbook, read

HEADINGS = ("STT", "Họ và tên", "Số CCCD", "Ngày sinh", "Thu nhập")
ROWS = (("1", "Giàng Thị An", "002195000124", "12/5/1995", "2.500.000"), ("2", "Vàng Mí Bình", "002201000456", "", ""))

_TYPES = """<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/>
<Override PartName="/xl/workbook.xml"
 ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>
<Override PartName="/xl/worksheets/sheet1.xml"
 ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>"""
_RELS = """<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1"
 Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}"
 Target="{target}"/></Relationships>"""
_BOOK = """<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"
 xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">
<sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>"""
SHEET = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{}</worksheet>'


@pytest.fixture
def raw_xlsx(tmp_path: Path) -> Callable[[str], Path]:
    """A workbook whose one worksheet is the XML given, whatever that is."""

    def write(sheet: str) -> Path:
        path = tmp_path / "raw.xlsx"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("[Content_Types].xml", _TYPES)
            archive.writestr("_rels/.rels", _RELS.format(kind="officeDocument", target="xl/workbook.xml"))
            archive.writestr("xl/workbook.xml", _BOOK)
            archive.writestr(
                "xl/_rels/workbook.xml.rels", _RELS.format(kind="worksheet", target="worksheets/sheet1.xml")
            )
            archive.writestr("xl/worksheets/sheet1.xml", sheet)
        return path

    return write


@pytest.fixture
def xlsx(tmp_path: Path) -> Callable[[Callable[[Any], None]], Workbook]:
    """Let ``fill(book)`` write a workbook with XlsxWriter; what reading it gives."""

    def write(fill: Callable[[Any], None]) -> Workbook:
        path = tmp_path / "book.xlsx"
        with xlsxwriter.Workbook(path) as book:
            fill(book)
        return read(path, "book.xlsx")

    return write


@pytest.fixture
def text(tmp_path: Path) -> Callable[[bytes | str], Workbook]:
    """What reading a delimited file of this content gives."""

    def write(content: bytes | str) -> Workbook:
        path = tmp_path / "so.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read(path, "so.csv")

    return write


def put(sheet: Any, rows: Sequence[Sequence[Any]], top: int = 0, left: int = 0) -> None:
    """Write rows of values into a sheet; None leaves a cell out."""
    for at, row in enumerate(rows):
        for column, value in enumerate(row):
            if value is not None:
                sheet.write(top + at, left + column, value)


def codes(book: Workbook) -> list[str]:
    return [problem.code for problem in book.problems]
