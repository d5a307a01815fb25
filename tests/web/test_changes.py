"""A change set's page: what it did, what stands on it, and taking it back whole."""

from __future__ import annotations

import re

from tests.web.house import GOOD, An


def test_a_whole_import_is_taken_back_from_its_page(an: An) -> None:
    page = an.commits(an.sends())
    found = re.search(r'href="(/staff/changes/\d+)"', page)
    assert found
    page = an.reads(found[1])
    assert "Hoàn tác thay đổi của 3 bản ghi" in page and "diem_cau.xlsx" in page
    page = an.tells(f"{found[1]}/undo", reason="nhầm tệp")
    assert "nhầm tệp" in page and "Chưa có bản ghi nào" in an.reads("/staff/registers/video_points")
    assert "hoàn tác bằng đợt" in an.reads(found[1]) or "undone" in an.reads(f"{found[1]}?lang=en")


def test_later_changes_are_named_and_taken_back_first(an: An) -> None:
    an.commits(an.sends())
    an.commits(an.sends([(*GOOD[0][:1], "Tên sau", *GOOD[0][2:])]))
    page = an.reads("/staff/changes/1")
    assert "1 đợt sau dựa trên đợt này" in page and "Tên sau" not in page and "UBND huyện Đồng Văn" in page
    assert "Hoàn tác thay đổi" not in page
    answer = an.client.post("/staff/changes/1/undo", data={"reason": "thử"})
    assert answer.status_code == 409 and "Chưa hoàn tác gì" in answer.text and "/staff/changes/2" in answer.text
    an.tells("/staff/changes/2/undo", reason="từ trên xuống")
    an.tells("/staff/changes/1/undo", reason="cả đợt")
    assert "Chưa có bản ghi nào" in an.reads("/staff/registers/video_points")


def test_a_set_taken_back_says_by_which_one(an: An) -> None:
    an.commits(an.sends())
    an.tells("/staff/changes/1/undo", reason="nhầm tệp")
    answer = an.client.post("/staff/changes/1/undo", data={"reason": "lại"})
    assert answer.status_code == 409 and "đã được hoàn tác bằng đợt 2" in answer.text
    assert "Hoàn tác các đợt sau trước" not in answer.text
    an.tells("/staff/changes/2/undo", reason="tệp đúng")
    page = an.reads("/staff/changes/1")
    assert "Hoàn tác thay đổi của 3 bản ghi" in page, "its undoing was taken back, so it holds again"


def test_an_undoing_that_was_overtaken_gives_advice_that_helps(an: An) -> None:
    an.commits(an.sends())
    an.commits(an.sends([(*GOOD[0][:1], "Tên sau", *GOOD[0][2:])]))
    an.tells("/staff/changes/2/undo", reason="nhầm")
    an.commits(an.sends([(*GOOD[0][:1], "Tên sau nữa", *GOOD[0][2:])]))
    page = an.reads("/staff/changes/3")
    assert "lần hoàn tác này giữ nguyên" in page and "từ trên xuống" not in page and "Không thể nữa" in page
    answer = an.client.post("/staff/changes/3/undo", data={"reason": "thử"})
    assert answer.status_code == 409 and "gửi lại tệp của đợt đó" in answer.text


def test_an_unknown_change_set(an: An) -> None:
    assert an.client.get("/staff/changes/77").status_code == 404
