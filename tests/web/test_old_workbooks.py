"""Workbooks of twenty years ago through the pages: from the upload to records with right Vietnamese letters."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Callable

import pytest
import xlsxwriter
import xlwt

from tests.web.house import GOOD, HEADINGS, An
from tinhso.foundation import legacy_fonts

TITLE = "DANH SÁCH ĐIỂM CẦU"
ROWS = (*GOOD, ("DC-004", "Nhà văn hoá xã Sủng Là (cũ)", "xã", "Huyện Đồng Văn", "Xã Sủng Là", "07/09/2022"))
TCVN3 = {letter: byte for byte, letter in legacy_fonts._TCVN3.items()}
VNI = {letter: digraph for digraph, letter in legacy_fonts._vni().items()}
Typed = Callable[[str], str]


def unicode(text: str) -> str:
    return text


def tcvn3(text: str) -> str:
    """As .VnTime keeps it; it has no capital letters with tones, so those were typed in .VnTimeH or small."""
    return "".join(TCVN3.get(letter) or TCVN3.get(letter.lower(), letter) for letter in text)


def vni(text: str) -> str:
    """As VNI-Times keeps it: a base letter, then its mark."""
    return "".join(VNI.get(letter, letter) for letter in unicodedata.normalize("NFC", text))


def modern(typed: Typed, font: str) -> bytes:
    """An .xlsx with every cell in one font."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet, style = book.add_worksheet("DS"), book.add_format({"font_name": font})
        for number, row in enumerate(((TITLE,), (), HEADINGS, *ROWS)):
            for column, text in enumerate(row):
                sheet.write_string(number, column, typed(text), style)
    return out.getvalue()


def old(typed: Typed, font: str) -> bytes:
    """An .xls of Excel 97 to 2003 with every cell in one font."""
    book, out = xlwt.Workbook(encoding="utf-8"), io.BytesIO()
    sheet, style = book.add_sheet("DS"), xlwt.easyxf(f"font: name {font}")
    for number, row in enumerate(((TITLE,), (), HEADINGS, *ROWS)):
        for column, text in enumerate(row):
            sheet.write(number, column, typed(text), style)
    book.save(out)
    return out.getvalue()


FILES = {
    "xls": (old(unicode, "Times New Roman"), "diem_cau.xls"),
    "xlsx in TCVN3": (modern(tcvn3, ".VnTime"), "diem_cau.xlsx"),
    "xlsx in VNI": (modern(vni, "VNI-Times"), "diem_cau.xlsx"),
}


def test_the_texts_of_these_files_are_no_unicode_vietnamese() -> None:
    assert tcvn3("Huyện Đồng Văn") == "HuyÖn §ång V¨n" and vni("Huyện Đồng Văn") == "Huyeän Ñoàng Vaên"


@pytest.mark.parametrize(("content", "name"), FILES.values(), ids=list(FILES))
def test_from_upload_to_record(an: An, content: bytes, name: str) -> None:
    answer = an.client.post(
        "/staff/intake", data={"register": "video_points"}, files={"file": (name, content)}, follow_redirects=False
    )
    address = answer.headers["location"]
    page = an.reads(address)
    assert "Cả 4 dòng nhận được ngay" in page, page
    an.commits(address)
    kept = an.reads("/staff/registers/video_points")
    for row in ROWS:
        assert row[1] in kept, "every letter is right"
    assert "Xã Sủng Là" in kept and "Huyện Mèo Vạc" in kept
    found = an.reads("/staff/registers/video_points?q=nha van hoa")
    assert "Nhà văn hoá xã Sủng Là (cũ)" in found, "and it is found"
