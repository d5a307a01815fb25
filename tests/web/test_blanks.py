"""A template filled in is taken in without a word; filled by us and sent back untouched it changes nothing."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import python_calamine
import xlsxwriter
from openpyxl.worksheet.worksheet import Worksheet

from tests.web.house import EVERYTHING, HAGIANG, An, signed_in
from tinhso.access import grants
from tinhso.intake import river, template
from tinhso.intake.reading import stamps
from tinhso.intake.template import Asked
from tinhso.packs.read import read
from tinhso.web.kit.house import House

PACK = read(HAGIANG)
WHOLE = (0, 2**62)
POINTS = "/staff/registers/video_points/template.xlsx"


def examples(register: str, folder: Path) -> Path:
    """The register's good examples as a sender's workbook."""
    good = [each.given for each in PACK.examples[register] if not each.expect]
    names = list(PACK.registers[register].fields)
    with xlsxwriter.Workbook(str(folder / "tốt.xlsx")) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, [PACK.registers[register].fields[name].title.vi for name in names])
        for number, given in enumerate(good, 1):
            sheet.write_row(number, 0, [str(given.get(name) or "") for name in names])
    return folder / "tốt.xlsx"


def taken(house: House, path: Path, register: str, **said: Any) -> river.Taken:
    return river.take_in(
        house.desk(), path, path.name, register, scope=grants.station(), sender="station",
        choices=river.Choices(only_good=True), **said,
    )  # fmt: skip


@pytest.mark.parametrize("register", sorted(PACK.registers))
def test_every_registers_records_come_back_unchanged(house: House, tmp_path: Path, register: str) -> None:
    brought = taken(house, examples(register, tmp_path), register)
    assert brought.commit is not None and brought.commit.new
    file = tmp_path / "mẫu.xlsx"
    desk = house.desk()
    assert template.write(desk, Asked(register, WHOLE, filled=True), file, scope=grants.station()) == brought.commit.new
    back = taken(house, file, register, dry_run=True)
    errors = [each.en for each in back.examined.problems if each.severity == "error"]
    changed = back.examined.change_set
    assert changed is not None and errors == [], errors
    assert (changed.rows.height, changed.same) == (0, brought.commit.new)
    assert not back.examined.unknown and back.examined.rows == brought.commit.new


@pytest.mark.parametrize("register", sorted(PACK.registers))
def test_every_blank_template_holds_nothing_to_take_in(house: House, tmp_path: Path, register: str) -> None:
    file = tmp_path / "mẫu.xlsx"
    template.write(house.desk(), Asked(register, WHOLE), file, scope=grants.station())
    back = taken(house, file, register, dry_run=True)
    assert back.examined.rows == 0
    assert {each.code for each in back.examined.problems} <= {"intake.no_rows"}
    book = python_calamine.CalamineWorkbook.from_path(str(file))
    assert len(book.get_sheet_by_index(0).to_python()) == 3, "the hidden row, the headings, the example"


def opened(content: bytes) -> tuple[Any, Worksheet]:
    book = openpyxl.load_workbook(io.BytesIO(content))
    return book, book.worksheets[0]


def sent(an: An, book: Any) -> str:
    out = io.BytesIO()
    book.save(out)
    answer = an.client.post("/staff/intake", data={"register": "video_points"},
                            files={"file": ("mẫu.xlsx", out.getvalue())})  # fmt: skip
    assert answer.status_code == 200
    return str(answer.text)


ROW = ("DC-009", "UBND xã Lũng Cú", "xã", "Huyện Đồng Văn", "Xã Lũng Cú", "01/06/2022")
FIELDS = ("point_no", "name", "level", "district", "commune", "opened_on")


def columns(sheet: Worksheet) -> dict[str, int]:
    return {str(cell.value).split(":")[2]: cell.column for cell in sheet[1] if cell.value}


def put(sheet: Worksheet, number: int, values: tuple[str, ...] = ROW) -> None:
    at = columns(sheet)
    for name, value in zip(FIELDS, values, strict=True):
        sheet.cell(number, at[name]).value = value


def test_the_look_of_a_template(an: An) -> None:
    book, sheet = opened(an.client.get(POINTS).content)
    assert sheet.row_dimensions[1].hidden and sheet.freeze_panes == "A3" and sheet.print_title_rows == "$2:$2"
    heads = {cell.value: cell.comment.text for cell in sheet[2] if cell.comment}
    assert "Bắt buộc." in heads["Mã điểm cầu"] and "Ví dụ: DC-001" in heads["Mã điểm cầu"]
    assert sheet.column_dimensions["A"].width > 10 and sheet["A10"].number_format in ("@", "General")
    assert book["Danh mục của mẫu"].sheet_state == "hidden"
    assert {each.type for each in sheet.data_validations.dataValidation} == {"list"}


def test_a_filled_in_template_needs_no_matching(an: An) -> None:
    book, sheet = opened(an.client.get(POINTS).content)
    put(sheet, 4)
    assert "Ghi nhận 1 dòng" in sent(an, book)


def test_columns_may_be_renamed_and_moved(an: An) -> None:
    book, sheet = opened(an.client.get(POINTS).content)
    put(sheet, 4)
    for cell in sheet[2][:-1]:
        cell.value = f"Cột số {cell.column}"
    sheet.move_range("A1:A4", cols=30)
    page = sent(an, book)
    assert "Ghi nhận 1 dòng" in page and "chưa khớp" not in page


@pytest.mark.parametrize(
    "how", ["written over, remark left", "written over, remark deleted", "deleted", "headings gone"]
)
def test_the_example_is_never_taken_in_and_nothing_else_is_lost(an: An, how: str) -> None:
    book, sheet = opened(an.client.get(POINTS).content)
    put(sheet, 4)
    if how.startswith("written over"):
        put(sheet, 3, ("DC-010", *ROW[1:]))
        if how.endswith("deleted"):
            sheet.cell(3, columns(sheet)["!note"]).value = None
    elif how == "deleted":
        sheet.delete_rows(3)
    else:
        sheet.delete_rows(2)
    page = sent(an, book)
    rows = 2 if how.endswith("remark deleted") else 1
    assert f"Ghi nhận {rows} dòng" in page, how
    assert ("đây là dòng ví dụ" in page) is (how == "written over, remark left")


def test_one_edited_cell_is_one_change(an: An) -> None:
    an.commits(an.sends())
    book, sheet = opened(an.client.get(f"{POINTS}?filled=yes").content)
    assert [sheet.cell(row, 1).value for row in (4, 5, 6)] == ["DC-001", "DC-002", "DC-003"]
    sheet.cell(4, columns(sheet)["name"]).value = "UBND huyện Đồng Văn, phòng họp 2"
    page = sent(an, book)
    assert "Ghi nhận 3 dòng" in page and '<ins class="now">UBND huyện Đồng Văn, phòng họp 2</ins>' in page
    assert page.count('<ins class="now">') == 1


def test_a_template_of_an_older_declaration(an: An) -> None:
    book, sheet = opened(an.client.get(POINTS).content)
    put(sheet, 4)
    old = stamps.version(PACK.registers["video_points"])
    for cell in sheet[1]:
        cell.value = cell.value and str(cell.value).replace(old, "00000000")
    assert "Ghi nhận 1 dòng" in sent(an, book), "the same fields are understood"
    gone = columns(sheet)["name"]
    sheet.cell(1, gone).value = "tinhso:video_points@00000000:ten_cu"
    page = sent(an, book)
    assert "sổ không còn cột «Tên điểm cầu»" in page and "Ghi nhận 1 dòng" not in page


def test_a_template_of_another_register_says_which(an: An) -> None:
    book, _ = opened(an.client.get("/staff/registers/meetings/template.xlsx").content)
    assert "đúng sổ" in sent(an, book) or "Gửi tệp này vào sổ" in sent(an, book)


def test_only_the_own_area_is_filled_in(an: An, house: House) -> None:
    an.commits(an.sends())
    signed_in(house, an.client, "binh", EVERYTHING, "027")
    _, sheet = opened(an.client.get(f"{POINTS}?filled=yes").content)
    assert [row[0] for row in sheet.iter_rows(min_row=4, max_col=1, values_only=True)] == ["DC-002"]
