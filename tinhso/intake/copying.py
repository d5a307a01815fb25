"""A file that was sent as a workbook to be marked: an .xlsx as it is, an .xls or .csv made anew cell by cell.

Every cell stands where it stood, so that what was said of E12 is true of the copy too. A text stays a text, whatever
it looks like. What the copy cannot keep is named.
"""

from __future__ import annotations

import datetime
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from tinhso.foundation.bilingual import Text
from tinhso.intake.reading import delimited, old_excel
from tinhso.intake.reading.kinds import kind_of

MOST_CELLS = 600_000
"""Filled cells of a copy: the library builds an object for each."""
NARROWEST, WIDEST = 8, 60
DIGITS = 11
"""Digits of a whole number that Excel shows before it turns to 1,2E+11."""
SHOWN: Mapping[type, str] = {
    datetime.datetime: "dd/mm/yyyy hh:mm", datetime.date: "dd/mm/yyyy", datetime.time: "hh:mm:ss",
    datetime.timedelta: "[h]:mm:ss",
}  # fmt: skip
_forbidden = re.compile(r"[\[\]:*?/\\]")

OF_XLS = Text(
    "Tệp .xls cũ được lập lại thành .xlsx: giữ nội dung từng ô, ô gộp và trang ẩn. Không giữ được công thức (chỉ còn"
    " kết quả), phông chữ, màu, khung, ghi chú, biểu đồ, ảnh và macro.",
    "The old .xls was made anew as .xlsx: the cells' content, merged cells and hidden sheets are kept. Formulas (only"
    " their results remain), fonts, colours, borders, notes, charts, pictures and macros could not be kept.",
)
OF_CSV = Text(
    "Tệp .csv được lập lại thành .xlsx, mọi ô là văn bản như trong tệp. Bảng mã và dấu phân cách của tệp .csv không giữ"
    " lại, vì .xlsx không cần đến.",
    "The .csv was made anew as .xlsx, every cell a text as in the file. The .csv file's encoding and separator are not"
    " kept: an .xlsx needs neither.",
)
OF_XLSX: tuple[tuple[str, Text], ...] = (
    ("xl/charts/", Text("biểu đồ", "charts")),
    ("xl/media/", Text("ảnh", "pictures")),
    ("xl/vbaProject.bin", Text("macro", "macros")),
    ("xl/embeddings/", Text("tệp nhúng", "embedded files")),
    ("xl/slicers/", Text("nút lọc (slicer)", "slicers")),
    ("xl/threadedComments/", Text("chuỗi trao đổi trong ghi chú", "threads of comments")),
)
"""What lies under these names of the archive is lost when the library writes the workbook again."""


@dataclass(frozen=True, slots=True)
class Copy:
    """``lost`` says in sentences what the copy does not keep of the file."""

    book: Workbook
    lost: tuple[Text, ...]


def copied(path: Path, name: str) -> Copy:
    """The file at ``path``, called ``name`` by its sender, as a workbook; a ``ValueError`` where it is too large."""
    match kind_of(path, name):
        case "xlsx":
            return _as_it_is(path)
        case "xls":
            return _of_old_excel(path, name)
        case "delimited":
            return _of_text(path, name)
        case other:
            raise ValueError(f"nothing to mark in {other}")


def _as_it_is(path: Path) -> Copy:
    with zipfile.ZipFile(path) as archive:
        inside = archive.namelist()
    missed = [said for begin, said in OF_XLSX if any(each.startswith(begin) for each in inside)]
    with path.open("rb") as stream:  # stored files bear no ending, which the library would ask for
        book = openpyxl.load_workbook(stream)
    if not missed:
        return Copy(book, ())
    vi, en = ", ".join(each.vi for each in missed), ", ".join(each.en for each in missed)
    return Copy(book, (Text(f"Bản này không giữ được: {vi}.", f"This copy could not keep: {en}."),))


def _of_old_excel(path: Path, name: str) -> Copy:
    book = _blank()
    for old in old_excel.opened(path, name)[0]:
        sheet = book.create_sheet(old.name)
        _fill(sheet, old.rows)
        if old.hidden:
            sheet.sheet_state = "hidden"
        for top, left, bottom, right in old.merges:
            sheet.merge_cells(start_row=top, start_column=left + 1, end_row=bottom, end_column=right + 1)
    return Copy(book, (OF_XLS,))


def _of_text(path: Path, name: str) -> Copy:
    book = _blank()
    title = _forbidden.sub(" ", Path(name).stem).strip(" '")[:31].strip(" '")
    _fill(book.create_sheet(title or "CSV"), delimited.lines(path, name).iter_rows())
    return Copy(book, (OF_CSV,))


def _blank() -> Workbook:
    book = Workbook()
    book.remove(book.worksheets[0])
    return book


def _fill(sheet: Worksheet, rows: Iterable[Sequence[Any]]) -> None:
    """Cells as they stood, and columns as wide as they need."""
    widths: dict[int, int] = {}
    for count, (row, column, value) in enumerate(_cells(rows), 1):
        if count > MOST_CELLS:
            raise ValueError("too many cells")
        _put(sheet, row, column, value)
        widths[column] = max(widths.get(column, NARROWEST), min(len(str(value)) + 2, WIDEST))
    for column, width in widths.items():
        sheet.column_dimensions[get_column_letter(column)].width = width


def _cells(rows: Iterable[Sequence[Any]]) -> Iterator[tuple[int, int, Any]]:
    for row, values in enumerate(rows, 1):
        for column, value in enumerate(values, 1):
            if value is not None and value != "":
                yield row, column, value


def _put(sheet: Worksheet, row: int, column: int, value: Any) -> None:
    if isinstance(value, old_excel.Failed):
        sheet.cell(row, column, str(value))  # the library knows errors by their letters
        return
    if isinstance(value, str):
        cell = sheet.cell(row, column, ILLEGAL_CHARACTERS_RE.sub("", value))
        cell.data_type = "s"  # "=1+1" is what somebody wrote, no formula; "#N/A" no failed one
        cell.number_format = "@"
        return
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        value = value.date()
    if isinstance(value, float) and value.is_integer() and abs(value) < 10**15:
        value = int(value)
    cell = sheet.cell(row, column, value)
    if type(value) in SHOWN:
        cell.number_format = SHOWN[type(value)]
    elif isinstance(value, int) and len(str(abs(value))) > DIGITS:
        cell.number_format = "0"
