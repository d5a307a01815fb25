"""Handing files in: what a sender sees, and that nothing is written before the decision."""

from __future__ import annotations

import csv
import io

import openpyxl

from tests.web.house import GOOD, WRONG, An
from tinhso.web.kit.house import House


def test_a_good_file_is_taken_in_and_undone(an: An) -> None:
    address = an.sends()
    page = an.reads(address)
    assert "Cả 3 dòng nhận được ngay" in page and "Ghi nhận 3 dòng" in page
    assert "Chưa ghi nhận gì" in an.reads("/"), "looking writes nothing"
    page = an.commits(address)
    assert "Đã ghi nhận: 3 dòng" in page and "Hoàn tác" in page
    assert "UBND xã Lũng Cú" in an.reads("/staff/registers/video_points")
    number = an.reads("/staff/changes").split("/staff/changes/")[1].split("/")[0]
    answer = an.client.post(f"/staff/changes/{number}/undo", data={"reason": "nhầm tệp"})
    assert "nhầm tệp" in answer.text
    assert "Chưa có bản ghi nào" in an.reads("/staff/registers/video_points")


def test_undo_wants_a_reason(an: An) -> None:
    an.commits(an.sends())
    assert an.client.post("/staff/changes/1/undo", data={"reason": " "}).status_code == 400


def test_problems_name_their_cells(an: An) -> None:
    address = an.sends(WRONG)
    page = an.reads(address)
    assert "3 dòng: 2 nhận được ngay, 1 cần người gửi sửa" in page
    assert ">A5<" in page and ">E5<" in page and "31/02/2022" in page
    assert "Chỉ ghi 2 dòng đúng" in page and "Ghi nhận 3 dòng" not in page
    an.commits(address, only_good=True)
    assert "UBND huyện Mèo Vạc" in an.reads("/staff/registers/video_points")


def test_problems_can_be_taken_home(an: An) -> None:
    address = an.sends(WRONG)
    rows = list(csv.reader(io.StringIO(an.client.get(f"{address}/problems.csv").content.decode("utf-8-sig"))))
    assert rows[0][2] == "Ô" and {row[2] for row in rows[1:]} >= {"A5", "E5", "F5"}
    book = openpyxl.load_workbook(io.BytesIO(an.client.get(f"{address}/problems.xlsx").content))
    assert [cell.value for cell in book.active[1]] == rows[0]


def test_the_difference_is_shown_before_and_after(an: An) -> None:
    an.commits(an.sends())
    changed = [("DC-001", "UBND huyện Đồng Văn (mới)", *GOOD[0][2:]), *GOOD[1:]]
    page = an.reads(an.sends(changed))
    assert "UBND huyện Đồng Văn (mới)" in page and '<del class="was">UBND huyện Đồng Văn</del>' in page
    again = an.reads(an.sends())
    assert "không có gì thay đổi" in again


def test_a_dropped_file_is_settled(an: An) -> None:
    address = an.sends()
    assert an.client.post(f"{address}/drop").status_code == 200
    assert "Tệp này đã bỏ" in an.reads(address)
    assert an.client.post(f"{address}/commit", data={}).status_code == 409


def test_what_is_no_workbook_is_said(an: An) -> None:
    sent = {"file": ("x.xlsx", b"\x00\x01 nothing")}
    page = an.client.post("/staff/intake", data={"register": "video_points"}, files=sent).text
    assert "Chưa đọc được tệp này" in page and "Ghi nhận" in page


def test_no_file_and_too_large_a_file(an: An) -> None:
    answer = an.client.post("/staff/intake", data={"register": "video_points"}, files={"file": ("", b"")})
    assert answer.status_code == 400
    large = {"file": ("x.csv", b"a" * 300_000)}
    answer = an.client.post("/staff/intake", data={"register": "video_points"}, files=large)
    assert answer.status_code == 413 and "MB" in answer.text


def test_an_upload_cut_short_is_not_taken(an: An) -> None:
    head = {"content-type": "multipart/form-data; boundary=x"}
    cut = b'--x\r\ncontent-disposition: form-data; name="file"; filename="a.csv"\r\n\r\na,b'
    answer = an.client.post("/staff/intake", content=cut, headers=head)
    assert answer.status_code == 400 and "bị ngắt giữa chừng" in answer.text
    assert "Chưa có tệp nào" in an.reads("/staff/intake")


def test_nothing_is_left_of_an_upload(an: An, house: House) -> None:
    an.sends()
    answer = an.client.post("/staff/intake", data={"register": "nothing"}, files={"file": ("a.csv", b"a,b")})
    assert answer.status_code == 404 and not list(house.incoming.iterdir())
