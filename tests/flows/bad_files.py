"""Files as clumsy and as malicious people send them, and the desk in Đồng Văn that receives them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import xlsxwriter
import xlwt

from tinhso.access import grants
from tinhso.access.scope import Scope
from tinhso.intake import river
from tinhso.intake.desk import Desk
from tinhso.intake.river import Choices, Taken

REGISTER = "video_points"
HEADINGS = ("Mã điểm cầu", "Tên điểm cầu", "Cấp", "Huyện", "Xã", "Ngày đưa vào sử dụng")
SHEET = "xl/worksheets/sheet1.xml"
Row = Sequence[str]


def point(number: str = "DC-001", **other: str) -> Row:
    """One right row, with what a test wants to be otherwise."""
    cells = {
        "name": "UBND xã Lũng Cú", "level": "xã", "district": "Huyện Đồng Văn", "commune": "Xã Lũng Cú",
        "opened": "01/06/2022",
    }  # fmt: skip
    return (number, *(cells | other).values())


GOOD = (point(), point("DC-002"), point("DC-003"))


def workbook(rows: Sequence[Row] = GOOD, headings: Row = HEADINGS) -> bytes:
    """A workbook with a title line above its headings; a text that begins with = is a formula that failed."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Danh sách")
        sheet.write_string(0, 0, "DANH SÁCH ĐIỂM CẦU")
        for number, row in enumerate((headings, *rows), 1):
            for column, text in enumerate(row):
                if text.startswith("="):
                    sheet.write_formula(number, column, text, None, "#DIV/0!")
                else:
                    sheet.write_string(number, column, text)
    return out.getvalue()


def old_workbook(rows: Sequence[Row] = GOOD, headings: Row = HEADINGS, font: str = "Arial") -> bytes:
    """The same as .xls, in one font."""
    book, out = xlwt.Workbook(encoding="utf-8"), io.BytesIO()
    sheet, style = book.add_sheet("Danh sách"), xlwt.easyxf(f"font: name {font}")
    sheet.write(0, 0, "DANH SÁCH ĐIỂM CẦU")
    for number, row in enumerate((headings, *rows), 1):
        for column, text in enumerate(row):
            if text.startswith("="):
                sheet.row(number).set_cell_error(column, "#DIV/0!")
            else:
                sheet.write(number, column, text, style)
    book.save(out)
    return out.getvalue()


def delimited(rows: Sequence[Row] = GOOD, headings: Row = HEADINGS) -> bytes:
    """The same as CSV."""
    return "".join(",".join(row) + "\n" for row in (headings, *rows)).encode()


def with_part(change: Callable[[bytes], bytes], part: str = SHEET) -> bytes:
    """The good workbook with one of its parts changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook())) as good, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name in good.namelist():
            content = good.read(name)
            made.writestr(name, change(content) if name == part else content)
    return out.getvalue()


def encrypted() -> bytes:
    """What Excel writes when a password is set: an OLE container with one telling stream."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le") + bytes(600)


@dataclass(frozen=True)
class Counter:
    """Where files are handed in, whoever stands there; ``folder`` is where senders keep theirs."""

    desk: Desk
    folder: Path

    def takes(
        self, content: bytes, name: str = "diem_cau.xlsx", *, area: str | None = None, register: str = REGISTER,
        only_good: bool = False,
    ) -> Taken:  # fmt: skip
        """Hand a file in, as the station or as an officer of an area."""
        path = self.folder / "sent"
        path.write_bytes(content)
        scope = self.scope(area)
        choices = Choices(only_good=only_good)
        return river.take_in(self.desk, path, name, register, scope=scope, sender=scope.actor, choices=choices)

    def scope(self, area: str | None) -> Scope:
        if area is None:
            return grants.station()
        with self.desk.db.app() as conn:
            return grants.over(conn, [area], ["read", "propose", "approve", "export"], f"officer-{area}")

    def kept(self) -> tuple[int, int]:
        """How many records and how many change sets there are."""
        with self.desk.db.app(grants.station().settings()) as conn:
            row = conn.execute(
                f"select (select count(*) from registers.{REGISTER}), (select count(*) from registers.change_set)"
            ).fetchone()
        assert row is not None
        return row[0], row[1]
