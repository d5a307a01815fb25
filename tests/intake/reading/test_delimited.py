"""Delimited text from every decade: encodings, separators, quotes, ragged lines."""

from __future__ import annotations

import time
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.intake.reading.conftest import HEADINGS, ROWS, codes
from tinhso.foundation.legacy_fonts import _TCVN3
from tinhso.intake.reading import Workbook, read

Text = Callable[[bytes | str], Workbook]


def lines(separator: str = ",", end: str = "\n") -> str:
    return end.join(separator.join(row) for row in (HEADINGS, *ROWS)) + end


def rows_of(book: Workbook) -> list[tuple[str | None, ...]]:
    return book.sheets[0].frame.drop("row").rows()


EXPECTED = [tuple(cell or None for cell in row) for row in ROWS]


def windows_1258(text: str) -> bytes:
    """Base letters with their circumflex, breve or horn, then combining tones: the code page's own way."""
    encoded = b""
    for letter in text:
        parts = unicodedata.normalize("NFD", letter)
        tones = "".join(mark for mark in parts if mark in "\u0300\u0301\u0303\u0309\u0323")
        base = unicodedata.normalize("NFC", "".join(mark for mark in parts if mark not in tones))
        encoded += (base + tones).encode("cp1258")
    return encoded


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_separators_and_line_ends(text: Text, separator: str, end: str) -> None:
    book = text(lines(separator, end))
    assert rows_of(book) == EXPECTED and codes(book) == []
    assert [column.heading for column in book.sheets[0].columns] == list(HEADINGS)
    assert book.sheets[0].frame["row"].to_list() == [2, 3]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_unicode(text: Text, encoding: str) -> None:
    assert rows_of(text(lines().encode(encoding))) == EXPECTED


@pytest.mark.parametrize("mark", ["¹", "②", "٣", "²3"])
def test_signs_that_look_like_digits_are_text(text: Text, mark: str) -> None:
    """Python calls them digits and reads no number of them; a row of them is a row."""
    book = text(f"Mã,Họ tên\nk0,{mark}\n".encode())
    assert book.problems == () and rows_of(book)[-1][-1] == mark


def test_windows_1258_with_combining_tones(text: Text) -> None:
    book = text(windows_1258(lines()))
    assert rows_of(book) == EXPECTED and book.sheets[0].columns[1].heading == "Họ và tên"


def test_windows_1258_far_down(text: Text) -> None:
    plain = "STT,Ten\n" + "1,An\n" * 30_000
    assert rows_of(text(plain.encode() + windows_1258("2,Vàng Mí Bường\n")))[-1] == ("2", "Vàng Mí Bường")


def test_tcvn3_stays_as_it_is_for_its_repair(text: Text) -> None:
    inverse = {letter: code for code, letter in _TCVN3.items()}
    old = "".join(inverse.get(letter, letter) for letter in "stt,họ và tên\n1,giàng thị hường\n2,vàng mí sình\n")
    book = text(old.encode("cp1252"))
    assert book.sheets[0].columns[1].heading == "họ và tên"
    assert rows_of(book)[0] == ("1", "giµng thÞ h\u00adêng")


def test_damaged_utf8_names_its_line(text: Text) -> None:
    book = text((lines() + "3,Đặng Thị Chi\n" * 20).encode() + b"4,\xc4\xff,x\n")
    assert codes(book) == ["intake.damaged_text"] and book.problems[0].facts["line"] == "24"


def test_the_line_that_names_the_separator(text: Text) -> None:
    book = text("sep=;\n" + lines(";"))
    assert rows_of(book) == EXPECTED and book.sheets[0].frame["row"].to_list() == [2, 3]


def test_quotes(text: Text) -> None:
    book = text('Tên,Ghi chú,Thôn\n"Giàng, Thị An","nói ""được""\nhai dòng",""\nBình,ống 5" nước,x\n')
    assert rows_of(book) == [("Giàng, Thị An", 'nói "được"\nhai dòng', None), ("Bình", 'ống 5" nước', "x")]


def test_a_quote_never_closed(text: Text) -> None:
    assert codes(text(lines() + '3,"Chi,1,2,3\n' + "4,Dũng,1,2,3\n" * 20)) == ["intake.unclosed_quote"]
    middle = lines() + '3,"Chi,1,2,3\n' + "4,Dũng,1,2,3\n" * 20 + '5,"Lan,x",1,2,3\n'
    assert codes(text(middle)) == ["intake.unclosed_quote"]


def test_long_lines_are_left_out_and_named_short_ones_filled(text: Text) -> None:
    book = text("Tên,Xã,Thôn\nAn,Lũng Cú,Lô Lô\nBình,Sủng Là\nChi,Sà Phìn,A,B,C\nDũng,Phố Bảng,C\n")
    assert rows_of(book) == [("An", "Lũng Cú", "Lô Lô"), ("Bình", "Sủng Là", None), ("Dũng", "Phố Bảng", "C")]
    assert [(problem.code, problem.row) for problem in book.problems] == [("intake.ragged_row", 4)]
    assert book.sheets[0].frame["row"].to_list() == [2, 3, 5]


def test_titles_and_blank_lines_above(text: Text) -> None:
    book = text("DANH SÁCH LAO ĐỘNG\n\n" + lines())
    assert rows_of(book) == EXPECTED and book.sheets[0].header_row == 3


def test_nul_bytes_are_left_out_and_said(text: Text) -> None:
    book = text(lines().replace("Giàng", "Gi\0àng"))
    assert rows_of(book) == EXPECTED and codes(book) == ["intake.nul_bytes"]


def test_only_titles_and_only_headings(text: Text) -> None:
    assert codes(text(",".join(HEADINGS) + "\n")) == ["intake.no_rows"]
    assert codes(text("1,2,3\n4,5,6\n")) == ["intake.no_header"]


def test_two_million_lines_are_refused_fast(tmp_path: Path) -> None:
    path = tmp_path / "big.csv"
    path.write_bytes(b"a,b,c\n" + b"1,x,002195000124\n" * 2_000_000)
    start = time.perf_counter()
    assert codes(read(path, "big.csv")) == ["intake.too_many_rows"]
    assert time.perf_counter() - start < 5
    path.write_bytes(b"a,b\n" + b"1,x,Vang Mi Binh, Thon Lung Hoa, Xa Sa Phin\n" * 2_000_000)
    assert codes(read(path, "big.csv")) == ["intake.too_many_rows"]
