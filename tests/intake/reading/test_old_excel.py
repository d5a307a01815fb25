"""Workbooks of before 2007: failed formulas, fonts, and files made to crash or to tire out whoever reads them."""

from __future__ import annotations

import io
from datetime import date, datetime, time
from pathlib import Path
from struct import pack

import pytest
import xlwt
from hypothesis import given
from hypothesis import strategies as st

from tests.intake.reading.conftest import codes
from tinhso.foundation.problems import Refused
from tinhso.intake.reading import Workbook, biff, old_excel, read

NAMES = ("Họ và tên", "Diện tích", "Tỷ lệ")
FONT, NAME, ENCRYPTED, BOF, EOF = 0x31, 0x18, 0x2F, 0x0809, 0x0A
LAST, FREE = 0xFFFFFFFE, 0xFFFFFFFF


def written() -> bytes:
    """Headings, a row in TCVN3, a row whose first number is a failed formula, one with an error typed in."""
    book, out = xlwt.Workbook(encoding="utf-8"), io.BytesIO()
    sheet, old = book.add_sheet("DS"), xlwt.easyxf("font: name .VnTime")
    for row, cells in enumerate((NAMES, ("Sïng", 2, 1), ("Lï", 3, 2), ("Vµng", 4))):
        for column, value in enumerate(cells):
            sheet.write(row, column, value, old if row and not column else xlwt.Style.default_style)
    sheet.write(2, 3, "x")
    sheet.row(3).set_cell_error(2, 0x2A)
    sheet.write(3, 3, xlwt.Formula("1/0"))
    book.save(out)
    unknown, divided = b"\3\0\0\0\0\0\xff\xff", b"\2\0\7\0\0\0\xff\xff"
    assert out.getvalue().count(unknown) == 1
    return out.getvalue().replace(unknown, divided)


WRITTEN = written()


def reading(folder: Path, content: bytes) -> Workbook:
    path = folder / "so.xls"
    path.write_bytes(content)
    return read(path, "so.xls")


def test_failed_formulas_name_their_cells(tmp_path: Path) -> None:
    (sheet,) = reading(tmp_path, WRITTEN).sheets
    assert sheet.error_cells == {(4, 2): "#N/A", (4, 3): "#DIV/0!"} and sheet.cell(4, 3) == "D4"
    assert sheet.frame["c2"].to_list() == ["1", "2", None]


def test_the_fonts_of_cells_are_known(tmp_path: Path) -> None:
    book = reading(tmp_path, WRITTEN)
    assert dict(book.sheets[0].fonts) == {0: ".VnTime"} and codes(book) == ["intake.unnamed_column"]


def test_numbers_days_times_and_truth(tmp_path: Path) -> None:
    book, out = xlwt.Workbook(), io.BytesIO()
    sheet = book.add_sheet("DS")
    values = (
        (date(1995, 5, 12), "DD/MM/YYYY"), (datetime(1995, 5, 12, 7, 30), "DD/MM/YYYY h:mm"), (time(7, 30), "h:mm"),
        (1.25, "[h]:mm:ss"), (True, "General"), (0.1 + 0.2, "General"), (-5, "DD/MM/YYYY"),
        (9195000124123, "General"), (1e300, "DD/MM/YYYY"),
    )  # fmt: skip
    for column, (value, form) in enumerate(values):
        sheet.write(0, column, f"Cột {column}")
        sheet.write(1, column, value, xlwt.easyxf(num_format_str=form))
    book.save(out)
    (read_sheet,) = reading(tmp_path, out.getvalue()).sheets
    told = ["1995-05-12", "1995-05-12 07:30:00", "07:30:00", "1 day, 6:00:00", "true", "0,3", "-5", "9195000124123"]
    assert list(read_sheet.frame.row(0)[:8]) == told
    assert [place for place, marks in read_sheet.numeric.items() if marks[0]] == [0, 1, 5, 6, 7, 8]


def test_broken_styles_are_told_and_errors_stay_known(tmp_path: Path) -> None:
    content = bytearray(WRITTEN)
    begin = content.index(pack("<HH", FONT, 0x15))
    content[begin + 18] = 0xFF  # the font's name is longer than its record
    content[begin + 19] = 1
    book = reading(tmp_path, bytes(content))
    assert "intake.fonts_unread" in codes(book)
    assert book.sheets[0].error_cells == {(4, 2): "#N/A", (4, 3): "#DIV/0!"} and not book.sheets[0].fonts


@given(st.data())
def test_no_damage_passes_the_reader(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    """Cut and scratched anywhere: sheets, or a problem that says why not."""
    content = bytearray(WRITTEN[: data.draw(st.integers(0, len(WRITTEN)) | st.just(len(WRITTEN)))])
    if content:
        for at in data.draw(st.lists(st.integers(0, len(content) - 1), max_size=8)):
            content[at] = data.draw(st.integers(0, 255))
    book = reading(tmp_path_factory.mktemp("damaged"), bytes(content))
    assert book.sheets or any(problem.severity == "error" for problem in book.problems)


def test_cells_scattered_far_apart_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A few bytes of file would lay out a whole sheet, and each sheet another one."""
    book, out = xlwt.Workbook(), io.BytesIO()
    for name in "ab":
        sheet = book.add_sheet(name)
        sheet.write(0, 0, "Tên")
        sheet.write(500, 255, "x")
    book.save(out)
    assert codes(reading(tmp_path, out.getvalue())) != ["intake.too_spread"]
    monkeypatch.setattr(old_excel, "MOST_CELLS", 200_000)
    assert codes(reading(tmp_path, out.getvalue())) == ["intake.too_spread"]


def record(kind: int, content: bytes = b"") -> bytes:
    return pack("<HH", kind, len(content)) + content


def container(records: bytes, following: list[int] | None = None) -> bytes:
    """The least container that holds these records, in sectors of 64 bytes that follow one another as told."""
    short = -(-len(records) // 64)
    long = -(-short // 8)
    chain = following or [*range(1, short), LAST]
    fat = [0xFFFFFFFD, LAST, LAST, *range(4, 3 + long), LAST]
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    head += pack("<IIIIIIIII", 0, 1, 1, 0, 4096, 2, 1, LAST, 0) + pack("<109I", 0, *[FREE] * 108)
    root = ("Root Entry", 5, 1, 3, short * 64)
    entries = b"".join(map(entry, (root, ("Workbook", 2, FREE, 0, len(records)))))
    tables = [pack("<128I", *table, *[FREE] * (128 - len(table))) for table in (fat, chain)]
    return head + tables[0] + entries.ljust(512, b"\0") + tables[1] + records.ljust(long * 512, b"\0")


def entry(what: tuple[str, int, int, int, int]) -> bytes:
    name, kind, child, first, size = what
    spelt = name.encode("utf-16-le")
    begin = spelt.ljust(64, b"\0") + pack("<HBBIII36x", len(spelt) + 2, kind, 1, FREE, FREE, child)
    return begin + pack("<IQ", first, size)


def records_of(*more: bytes) -> bytes:
    """A workbook with one blank sheet, and these records among its first ones."""
    begin = record(BOF, pack("<HHHHII", 0x600, 5, 0, 1997, 0, 0)) + b"".join(more)
    first = len(begin) + 13 + 4
    sheet = record(BOF, pack("<HHHHII", 0x600, 0x10, 0, 1997, 0, 0)) + record(EOF)
    return begin + record(0x85, pack("<IBB", first, 0, 0) + b"\1\0S") + record(EOF) + sheet


def doubling(number: int) -> bytes:
    """A defined name: what the name before it says, twice."""
    formula = b"\x17\xc8\0" + b"x" * 200 if number == 0 else pack("<BHHBHHB", 0x23, number, 0, 0x23, number, 0, 8)
    spelt = b"\0" + b"A%02d" % number
    return record(NAME, pack("<HBBHHHBBBB", 0, 0, 3, len(formula), 0, 0, 0, 0, 0, 0) + spelt + formula)


def test_the_least_container_is_read(tmp_path: Path) -> None:
    assert codes(reading(tmp_path, container(records_of()))) == ["intake.empty_file"]


def test_names_that_double_are_never_worked_out(tmp_path: Path) -> None:
    """Sixty of them, 3 kB of file, stand for more letters than there are bytes of memory in the world."""
    content = container(records_of(*map(doubling, range(60))))
    assert b"A59" in content and pack("<H", NAME) + b"\x1d" not in biff.stream(content, "so.xls")
    assert codes(reading(tmp_path, content)) == ["intake.empty_file"]


def test_a_chain_without_an_end_is_damage(tmp_path: Path) -> None:
    assert codes(reading(tmp_path, container(records_of(), following=[1, 0]))) == ["intake.damaged"]


def test_sheets_that_lie_on_one_another_are_damage(tmp_path: Path) -> None:
    twice = record(0x85, pack("<IBB", 0, 0, 0) + b"\1\0S")
    assert codes(reading(tmp_path, container(records_of(twice, twice)))) == ["intake.damaged"]


def test_a_password_is_named() -> None:
    with pytest.raises(Refused) as refused:
        biff.stream(container(records_of(record(ENCRYPTED, bytes(54)))), "so.xls")
    assert [problem.code for problem in refused.value.problems] == ["intake.encrypted"]
