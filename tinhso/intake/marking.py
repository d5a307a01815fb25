"""The sender's own workbook with its wrong cells marked: a fill, and a note that says what is wrong and what to do.
A first sheet counts the problems.

Of an .xlsx values, formulas and formats stay as they are; an .xls or .csv comes back as an .xlsx (``copying``). What is
not kept is named on the first sheet. What is marked may be sent again: fills and notes are not read.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from threading import Lock
from typing import Any, Literal

from openpyxl.cell import MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from tinhso.foundation.bilingual import Text
from tinhso.foundation.problems import Problem, refuse
from tinhso.intake.copying import MOST_CELLS, copied
from tinhso.intake.examining import Examined
from tinhso.intake.reading.rows import BEGINNING
from tinhso.intake.reading.stamps import LISTS

MOST_ROWS = 20_000
MOST_BYTES = 32 * 2**20
"""Of the workbook's XML: the library builds an object for every cell, 8 s and 300 MB for so many."""
_one_at_a_time = Lock()

AUTHOR = "tinhso"
LONGEST = 1_500
SIZE = (320, 140)
FILLS = {
    "error": PatternFill("solid", fgColor="FFF4C7C3"), "repair": PatternFill("solid", fgColor="FFFCE8B2"),
    "warning": PatternFill("solid", fgColor="FFFFF4D6"),
}  # fmt: skip
Language = Literal["vi", "en"]


def can_mark(examined: Examined) -> bool:
    """Whether a file was read as a table, has something to be marked, and is small enough."""
    if examined.checked is None or not examined.problems or examined.rows > MOST_ROWS:
        return False
    path = examined.stored.path
    return path.is_file() and (_fits(path) if zipfile.is_zipfile(path) else made_anew(examined))


def made_anew(examined: Examined) -> bool:
    """Whether the marked copy is another kind of file than was sent: an .xlsx of an .xls or .csv."""
    path = examined.stored.path
    if zipfile.is_zipfile(path) or path.stat().st_size > MOST_BYTES:
        return False
    with path.open("rb") as stream:
        sent_by_a_program = stream.read(len(BEGINNING)) == BEGINNING
    columns = len(examined.matched) + len(examined.unknown)
    return not sent_by_a_program and examined.rows * columns <= MOST_CELLS


def _fits(path: Path) -> bool:
    with zipfile.ZipFile(path) as archive:
        return sum(entry.file_size for entry in archive.infolist()) <= MOST_BYTES


def marked(examined: Examined, language: Language) -> bytes:
    """The workbook with the examined file's problems in it; refused where it cannot be made."""
    if not can_mark(examined):
        raise refuse("intake.not_markable", file=examined.name)
    try:
        with _one_at_a_time:
            return _made(examined, language)
    except Exception as error:  # the library stumbles over workbooks that Excel and our reader take
        raise refuse("intake.not_markable", file=examined.name) from error


def _made(examined: Examined, language: Language) -> bytes:
    copy = copied(examined.stored.path, examined.name)
    book = copy.book
    by_cell: dict[tuple[str, str], list[Problem]] = {}
    for problem in examined.problems:
        by_cell.setdefault((_sheet(book, problem), problem.cell or f"A{problem.row or 1}"), []).append(problem)
    for (sheet, cell), found in by_cell.items():
        _mark(book[sheet], cell, found, language)
    _counted(book, examined, copy.lost, language)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _counted(book: Workbook, examined: Examined, lost: Sequence[Text], language: Language) -> None:
    """A first sheet that counts the problems by kind, says what to do and what of the file is ``lost``; reading knows
    it again and leaves it out."""
    title, head, lead = _WORDS[language]
    names = {str(sheet.title) for sheet in book.worksheets}
    sheet = book.create_sheet(title if title not in names else f"{title} ({AUTHOR})", 0)
    sheet.append([LISTS])
    sheet.row_dimensions[1].hidden = True
    sheet.append([title])
    sheet.append([lead.format(rows=examined.rows, errors=examined.errors)])
    _over_the_width(sheet)
    sheet.append([])
    sheet.append(list(head))
    for said, count, cells, severity in _kinds(examined, language):
        sheet.append([count, cells, said])
        sheet.cell(sheet.max_row, 1).fill = FILLS[severity]
        sheet.cell(sheet.max_row, 3).alignment = Alignment(wrap_text=True, vertical="top")
    sheet.append([])
    for each in lost:
        sheet.append([each.vi if language == "vi" else each.en])
        _over_the_width(sheet)
    for column, width in zip("ABC", (10, 28, 110), strict=True):
        sheet.column_dimensions[column].width = width
    for row, size in ((2, 16), (5, 11)):
        for cell in sheet[row]:
            cell.font = Font(bold=True, size=size)
    book.active = 0
    for other in book.worksheets[1:]:
        other.sheet_view.tabSelected = False


def _over_the_width(sheet: Worksheet) -> None:
    """The sentence of the last row across all columns, with room for two lines."""
    row = sheet.max_row
    sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=3)
    sheet.cell(row, 1).alignment = Alignment(wrap_text=True, vertical="top")
    sheet.row_dimensions[row].height = 32


def _kinds(examined: Examined, language: Language) -> Iterator[tuple[str, int, str, str]]:
    """By kind, errors first: the first of it in words, how many, where the first ones are."""
    groups: dict[str, list[Problem]] = {}
    for problem in examined.problems:
        groups.setdefault(problem.code, []).append(problem)
    order = list(FILLS)
    for code, found in sorted(groups.items(), key=lambda pair: order.index(pair[1][0].severity)):
        said = found[0].vi if language == "vi" else found[0].en
        places = [each.cell for each in found if each.cell]
        more = " …" if len(places) > PLACES else ""
        count = max(examined.counts.get(code, 0), len(found))
        yield said, count, ", ".join(places[:PLACES]) + more, found[0].severity


PLACES = 5
_WORDS = {
    "vi": ("Việc cần sửa", ("Số lượng", "Ô", "Chuyện gì và làm gì (lỗi đầu tiên của mỗi loại)"),
           "Tệp có {rows} dòng, {errors} dòng chưa nhận được. Sửa các ô tô màu ở các trang sau (rê chuột lên ô để xem"
           " ghi chú), rồi gửi lại chính tệp này."),
    "en": ("What to mend", ("How many", "Cells", "What is wrong and what to do (the first of each kind)"),
           "The file has {rows} rows, {errors} of them are kept back. Mend the coloured cells on the following sheets"
           " (point at a cell to read its note), then send this very file again."),
}  # fmt: skip


def _sheet(book: Workbook, problem: Problem) -> str:
    """The sheet of a problem; what is wrong with the file as a whole stands on the first one."""
    names = [str(sheet.title) for sheet in book.worksheets]
    return next((name for name in names if name == problem.sheet), names[0])


def _mark(sheet: Worksheet, place: str, found: Sequence[Problem], language: Language) -> None:
    cell = _first(sheet, place)
    cell.fill = FILLS[min((each.severity for each in found), key=list(FILLS).index)]
    said = [each.vi if language == "vi" else each.en for each in found]
    before = [cell.comment.text] if cell.comment is not None else []
    note = Comment("\n\n".join([*said, *before])[:LONGEST], AUTHOR)
    note.width, note.height = SIZE
    cell.comment = note


def _first(sheet: Worksheet, place: str) -> Any:
    """The cell of a place; of merged ones the first, which alone can bear a note."""
    cell = sheet[place]
    if not isinstance(cell, MergedCell):
        return cell
    return next(sheet.cell(each.min_row, each.min_col) for each in sheet.merged_cells.ranges if place in each)
