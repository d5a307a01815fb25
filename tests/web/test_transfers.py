"""A row whose key is kept elsewhere, from the sender's page to the department's."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.web.house import EVERYTHING, GOOD, An, signed_in, visited
from tinhso.web.kit.house import House

MOVED = ("DC-002", "Điểm cầu chuyển về", "xã", "Huyện Đồng Văn", "Xã Lũng Cú", "15/04/2021")
NEW = ("DC-009", "UBND xã Má Lé", "xã", "Huyện Đồng Văn", "Xã Má Lé", "15/04/2021")


@pytest.fixture
def officer(house: House) -> Iterator[An]:
    """An officer of Đồng Văn alone."""
    with visited(house) as client:
        signed_in(house, client, "binh", EVERYTHING, "026")
        yield An(client)


def plain(page: str) -> str:
    """A page without what differs between any two files: numbers of batches, keys, marks, times."""
    page = re.sub(r'value="[0-9a-f]{32}"|DC-00\d|<time.*?</time>|\d\d:\d\d', "", page)
    return re.sub(r"/intake/\d+", "/intake/n", page)


def test_the_row_is_recorded_and_the_department_decides(an: An, officer: An) -> None:
    an.commits(an.sends())
    address = officer.sends([MOVED, NEW])
    page = officer.reads(address)
    assert "chờ cơ quan" not in page and "Mèo Vạc" not in page
    officer.commits(address)
    own = officer.reads("/staff/transfers")
    assert "DC-002" not in own and "Mèo Vạc" not in own and "Điểm cầu chuyển về" not in own
    assert "Điểm cầu chuyển về" in officer.reads("/staff/registers/video_points")
    found = re.search(r"/staff/transfers/(\d+)/accept", an.reads("/staff/transfers"))
    assert found and "Huyện Mèo Vạc" in an.reads("/staff/transfers")
    assert officer.client.post(f"/staff/transfers/{found[1]}/accept").status_code == 404
    for _ in range(2):
        assert an.client.post(f"/staff/transfers/{found[1]}/accept").status_code == 200
    assert "Điểm cầu chuyển về" in officer.reads("/staff/registers/video_points")
    refused = an.client.post(f"/staff/transfers/{found[1]}/refuse", data={"reason": "muộn"})
    assert refused.status_code == 409


def test_a_reason_goes_back_to_the_sender(an: An, officer: An) -> None:
    an.commits(an.sends())
    officer.commits(officer.sends([MOVED]))
    assert an.client.post("/staff/transfers/1/refuse", data={"reason": ""}).status_code == 400
    assert an.client.post("/staff/transfers/1/refuse", data={"reason": "chưa có quyết định"}).status_code == 200
    assert "chưa có quyết định" in officer.reads("/staff/transfers")
    assert "Điểm cầu chuyển về" not in officer.reads("/staff/registers/video_points")


def test_a_key_kept_elsewhere_and_a_new_one_make_the_same_pages(an: An, officer: An) -> None:
    """Looked at before the commit and after it, the list of problems, the register, its record and the export."""
    an.commits(an.sends(GOOD))
    officer.commits(officer.sends([NEW]))
    pages = []
    for row in (MOVED, ("DC-008", *MOVED[1:])):
        address = officer.sends([row])
        made = [officer.reads(address), officer.reads(f"{address}/problems.csv")]
        officer.commits(address)
        listed = officer.reads("/staff/registers/video_points")
        record = re.search(r"/staff/registers/video_points/\d+(?=\"[^>]*>[^<]*Điểm cầu chuyển về)", listed)
        assert record
        made += [officer.reads(address), listed, officer.reads("/staff/transfers"), officer.reads("/staff/changes")]
        made.append(officer.reads(record[0]))
        undo = re.search(r"/staff/changes/\d+/undo", made[-2])
        assert undo and officer.client.post(undo[0], data={"reason": "nhầm"}).status_code == 200
        pages.append([re.sub(r"\b[\d,]+\b|\b[0-9a-f]{8,}\b", "", plain(page)) for page in made[:5] + made[6:]])
    for one, other in zip(*pages, strict=True):
        assert one.splitlines() == other.splitlines()
