"""A file is judged by its content; what cannot be read is said in a sentence."""

from __future__ import annotations

import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import fastexcel
import pytest
import xlsxwriter

from tests.intake.reading.conftest import HEADINGS, ROWS, SHEET, codes, put
from tinhso.intake.reading import Workbook, read

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "intake.empty_file"),
        (b"\xef\xbb\xbf \r\n", "intake.empty_file"),
        (PNG, "intake.not_a_workbook"),
        (bytes(range(256)) * 40, "intake.not_a_workbook"),
        (b"%PDF-1.7\n", "intake.not_a_workbook"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "intake.web_page"),
        (b'<?xml version="1.0"?><Workbook/>', "intake.web_page"),
        (OLE + "EncryptedPackage".encode("utf-16-le") + bytes(512), "intake.encrypted"),
        (OLE + "WordDocument".encode("utf-16-le") + bytes(512), "intake.not_a_workbook"),
        (OLE + "Workbook".encode("utf-16-le") + bytes(512), "intake.damaged"),
        (b"PK\x03\x04 and nothing more", "intake.damaged"),
    ],
)
def test_what_is_refused(tmp_path: Path, content: bytes, code: str) -> None:
    path = tmp_path / "so.xlsx"
    path.write_bytes(content)
    book = read(path, "so.xlsx")
    assert book.sheets == () and codes(book) == [code]
    assert "so.xlsx" in book.problems[0].vi and "so.xlsx" in book.problems[0].en


@pytest.mark.parametrize("part", [1, 2, 10, 90])
def test_a_truncated_workbook(tmp_path: Path, part: int) -> None:
    whole = tmp_path / "whole.xlsx"
    with xlsxwriter.Workbook(whole) as book:
        put(book.add_worksheet(), [HEADINGS, *ROWS * 200])
    cut = tmp_path / "cut.xlsx"
    cut.write_bytes(whole.read_bytes()[: whole.stat().st_size * part // 100])
    assert codes(read(cut, "cut.xlsx")) == ["intake.damaged"]


def test_a_workbook_called_csv_is_read_as_what_it_is(tmp_path: Path) -> None:
    path = tmp_path / "lao-dong.csv"
    with xlsxwriter.Workbook(tmp_path / "x.xlsx") as book:
        put(book.add_worksheet("Xã"), [HEADINGS, *ROWS])
    (tmp_path / "x.xlsx").rename(path)
    book = read(path, "lao-dong.csv")
    assert [sheet.name for sheet in book.sheets] == ["Xã"] and book.sheets[0].frame.height == 2


def test_another_zip(tmp_path: Path) -> None:
    for name, code in (("word/document.xml", "intake.not_a_workbook"), ("content.xml", "intake.other_workbook")):
        with zipfile.ZipFile(tmp_path / "x.xlsx", "w") as archive:
            archive.writestr(name, "<a/>")
        assert codes(read(tmp_path / "x.xlsx", "x.xlsx")) == [code]


def test_a_zip_bomb_is_refused_fast(tmp_path: Path, raw_xlsx: Callable[[str], Path]) -> None:
    path = raw_xlsx(SHEET.format("<sheetData/>"))
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive, archive.open("xl/media/a.bin", "w") as entry:
        for _ in range(300):
            entry.write(bytes(1024 * 1024))
    start = time.perf_counter()
    assert codes(read(path, "x.xlsx")) == ["intake.bomb"]
    assert time.perf_counter() - start < 5


def test_too_many_entries(raw_xlsx: Callable[[str], Path]) -> None:
    path = raw_xlsx(SHEET.format("<sheetData/>"))
    with zipfile.ZipFile(path, "a") as archive:
        for number in range(5_001):
            archive.writestr(f"x/{number}", b"")
    assert codes(read(path, "x.xlsx")) == ["intake.bomb"]


def test_an_entity_bomb(raw_xlsx: Callable[[str], Path]) -> None:
    lol = '<!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;&lol;">]>'
    path = raw_xlsx(f'<?xml version="1.0"?>{lol}' + SHEET.format("<sheetData/>"))
    assert codes(read(path, "x.xlsx")) == ["intake.xml_trick"]


@pytest.mark.parametrize("dimension", ['<dimension ref="A1:B2000000"/>', ""])
def test_two_million_rows_in_a_workbook_are_refused_fast(raw_xlsx: Callable[[str], Path], dimension: str) -> None:
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>{n}</v></c><c r="B{n}"><v>7</v></c></row>' for n in range(1, 2001))
    path = raw_xlsx(SHEET.format(dimension + "<sheetData>" + rows * 1000 + "</sheetData>"))
    start = time.perf_counter()
    book = read(path, "x.xlsx")
    assert codes(book) == ["intake.too_many_rows"] and "1000000" in book.problems[0].en
    assert time.perf_counter() - start < 5


def test_one_cell_in_the_last_corner(raw_xlsx: Callable[[str], Path]) -> None:
    corner = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    assert codes(read(raw_xlsx(SHEET.format(f"<sheetData>{corner}</sheetData>")), "x.xlsx")) == ["intake.too_spread"]
    lying = '<row r="1"><c r="A1"><v>1</v></c><c r="XFD1048576"><v>1</v></c></row>'
    assert codes(read(raw_xlsx(SHEET.format(f"<sheetData>{lying}</sheetData>")), "x.xlsx")) == ["intake.too_spread"]
    odd = """<row r="1"><c r="A1"><v>1</v></c><x:c r = 'xfd1048576'> <v>1</v></x:c></row>"""
    assert codes(read(raw_xlsx(SHEET.format(f"<sheetData>{odd}</sheetData>")), "x.xlsx")) == ["intake.too_spread"]


def test_a_whole_formatted_column_is_no_million_rows(raw_xlsx: Callable[[str], Path]) -> None:
    rows = '<dimension ref="A1:B1048576"/><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>Tên</t></is></c></row>'
    rows += '<row r="2"><c r="A2" t="inlineStr"><is><t>Đồng Văn</t></is></c></row></sheetData>'
    assert read(raw_xlsx(SHEET.format(rows)), "x.xlsx").sheets[0].frame["c0"].to_list() == ["Đồng Văn"]


class PanicException(BaseException):
    """Stands for the panic of a parser in Rust, which is known by this name."""


@pytest.mark.parametrize("error", [PanicException("index out of bounds"), ValueError("bad"), MemoryError()])
def test_a_parser_that_panics(
    monkeypatch: pytest.MonkeyPatch, xlsx: Callable[[Callable[[Any], None]], Workbook], error: BaseException
) -> None:
    def panic(*_: object) -> None:
        raise error

    monkeypatch.setattr(fastexcel, "read_excel", panic)
    assert codes(xlsx(lambda book: put(book.add_worksheet(), [HEADINGS, *ROWS]))) == ["intake.damaged"]


def test_an_interrupt_is_no_damaged_file(
    monkeypatch: pytest.MonkeyPatch, xlsx: Callable[[Callable[[Any], None]], Workbook]
) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(fastexcel, "read_excel", interrupt)
    with pytest.raises(KeyboardInterrupt):
        xlsx(lambda book: put(book.add_worksheet(), [HEADINGS]))
