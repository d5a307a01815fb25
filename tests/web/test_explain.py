"""A figure's page: value, published value, map with its list, definition, sources."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from litestar.testing import TestClient

from tests.web.house import An
from tinhso.dashboards import small_cells
from tinhso.indicators.breakdown import Slice
from tinhso.indicators.figures import Figure
from tinhso.registers.declaration import Text
from tinhso.web.kit.house import House
from tinhso.web.kit.sight import Sight
from tinhso.web.public.views import explain as views


def test_it_explains(an: An) -> None:
    an.commits(an.sends())
    page = an.reads("/explain/A07")
    for said in ("Điểm cầu trực tuyến", "Thiếu 238", "241", "Huyện Đồng Văn", "diem_cau.xlsx", "Cách tính"):
        assert said in page, said
    assert "Xã Lũng Cú: 1" in page, "the commune stands on the map"
    assert "UBND" not in page, "the public is told files and rows, never what a record holds"


def test_a_district_and_a_commune(an: An) -> None:
    an.commits(an.sends())
    assert "Xã Lũng Cú" in an.reads("/explain/A07?area=026")
    assert "Theo thôn" in an.reads("/explain/A07?area=00715")


def test_no_data_is_a_state_of_its_own(visitor: TestClient[Any]) -> None:
    page = visitor.get("/explain/A16").text
    assert "Con số này chưa có số liệu" in page and "/staff/intake" not in page


@pytest.mark.parametrize("address", ["/explain/A99", "/explain/A16?area=xx", "/api/explain/A99"])
def test_unknown_things_are_refused(visitor: TestClient[Any], address: str) -> None:
    assert visitor.get(address).status_code == 404


def test_a_breakdown_with_a_small_cell_is_not_shown_and_says_so() -> None:
    slices = [_slice(name, count) for name, count in (("Hmông", 812), ("Tày", 40), ("Cơ Lao", 3))]
    away = small_cells.close([each.figure.records for each in slices])
    made = views.breakdown("Theo dân tộc", slices, Sight("vi"), away=away)
    assert made.bars == () and made.hidden
    shown = views.breakdown("Theo dân tộc", slices[:2], Sight("vi"), away=small_cells.close([812, 40]))
    assert [(bar.name, bar.value) for bar in shown.bars] == [("Hmông", "812"), ("Tày", "40")] and not shown.hidden


def test_a_code_that_was_not_in_force_says_so() -> None:
    retired = replace(_slice("Khu phố", 9), in_force=False)
    made = views.breakdown("", [_slice("Thôn", 12), retired], Sight("vi"), away=False)
    assert [bar.name for bar in made.bars] == ["Thôn", "Khu phố (mã không có hiệu lực ngày này)"]


def test_the_page_says_that_a_file_was_erased(an: An, house: House, visitor: TestClient[Any]) -> None:
    an.commits(an.sends())
    with house.db.owner() as conn:
        conn.execute(
            "insert into privacy.erased_file (sha256, names, actor, reason)"
            " select file_sha256, '{}', 'station', 'Hết thời hạn lưu 5 năm' from registers.change_set"
        )
    page = an.reads("/explain/A07")
    assert "Tệp đã bị xóa" in page and "Hết thời hạn lưu 5 năm" in page
    assert "Hết thời hạn" not in visitor.get("/explain/A07").text


def _slice(name: str, count: int) -> Slice:
    people, whole = Text("người", "persons"), Decimal(count)
    return Slice(name, Text(name, name), Figure("A09", "02", "2023-11-30", whole, whole, None, people, 1, 0, count))
