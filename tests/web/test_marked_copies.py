"""Marked copies of .csv and .xls files: an .xlsx with every cell in its place, which is taken in again once mended."""

from __future__ import annotations

import io

import openpyxl
import pytest
import xlwt

from tests.intake.reading.test_delimited import windows_1258
from tests.web.house import HEADINGS, WRONG, An
from tinhso.intake import copying

TITLE = ("DANH SÁCH ĐIỂM CẦU", "", "", "", "", "")
FORMULA = ("DC-004", '=HYPERLINK("http://x.example","a")', "huyện", "Huyện Đồng Văn", "", "01/03/2021")
ROWS = (TITLE, HEADINGS, *WRONG, FORMULA)
MENDED = {"A5": "DC-003", "E5": "Xã Lũng Cú", "F5": "01/06/2022", "B6": "UBND huyện Đồng Văn 2"}


def csv(separator: str) -> str:
    return "\r\n".join(
        separator.join(f'"{cell.replace(chr(34), chr(34) * 2)}"' if '"' in cell else cell for cell in row)
        for row in ROWS
    )


def xls() -> bytes:
    book, out = xlwt.Workbook(encoding="utf-8"), io.BytesIO()
    sheet, day = book.add_sheet("Danh sách"), xlwt.easyxf(num_format_str="DD/MM/YYYY")
    for number, row in enumerate(ROWS):
        for column, text in enumerate(row):
            if text:
                sheet.write(number, column, text)
    sheet.merge(0, 0, 0, 5)
    sheet.write(2, 6, 12345678901234)
    sheet.write(2, 7, 44256, day)
    sheet.write(2, 8, xlwt.Formula("1+1"))
    sheet.row(2).set_cell_error(9, 0x2A)
    book.add_sheet("Nháp").visibility = 1
    book.save(out)
    return out.getvalue()


FILES = {
    "diem_cau.csv": ("\ufeff" + csv(",")).encode(),
    "xuat tu [may] chu.csv": windows_1258(csv(";")),
    "diem_cau.xls": xls(),
}


def given(an: An, name: str, content: bytes) -> tuple[str, str]:
    """A file handed in: the address and the page of what was found in it."""
    answer = an.client.post("/staff/intake", data={"register": "video_points"}, files={"file": (name, content)})
    assert answer.status_code == 200, answer.text
    return answer.url.path, answer.text


@pytest.mark.parametrize("name", FILES)
def test_it_comes_back_as_an_xlsx_and_is_taken_in_once_mended(an: An, name: str) -> None:
    address, page = given(an, name, FILES[name])
    assert f'href="{address}/marked.xlsx"' in page and "trở về dưới dạng .xlsx" in page
    book = openpyxl.load_workbook(io.BytesIO(an.client.get(f"{address}/marked.xlsx").content))
    first, sheet = book.worksheets[:2]
    said = "\n".join(str(cell) for row in first.iter_rows(values_only=True) for cell in row if cell is not None)
    assert first.title == "Việc cần sửa" and "4 dòng, 1 dòng chưa nhận được" in said and "31/02/2022" in said
    assert name[-4:] + " được lập lại" in said.replace(" cũ", "") and "giữ" in said, "what is lost is named"
    kept = [tuple(cell or "" for cell in row[:6]) for row in sheet.iter_rows(values_only=True)]
    assert kept == [tuple(row) for row in ROWS], "every cell in its place, as it was written"
    assert sheet["B6"].data_type == "s", "what looks like a formula runs nowhere"
    assert {cell.coordinate for row in sheet for cell in row if cell.comment} >= {"A5", "E5", "F5"}
    assert sheet["A5"].fill.fill_type == "solid" and "DC-001" in sheet["A5"].comment.text
    for cell, value in MENDED.items():
        sheet[cell].value = value
    out = io.BytesIO()
    book.save(out)
    mended, again = given(an, "da_sua.xlsx", out.getvalue())
    assert "Cả 4 dòng nhận được ngay" in again, again
    an.commits(mended)
    assert "UBND xã Lũng Cú" in an.reads("/staff/registers/video_points")


def test_an_old_workbook_keeps_numbers_days_merges_and_hidden_sheets(an: An) -> None:
    address, _ = given(an, "diem_cau.xls", FILES["diem_cau.xls"])
    book = openpyxl.load_workbook(io.BytesIO(an.client.get(f"{address}/marked.xlsx").content))
    sheet = book["Danh sách"]
    assert (sheet["G3"].value, sheet["G3"].number_format) == (12345678901234, "0")
    assert f"{sheet['H3'].value:%d/%m/%Y}" == "01/03/2021" and sheet["H3"].number_format == "dd/mm/yyyy"
    assert (sheet["J3"].value, sheet["J3"].data_type) == ("#N/A", "e"), "a failed formula is seen in the copy too"
    assert sheet["A5"].number_format == "@", "what is written there stays a text"
    assert [str(each) for each in sheet.merged_cells.ranges] == ["A1:F1"]
    assert book["Nháp"].sheet_state == "hidden"


def test_a_line_with_too_many_cells_keeps_them_all_to_be_mended(an: An) -> None:
    more = csv(";") + "\r\nDC-005;UBND;huyện;Huyện Đồng Văn;;01/03/2021;thừa;thừa nữa\r\n"
    address, page = given(an, "diem_cau.csv", more.encode())
    assert "nhiều ô hơn" in page
    sheet = openpyxl.load_workbook(io.BytesIO(an.client.get(f"{address}/marked.xlsx").content)).worksheets[1]
    assert [cell.value for cell in sheet[7]][-2:] == ["thừa", "thừa nữa"]
    assert "nhiều ô hơn" in sheet["A7"].comment.text, "a row's own problem stands at its beginning"


def test_what_is_too_large_is_refused_in_words(an: An, monkeypatch: pytest.MonkeyPatch) -> None:
    address, _ = given(an, "diem_cau.csv", FILES["diem_cau.csv"])
    monkeypatch.setattr(copying, "MOST_CELLS", 10)
    refused = an.client.get(f"{address}/marked.xlsx")
    assert refused.status_code == 400 and "Tải danh sách lỗi thay cho tệp này" in refused.text
