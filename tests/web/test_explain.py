"""A figure's page: value, published value, map with its list, definition, sources."""

from __future__ import annotations

from typing import Any

import pytest
from litestar.testing import TestClient

from tests.web.house import An


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
