"""Changes that wait for somebody else, on the pages: sent by a commune, split by the department, read by the sender."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.web.house import EVERYTHING, GOOD, An, shown, signed_in, visited
from tinhso.access.declaration import Role, Text
from tinhso.web.kit.house import House

COMMUNE = Role("commune", Text("Xã", "Commune"), {"read": "*", "propose": "*"}, unmask={"*": ("*",)})
ROWS = [
    ("DC-010", "Điểm cầu một", "xã", "Huyện Đồng Văn", "Xã Lũng Cú", "01/06/2022"),
    ("DC-011", "Điểm cầu <b>hai", "xã", "Huyện Đồng Văn", "Xã Lũng Cú", "01/06/2022"),
]


POINT = {"f.point_no": "DC-099", "f.name": "Điểm cầu ba", "f.level": "commune", "f.district": "026",
         "f.commune": "00715", "f.opened_on": "1/6/2022"}  # fmt: skip


@pytest.fixture
def commune(house: House) -> Iterator[An]:
    """An officer of Lũng Cú who proposes and does not approve."""
    with visited(house) as client:
        signed_in(house, client, "lung-cu", COMMUNE, "00715")
        yield An(client)


@pytest.fixture
def stranger(house: House) -> Iterator[An]:
    with visited(house) as client:
        signed_in(house, client, "binh", EVERYTHING, "027")
        yield An(client)


def sent(commune: An) -> tuple[str, str]:
    """A file put before the department: its own address and the department's."""
    address = commune.sends(ROWS)
    page = commune.reads(address)
    assert "Gửi duyệt 2 dòng" in page and f'action="{address}/commit"' not in page
    told = commune.tells(f"{address}/propose", shown=shown(page), only_good="no")
    found = re.search(r"/staff/approvals/\d+", told)
    assert found and "chờ duyệt" in told.lower()
    return address, found[0]


def rows(page: str) -> list[str]:
    return sorted(set(re.findall(r'name="row\.(\d+)"', page)), key=int)


def test_a_commune_sends_the_department_splits_and_the_sender_reads_why(an: An, commune: An, stranger: An) -> None:
    address, queue = sent(commune)
    assert "DC-010" not in an.reads("/staff/registers/video_points")
    assert queue in an.reads("/staff/approvals") and "/staff/approvals" in an.reads("/staff")
    page = an.reads(queue)
    assert "Điểm cầu &lt;b&gt;hai" in page and "lung-cu" in page
    first, second = rows(page)
    said = {"shown": shown(page), f"row.{first}": "approve", f"row.{second}": "back", f"remark.{second}": "sai tên"}
    an.tells(f"{queue}/decide", **said)
    assert an.client.post(f"{queue}/decide", data=said).status_code == 409
    listed = an.reads("/staff/registers/video_points")
    assert "Điểm cầu một" in listed and "Điểm cầu &lt;b&gt;hai" not in listed
    record = re.search(r"/staff/registers/video_points/\d+", listed)
    assert record and "lung-cu đề nghị, an duyệt" in commune.reads(record[0])
    own = commune.reads(address)
    assert "sai tên" in own and "1 dòng bị trả lại" in own
    assert "1 dòng bị trả lại" in commune.reads("/staff") and "sai tên" in commune.reads(queue)
    assert queue not in stranger.reads("/staff/approvals")
    assert stranger.client.get(queue).status_code == 404


def test_the_sender_decides_nothing_but_may_take_it_back(an: An, commune: An) -> None:
    address, queue = sent(commune)
    assert not rows(commune.reads(queue))
    assert commune.client.post(f"{queue}/decide", data={"all": "yes"}).status_code == 403
    assert commune.client.post(f"{address}/propose", data={"shown": ""}).status_code == 409
    assert "đã rút lại" in commune.tells(f"{queue}/withdraw")
    assert an.client.post(f"{queue}/decide", data={"all": "yes", "shown": ""}).status_code == 400


def test_what_was_not_shown_is_not_approved(an: An, commune: An) -> None:
    _, queue = sent(commune)
    before = shown(an.reads(queue))
    an.commits(an.sends([(ROWS[0][0], "Tên khác", *ROWS[0][2:]), *GOOD]))
    answer = an.client.post(f"{queue}/decide", data={"all": "yes", "shown": before})
    assert answer.status_code == 409 and "Tên khác" in answer.text and "Chưa quyết định gì" in answer.text
    an.tells(f"{queue}/decide", all="yes", shown=shown(answer.text))
    assert "Điểm cầu một" in an.reads("/staff/registers/video_points")


def test_nothing_decided_and_no_remark_are_said(an: An, commune: An) -> None:
    _, queue = sent(commune)
    page = an.reads(queue)
    first, _ = rows(page)
    for said in ({}, {f"row.{first}": "wait"}, {f"row.{first}": "back"}, {"row.x": "approve"}):
        assert an.client.post(f"{queue}/decide", data={"shown": shown(page), **said}).status_code == 400
    assert "DC-010" not in an.reads("/staff/registers/video_points")


def test_a_form_goes_the_same_way(an: An, commune: An) -> None:
    """Who may not approve sends what a form says; a key that was wrong is put right in its own record."""
    an.commits(an.sends([ROWS[0]]))
    record = re.search(r"/staff/registers/video_points/\d+", commune.reads("/staff/registers/video_points"))
    assert record is not None
    edit = f"{record[0]}/edit"
    page = commune.reads(edit)
    assert "Gửi duyệt" in page
    said = {name: re.findall(rf'name="{name}" value="([^"]*)"', page)[0] for name in ("base", "seen")}
    answer = commune.client.post(edit, data={"act": "record", **said, **POINT}, follow_redirects=False)
    assert answer.status_code == 303, answer.text
    queue = answer.headers["location"]
    page = an.reads(queue)
    assert "DC-010" in page and "DC-099" in page and "Điểm cầu ba" in page
    an.tells(f"{queue}/decide", **{f"row.{number}": "approve" for number in rows(page)}, shown=shown(page))
    assert "Điểm cầu ba" in an.reads(record[0]) and "DC-099" in an.reads(record[0])
