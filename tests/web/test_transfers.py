"""A row whose key is kept elsewhere, from the sender's page to the department's."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.web.house import EVERYTHING, GOOD, An, signed_in, visited
from tinhso.app import made
from tinhso.web.kit.house import House

MOVED = ("DC-002", "Điểm cầu chuyển về", "xã", "Huyện Đồng Văn", "Xã Lũng Cú", "15/04/2021")
NEW = ("DC-009", "UBND xã Má Lé", "xã", "Huyện Đồng Văn", "Xã Má Lé", "15/04/2021")


@pytest.fixture
def officer(house: House) -> Iterator[An]:
    """An officer of Đồng Văn alone."""
    with visited(made(house)) as client:
        signed_in(house, client, "binh", EVERYTHING, "026")
        yield An(client)


def by_chance(house: House, one_in: int) -> None:
    with house.db.owner() as conn:
        conn.execute("update registers.spot_check set one_in = %s", [one_in])


def plain(page: str) -> str:
    """A page without what differs between any two files: numbers of batches, keys, marks, times."""
    page = re.sub(r'value="[0-9a-f]{32}"|DC-00\d|<time.*?</time>|\d\d:\d\d', "", page)
    return re.sub(r"/intake/\d+", "/intake/n", page)


def test_the_row_waits_and_the_department_decides(an: An, officer: An) -> None:
    an.commits(an.sends())
    address = officer.sends([MOVED, NEW])
    page = officer.reads(address)
    assert "2 dòng: 1 dòng ghi được, 1 dòng chờ cơ quan chuyên môn" in page and "Mèo Vạc" not in page
    officer.commits(address)
    own = officer.reads("/staff/transfers")
    assert "chờ cơ quan chuyên môn" in own and "DC-002" not in own and "Mèo Vạc" not in own
    found = re.search(r"/staff/transfers/(\d+)/accept", an.reads("/staff/transfers"))
    assert found and "Huyện Mèo Vạc" in an.reads("/staff/transfers")
    assert officer.client.post(f"/staff/transfers/{found[1]}/accept").status_code == 404
    for _ in range(2):
        assert an.client.post(f"/staff/transfers/{found[1]}/accept").status_code == 200
    assert "Điểm cầu chuyển về" in officer.reads("/staff/registers/video_points")
    assert "đã chấp nhận" in officer.reads("/staff/transfers")
    refused = an.client.post(f"/staff/transfers/{found[1]}/refuse", data={"reason": "muộn"})
    assert refused.status_code == 409


def test_a_reason_goes_back_to_the_sender(an: An, officer: An) -> None:
    an.commits(an.sends())
    officer.commits(officer.sends([MOVED]))
    assert an.client.post("/staff/transfers/1/refuse", data={"reason": ""}).status_code == 400
    assert an.client.post("/staff/transfers/1/refuse", data={"reason": "chưa có quyết định"}).status_code == 200
    assert "chưa có quyết định" in officer.reads("/staff/transfers")


def test_chance_and_elsewhere_make_one_page(an: An, officer: An, house: House) -> None:
    """Looked at before the commit and after it, and in the list of problems."""
    an.commits(an.sends(GOOD))
    officer.commits(officer.sends([NEW]))
    elsewhere = officer.sends([MOVED])
    pages = [officer.reads(elsewhere), officer.reads(f"{elsewhere}/problems.csv")]
    officer.commits(elsewhere)
    pages.append(officer.reads(elsewhere))
    by_chance(house, 1)
    chance = officer.sends([("DC-008", *MOVED[1:])])
    others = [officer.reads(chance), officer.reads(f"{chance}/problems.csv")]
    officer.commits(chance)
    others.append(officer.reads(chance))
    for one, other in zip(pages, others, strict=True):
        assert re.sub(r"\b\d+\b", "", plain(one)) == re.sub(r"\b\d+\b", "", plain(other))
