"""A table becomes a workbook like those of offices: read back by two other libraries and by the house itself."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import openpyxl
import polars as pl
import pytest
import python_calamine

from tinhso.demo import sheets
from tinhso.demo.planning import Plan
from tinhso.demo.sheets import FIRST_ROW, Table

FRAME = pl.DataFrame({
    "station_no": ["HGG0001-4G-VTL", "HGG0002-2G-VTL"], "site_no": ["HGG0001", "HGG0002"],
    "site_name": ["Núi <Đôi> & chợ", None], "operator": ["viettel", "viettel"], "technology": ["4G", "2G"],
    "commune": ["Xã Lũng Cú", "00742"], "lat": [23.36742, 23.2], "mast_height": [42.0, None],
    "on_air_on": [date(2023, 2, 28), None], "status": ["operating", "planned"],
})  # fmt: skip


@pytest.fixture
def table() -> Table:
    return Table("base_stations", FRAME, "VIETTEL HÀ GIANG", "DOANH NGHIỆP VIỄN THÔNG", numbered=True)


def written(plan: Plan, table: Table, path: Path) -> Path:
    sheets.write(table, path, plan.pack.registers["base_stations"], plan.pack.code_lists)
    return path


def test_openpyxl_reads_it_with_its_formats(plan: Plan, table: Table, tmp_path: Path) -> None:
    sheet = openpyxl.load_workbook(written(plan, table, tmp_path / "a.xlsx")).active
    assert sheet is not None
    assert sheet["A2"].value == "VIETTEL HÀ GIANG"
    headings = [cell.value for cell in sheet[FIRST_ROW]]
    assert headings[:3] == ["STT", "Mã trạm", "Mã vị trí"]
    row = dict(zip(headings, sheet[FIRST_ROW + 1], strict=True))
    assert row["Ngày phát sóng"].value == datetime(2023, 2, 28) and row["Ngày phát sóng"].number_format == "dd/mm/yyyy"
    assert row["Mã trạm"].number_format == "@" and row["Vĩ độ"].value == 23.36742
    assert row["Tên vị trí"].value == "Núi <Đôi> & chợ" and row["Tình trạng"].value == "Đang hoạt động"
    assert f"A4:{sheet.dimensions.split(':')[1].rstrip('0123456789')}4" in {
        str(one) for one in sheet.merged_cells.ranges
    }


def test_calamine_reads_the_same_rows(plan: Plan, table: Table, tmp_path: Path) -> None:
    book = python_calamine.CalamineWorkbook.from_path(str(written(plan, table, tmp_path / "a.xlsx")))
    rows = book.get_sheet_by_index(0).to_python()
    assert len(rows) == FIRST_ROW + FRAME.height
    assert rows[FIRST_ROW][:3] == [1.0, "HGG0001-4G-VTL", "HGG0001"] and date(2023, 2, 28) in rows[FIRST_ROW]


def test_the_same_table_gives_the_same_bytes(plan: Plan, table: Table, tmp_path: Path) -> None:
    first, second = (written(plan, table, tmp_path / name) for name in ("a.xlsx", "b.xlsx"))
    assert sheets.sha256(first) == sheets.sha256(second)


def test_a_csv_has_a_mark_semicolons_and_vietnamese_numbers(plan: Plan, table: Table, tmp_path: Path) -> None:
    text = written(plan, Table("base_stations", FRAME, "", ""), tmp_path / "a.csv").read_bytes().decode("utf-8")
    first, second = text.split("\r\n")[:2]
    assert first.startswith("\ufeffMã trạm;Mã vị trí;")
    assert "23,36742" in second and "28/02/2023" in second
