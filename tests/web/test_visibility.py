"""A figure for staff is there only for who reads what it rests on, over the whole area; to all others there is none."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from litestar.testing import TestClient

from tests.web.house import EVERYTHING, An, signed_in, visited
from tinhso.indicators.declaration import Indicator
from tinhso.web.kit.house import House

FIGURE, NONE = "A07", "A99"


@pytest.fixture
def counted(an: An, house: House) -> An:
    """Video points are recorded, and their figure is for staff from then on; everybody looked before."""
    an.commits(an.sends())
    for address in ("/", f"/explain/{FIGURE}", "/api/figures", f"/api/explain/{FIGURE}"):
        assert an.client.get(address).status_code == 200
    with house.db.owner() as conn:
        query = "select declaration::text from indicators.indicator where indicator = %s"
        row = conn.execute(query, [FIGURE]).fetchone()
        assert row is not None
        hidden = msgspec.structs.replace(msgspec.json.decode(row[0], type=Indicator), visibility="staff")
        conn.execute("update indicators.indicator set declaration = %s where indicator = %s",
                     [msgspec.json.encode(hidden).decode(), FIGURE])  # fmt: skip
        conn.execute("update indicators.state set revision = revision + 1")
    return an


@pytest.fixture
def officer(house: House) -> Iterator[TestClient[Any]]:
    """An officer of Đồng Văn alone."""
    with visited(house) as client:
        signed_in(house, client, "binh", EVERYTHING, "026")
        yield client


def figures(client: TestClient[Any], area: str = "02") -> set[str]:
    return {row["id"] for row in client.get(f"/api/figures?area={area}").json()}


def unnamed(text: str, name: str) -> str:
    return text.replace(name, "#")


def test_to_the_public_there_is_no_such_figure(counted: An, visitor: TestClient[Any]) -> None:
    assert FIGURE not in figures(visitor) and figures(visitor)
    assert f"row-{FIGURE}" not in visitor.get("/").text and "row-A01" in visitor.get("/").text
    for address in ("/explain/", "/api/explain/"):
        hidden, absent = (visitor.get(address + name) for name in (FIGURE, NONE))
        assert hidden.status_code == absent.status_code == 404
        assert unnamed(hidden.text, FIGURE) == unnamed(absent.text, NONE)


def test_who_reads_the_whole_area_is_told(counted: An, officer: TestClient[Any]) -> None:
    assert FIGURE in figures(counted.client) and "Điểm cầu trực tuyến" in counted.reads(f"/explain/{FIGURE}")
    assert FIGURE in figures(officer, "026") and FIGURE not in figures(officer, "02")
    for area, status in (("026", 200), ("00715", 200), ("02", 404), ("027", 404)):
        for address in ("/explain/", "/api/explain/"):
            assert officer.get(f"{address}{FIGURE}?area={area}").status_code == status, area


def test_no_answer_is_kept_for_another_scope(counted: An, officer: TestClient[Any], visitor: TestClient[Any]) -> None:
    """Whoever may see more asks first, and again in between."""
    for _ in range(2):
        assert counted.client.get(f"/api/explain/{FIGURE}").json()["value"] == 3
        assert officer.get(f"/api/explain/{FIGURE}?area=026").json()["value"] == 2
        assert officer.get(f"/api/explain/{FIGURE}").status_code == 404
        assert visitor.get(f"/api/explain/{FIGURE}?area=026").status_code == 404
        assert "diem_cau.xlsx" in counted.reads(f"/explain/{FIGURE}")
        assert "diem_cau.xlsx" not in visitor.get("/explain/A07?area=026").text
