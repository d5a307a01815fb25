"""Rounds on pages: opened by a department, answered by a commune, reminded, given more time, closed; the first page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from litestar.testing import TestClient
from msgspec.structs import replace

from tests.web.house import EVERYTHING, WRONG, An, signed_in, visited
from tinhso.foundation import clock
from tinhso.foundation.database import made_sql
from tinhso.web.kit.house import House

LUNG_CU, TA_LUNG = "00715", "00796"
OFFICER = replace(EVERYTHING, role="officer")


@pytest.fixture
def bình(house: House) -> Iterator[An]:
    """Bình, officer of one commune."""
    with visited(house) as client:
        signed_in(house, client, "binh", OFFICER, LUNG_CU)
        yield An(client)


def opens(an: An, *areas: str, title: str = "Điểm cầu quý IV") -> str:
    """A round for video-conference points; gives its address."""
    due = (clock.today() + timedelta(days=20)).isoformat()
    said: dict[str, Any] = {"title": title, "registers": ["video_points"], "areas": list(areas), "due": due}
    answer = an.client.post("/staff/rounds", data=said, follow_redirects=False)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def test_a_round_from_opening_to_closing(an: An, bình: An) -> None:
    form = an.reads("/staff/rounds/new?area=026")
    assert f'value="{LUNG_CU}" checked' in form and TA_LUNG not in form
    page = opens(an, LUNG_CU, TA_LUNG)
    assert "0/2 đơn vị đã gửi" in an.reads(page)

    mine = bình.reads("/staff")
    assert "1 việc đến hạn" in mine and "Điểm cầu quý IV" in mine and "/staff/intake?register=video_points" in mine
    assert "Xã Lũng Cú" in bình.reads(page) and "Tả Lủng" not in bình.reads(page)
    bình.commits(bình.sends([("DC-003", "UBND xã Lũng Cú", "xã", "Huyện Đồng Văn", "Xã Lũng Cú", "01/06/2022")]))
    assert "1/2 đơn vị đã gửi" in an.reads(page)
    assert "Không có việc đến hạn" in bình.reads("/staff")

    text = an.reads(f"{page}/reminder?area={TA_LUNG}")
    assert "Kính gửi UBND xã Tả Lủng" in text and "/staff/intake?register=video_points" in text
    assert "Xã Lũng Cú" not in an.reads(f"{page}/reminder"), "who has sent is not reminded"
    told = an.tells(f"{page}/act", action="reminded", area=TA_LUNG)
    assert "Đã nhắc: Xã Tả Lủng" in told and "đã nhắc 1 lần" in told
    later = (clock.today() + timedelta(days=40)).isoformat()
    assert "Gia hạn đến" in an.tells(f"{page}/extend", until=later, reason="mưa lũ", area="")
    assert "Báo cáo cấp trên: tất cả đơn vị" in an.tells(f"{page}/act", action="escalated", reason="Văn phòng UBND")
    assert "Đóng đợt" in an.tells(f"{page}/close", reason="đủ")
    assert an.client.post(f"{page}/act", data={"action": "noted", "reason": "x"}).status_code == 409
    assert "Điểm cầu quý IV" in an.reads("/staff/rounds")


def test_a_file_with_errors_comes_back(an: An, bình: An) -> None:
    page = opens(an, LUNG_CU)
    batch = bình.sends(WRONG)
    bình.reads(batch)
    assert re.search(r"tệp có lỗi", an.reads(page))
    mine = bình.reads("/staff")
    assert "diem_cau.xlsx" in mine and batch in mine and "dòng có lỗi" in mine


def test_what_changed_since_the_last_visit(an: An, bình: An) -> None:
    assert "Thay đổi trong bảy ngày qua" in bình.reads("/staff")
    with an.client.app.state["house"].db.owner() as conn:
        conn.execute(made_sql("update rounds.visit set at = at - interval '1 day'"))
    an.commits(an.sends())
    page = bình.reads("/staff")
    assert "Thay đổi từ lần trước bạn vào" in page and "1 bản ghi mới hoặc đã sửa" in page
    link = re.search(r'href="(/staff/registers/video_points\?only=since[^"]*)"', page)
    assert link is not None and "DC-003" in bình.reads(link[1])


def test_who_may_not_lead_is_told_so(an: An, bình: An, visitor: TestClient[Any]) -> None:
    page = opens(an, LUNG_CU, TA_LUNG)
    assert bình.client.post(f"{page}/close", data={}).status_code == 400
    assert bình.client.post("/staff/rounds", data={"title": "x", "registers": ["video_points"], "areas": [TA_LUNG],
                                                   "due": "2199-01-01"}).status_code == 400  # fmt: skip
    other = opens(an, TA_LUNG, title="Của Mèo Vạc")
    assert bình.client.get(other).status_code == 404 and "Của Mèo Vạc" not in bình.reads("/staff/rounds")
    assert visitor.get("/staff", follow_redirects=False).status_code in (302, 303, 307)


def test_a_form_that_lacks_something_is_answered_in_words(an: An) -> None:
    answer = an.client.post("/staff/rounds", data={"title": "", "due": "2199-01-01"})
    assert answer.status_code == 400 and "ít nhất một sổ" in answer.text
    assert an.client.post("/staff/rounds", data={"title": "x", "due": "hôm qua"}).status_code == 400
