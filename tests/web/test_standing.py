"""What signed-in people see: the registers and areas of their own grants, from the moment they hold until they end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from litestar.testing import TestClient

from tests.web.house import EVERYTHING, GOOD, An, signed_in, visited
from tinhso.access import giving, grants
from tinhso.access.declaration import Role
from tinhso.web.kit.house import House

DONG_VAN, MEO_VAC = "026", "027"
POINTS = Role("points", EVERYTHING.title, {"read": ("video_points",), "propose": ("video_points",)})


@pytest.fixture
def filled(house: House, an: An) -> House:
    """The house with three video points, two of them in Đồng Văn."""
    an.commits(an.sends(GOOD))
    return house


@pytest.fixture
def bình(filled: House) -> Iterator[TestClient[Any]]:
    """Bình, who reads and proposes video points in Mèo Vạc."""
    with visited(filled) as client:
        signed_in(filled, client, "binh", POINTS, MEO_VAC)
        yield client


def test_lists_show_the_own_area(bình: TestClient[Any]) -> None:
    page = bình.get("/staff/registers/video_points").text
    assert "UBND huyện Mèo Vạc" in page and "UBND huyện Đồng Văn" not in page and "Lũng Cú" not in page
    assert "Huyện Mèo Vạc" in page.partition("<main")[0], "the page speaks of the own area"


def test_only_own_registers_are_offered(bình: TestClient[Any]) -> None:
    assert "/staff/registers/workers" not in bình.get("/staff/registers").text
    assert 'value="workers"' not in bình.get("/staff/intake").text


def test_a_verb_not_held_is_refused(bình: TestClient[Any]) -> None:
    assert bình.post("/staff/changes/1/undo", data={"reason": "x"}).status_code == 403


def test_a_grant_that_ends_is_felt_by_the_next_request(filled: House, bình: TestClient[Any]) -> None:
    assert bình.get("/staff/registers/video_points").status_code == 200
    with filled.db.app(grants.station().settings()) as conn:
        (held,) = giving.every(conn, "binh")
        giving.revoke(conn, held.id, reason="moved on")
    assert bình.get("/staff/registers/video_points").status_code == 403


def test_a_person_disabled_is_out_at_once(filled: House, bình: TestClient[Any]) -> None:
    with filled.db.owner() as conn:
        conn.execute("update access.person set state = 'disabled' where login = 'binh'")
    assert bình.get("/staff/registers", follow_redirects=False).status_code == 303
