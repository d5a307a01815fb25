"""Workbooks as people write them: titles, storeys, dates, formulas, old fonts."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlwt

from tests.intake.reading.conftest import HEADINGS, ROWS, SHEET, codes, put
from tinhso.foundation import legacy_fonts
from tinhso.intake.reading import Workbook, read

Xlsx = Callable[[Callable[[Any], None]], Workbook]


def test_title_lines_above_and_a_total_below(xlsx: Xlsx) -> None:
    def fill(book: Any) -> None:
        sheet = book.add_worksheet("Lao động")
        sheet.merge_range("A1:B1", "UBND XÃ ĐỒNG VĂN")
        sheet.merge_range("C1:E1", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")
        sheet.merge_range("A2:E2", "DANH SÁCH LAO ĐỘNG NĂM 2023")
        put(sheet, [HEADINGS, (1, 2, 3, 4, 5), *ROWS, (), ("Tổng cộng", None, None, None, "2.500.000")], top=3)
        put(sheet, [("Đồng Văn, ngày 5 tháng 9 năm 2023",), ("Người lập biểu",), ("Giàng Thị An",)], top=11, left=3)

    book = xlsx(fill)
    (sheet,) = book.sheets
    assert sheet.header_row == 4
    assert [column.heading for column in sheet.columns] == list(HEADINGS)
    assert sheet.frame["row"].to_list() == [6, 7]
    assert sheet.frame["c1"].to_list() == ["Giàng Thị An", "Vàng Mí Bình"]
    assert codes(book) == ["intake.footer_left_out"] and book.problems[0].facts == {"first": "9", "last": "14"}


def test_a_total_and_signatures_in_an_old_font_are_no_rows(xlsx: Xlsx) -> None:
    font = {letter: byte for byte, letter in legacy_fonts._TCVN3.items()}

    def typed(text: str) -> str:
        return "".join(font.get(letter, letter) for letter in text)

    def fill(book: Any) -> None:
        sheet = book.add_worksheet()
        below = [("Tổng cộng", None, 2), ("Lũng Cú, ngày 31 tháng 12 năm 2023",), (None, "Người lập biểu")]
        rows = [HEADINGS, *ROWS, *below]
        put(sheet, [[typed(text) if isinstance(text, str) else text for text in row] for row in rows])

    book = xlsx(fill)
    assert book.sheets[0].frame["row"].to_list() == [2, 3]
    assert [problem.facts["first"] for problem in book.problems] == ["4"]


def test_a_person_called_tong_is_no_total(xlsx: Xlsx) -> None:
    rows = [HEADINGS, *ROWS, ("3", "Tống Văn Cộng", "002095000123"), ("4", "Tổng Thị Lan")]
    assert xlsx(lambda book: put(book.add_worksheet(), rows)).sheets[0].frame.height == 4


def test_two_storeys_of_merged_headings(xlsx: Xlsx) -> None:
    def fill(book: Any) -> None:
        sheet = book.add_worksheet()
        sheet.merge_range("A1:G1", "SỔ HỘ")
        for at, heading in ((0, "STT"), (1, "Họ và tên"), (6, "Ghi chú")):
            sheet.merge_range(2, at, 3, at, heading)
        sheet.merge_range("C3:D3", "Nơi ở")
        sheet.merge_range("E3:F3", "Quê quán")
        put(sheet, [("Thôn", "Xã", "Huyện", "Xã")], top=3, left=2)
        put(sheet, [(1, "Giàng Thị An", "Lũng Hòa", "Sà Phìn", "Đồng Văn", "Lũng Cú", "x")], top=4)

    (sheet,) = xlsx(fill).sheets
    headings = ["STT", "Họ và tên", "Thôn", "Nơi ở / Xã", "Huyện", "Quê quán / Xã", "Ghi chú"]
    assert [column.heading for column in sheet.columns] == headings
    assert sheet.columns[2].storeys == ("Nơi ở", "Thôn")
    assert sheet.frame.rows() == [("1", "Giàng Thị An", "Lũng Hòa", "Sà Phìn", "Đồng Văn", "Lũng Cú", "x", 5)]


def test_values_come_as_exact_text(xlsx: Xlsx) -> None:
    def fill(book: Any) -> None:
        sheet = book.add_worksheet()
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        put(sheet, [("ID", "Số", "Lẻ", "Bé", "Chữ", "Đúng", "Ngày", "Giờ")])
        put(sheet, [(2195000124, 123.0, 2.071, 0.1 + 0.2, "2.071", True)], top=1)
        put(sheet, [(9195000124123, -5, 22.82331234567, 1e-7, "002195000124", False)], top=2)
        sheet.write(1, 6, date(2012, 9, 11), day)
        sheet.write(2, 6, datetime(2012, 9, 11, 13, 5), book.add_format({"num_format": "dd/mm/yyyy hh:mm"}))
        sheet.write(1, 7, time(7, 30), book.add_format({"num_format": "hh:mm"}))

    (sheet,) = xlsx(fill).sheets
    assert sheet.frame.rows() == [
        ("2195000124", "123", "2,071", "0,3", "2.071", "true", "2012-09-11", "07:30:00", 2),
        ("9195000124123", "-5", "22,82331234567", "0,0000001", "002195000124", "false", "2012-09-11 13:05:00", None, 3),
    ]
    assert sheet.numeric[0].to_list() == [True, True]
    assert 4 not in sheet.numeric and 5 not in sheet.numeric


def test_an_id_typed_as_a_number_among_texts_is_known(xlsx: Xlsx) -> None:
    rows = [("Số CCCD", "Tên"), ("002195000124", "An"), (2195000125, "Bình"), (None, "Chi"), ("2195000126", "Dũng")]
    (sheet,) = xlsx(lambda book: put(book.add_worksheet(), rows)).sheets
    assert sheet.numeric[0].to_list() == [False, True, False, False]


def test_failed_formulas_name_their_cells(xlsx: Xlsx) -> None:
    def fill(book: Any) -> None:
        sheet = book.add_worksheet()
        put(sheet, [("Tên", "Diện tích", "Tỷ lệ"), ("An", 2, 1), ("Bình", 3, 2)], left=2, top=1)
        sheet.write_formula("E3", "=1/0", None, "#DIV/0!")
        sheet.write_formula("D4", "=VLOOKUP(1,A:A,1)", None, "#N/A")

    (sheet,) = xlsx(fill).sheets
    assert sheet.error_cells == {(3, 2): "#DIV/0!", (4, 1): "#N/A"}
    assert sheet.cell(3, 2) == "E3" and sheet.cell(4, 1) == "D4"
    assert sheet.frame.rows() == [("An", "2", None, 3), ("Bình", None, "2", 4)]


def test_sheets_in_turn_hidden_and_blank_ones_left_out(xlsx: Xlsx) -> None:
    def fill(book: Any) -> None:
        put(book.add_worksheet("Đồng Văn"), [HEADINGS, *ROWS])
        put(book.add_worksheet("Mèo Vạc"), [HEADINGS, *ROWS])
        book.add_worksheet("Trang trống")
        hidden = book.add_worksheet("Danh mục")
        put(hidden, [("Mã", "Tên")])
        hidden.hide()

    book = xlsx(fill)
    assert [sheet.name for sheet in book.sheets] == ["Đồng Văn", "Mèo Vạc"]
    assert [(problem.code, problem.sheet) for problem in book.problems] == [("intake.hidden_sheet", "Danh mục")]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([], "intake.empty_file"),
        ([HEADINGS], "intake.no_rows"),
        ([(1, 2, 3), (4, 5, 6)], "intake.no_header"),
    ],
)
def test_no_table(xlsx: Xlsx, rows: list[Any], expected: str) -> None:
    assert codes(xlsx(lambda book: put(book.add_worksheet(), rows))) == [expected]


def test_data_under_no_heading_is_named(xlsx: Xlsx) -> None:
    rows = [("Tên", "Xã", None, "Thôn"), ("An", "Lũng Cú", "?", "Lô Lô"), ("Bình", "Sủng Là", None, None)]
    book = xlsx(lambda made: put(made.add_worksheet(), rows))
    assert codes(book) == ["intake.unnamed_column"] and book.problems[0].facts == {"column": "C"}
    assert [column.letter for column in book.sheets[0].columns] == ["A", "B", "C", "D"]


def test_old_fonts_are_known_by_cell_and_by_column(xlsx: Xlsx) -> None:
    def fill(book: Any) -> None:
        old, capitals = book.add_format({"font_name": ".VnTime"}), book.add_format({"font_name": ".VnTimeH"})
        sheet = book.add_worksheet()
        for at, heading in enumerate(("Hä vµ tªn", "X·", "Ghi chó")):
            sheet.write(0, at, heading, old)
        sheet.write_row("A2", ("NguyÔn ThÞ H\u00adêng", "§ång V¨n"), old)
        sheet.write_row("A3", ("Giµng MÝ Sß",), old)
        sheet.write("B3", "Đồng Văn")
        sheet.write("B4", "mÌo v¹c", capitals)
        sheet.write("C4", "café")

    (sheet,) = xlsx(fill).sheets
    assert [column.heading for column in sheet.columns] == ["Họ và tên", "Xã", "Ghi chú"]
    assert sheet.fonts == {0: ".VnTime", (2, 1): ".VnTime", (4, 1): ".VnTimeH"}


def test_another_programs_workbook(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (("Mã", "Tên", "Ngày"), (712, "Đồng Văn", date(2020, 1, 2)), ("00715", "Lũng Cú", None)):
        book.active.append(row)
    book.save(tmp_path / "o.xlsx")
    (sheet,) = read(tmp_path / "o.xlsx", "o.xlsx").sheets
    assert sheet.frame.rows() == [("712", "Đồng Văn", "2020-01-02", 2), ("00715", "Lũng Cú", None, 3)]
    assert sheet.numeric[0].to_list() == [True, False]


CELLS = (
    '<row r="1"><c r="B1" t="inlineStr"><is><t>Tên</t></is></c><c r="C1" t="inlineStr"><is><t>Số</t></is></c></row>'
    '<row r="2"><c r="B2" t="inlineStr"><is><t>An</t></is></c><c r="C2"><v>1.5</v></c></row>'
    '<row r="3"><c r="B3" t="inlineStr"><is><t>Chi</t></is></c><c r="C3" t="e"><v>#REF!</v></c></row>'
)


@pytest.mark.parametrize("spelling", ["usual", "prefixed", "reordered", "quoted"])
def test_each_spelling_of_the_same_xml(raw_xlsx: Callable[[str], Path], spelling: str) -> None:
    cells = f"<sheetData>{CELLS}</sheetData>"
    sheet = SHEET.format(cells)
    if spelling == "prefixed":
        sheet = re.sub(r"<(/?)(\w)", r"<\1x:\2", sheet).replace("xmlns=", "xmlns:x=")
    if spelling == "reordered":
        sheet = re.sub(r'<c (r="\w+") (t="\w+")>', r"<c \2 \1>", sheet)
    if spelling == "quoted":
        sheet = SHEET.format(cells.replace('"', "'"))
    (read_sheet,) = read(raw_xlsx(sheet), "x.xlsx").sheets
    assert read_sheet.frame.rows() == [("An", "1,5", 2), ("Chi", None, 3)]
    assert [column.letter for column in read_sheet.columns] == ["B", "C"]
    assert read_sheet.error_cells == {(3, 1): "#REF!"} and read_sheet.numeric[1].to_list() == [True, False]


def test_cells_without_their_names(raw_xlsx: Callable[[str], Path]) -> None:
    bare = re.sub(r' r="\w+"', "", CELLS)
    (sheet,) = read(raw_xlsx(SHEET.format(f"<sheetData>{bare}</sheetData>")), "x.xlsx").sheets
    assert sheet.frame.rows() == [("An", "1,5", 2), ("Chi", None, 3)]
    assert sheet.error_cells == {(3, 1): "#REF!"}


def test_strings_with_a_lying_size(tmp_path: Path, raw_xlsx: Callable[[str], Path]) -> None:
    path = raw_xlsx(SHEET.format(f"<sheetData>{CELLS}</sheetData>"))
    with zipfile.ZipFile(path, "a", zipfile.ZIP_STORED) as archive:
        archive.writestr("xl/sharedStrings.xml", b"<sst>" + b"x" * 5000 + b"</sst>")
    content = path.read_bytes().replace(b"x" * 5000, b"y" * 5000)
    path.write_bytes(content)
    assert codes(read(path, "x.xlsx")) == ["intake.damaged"]


def test_a_workbook_of_before_2007(tmp_path: Path) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("Hộ")
    day = xlwt.easyxf(num_format_str="DD/MM/YYYY")
    rows = (("DANH SÁCH",), (), ("Tên", "Số CCCD", "Ngày", "Tỷ lệ"), ("An", 2195000124, None, 2.071))
    for at, row in enumerate(rows):
        for column, value in enumerate(row):
            sheet.write(at, column, value)
    sheet.write(4, 0, "Bình")
    sheet.write(4, 2, date(1995, 5, 12), day)
    book.save(str(tmp_path / "h.xls"))
    (read_sheet,) = read(tmp_path / "h.xls", "h.xls").sheets
    expected = [("An", "2195000124", None, "2,071", 4), ("Bình", None, "1995-05-12", None, 5)]
    assert read_sheet.frame.rows() == expected and read_sheet.header_row == 3
    assert read_sheet.numeric[1].to_list() == [True, False]
