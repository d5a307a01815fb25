"""Forms on pages: a new record, a change, warnings overridden, two people at one record, drafts, hostile input."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from tests.web.house import EVERYTHING, PASSWORD, An, signed_in, visited
from tinhso.access.people import signing_in
from tinhso.access.people.door import Caller
from tinhso.foundation import clock
from tinhso.intake.forms import drafts
from tinhso.web.kit.cookies import SESSION
from tinhso.web.kit.house import House

LUNG_CU = "00715"
OFFICER = replace(EVERYTHING, role="officer")
BLIND = replace(EVERYTHING, role="blind", unmask={})
POINT = {"f.point_no": "DC-007", "f.name": "UBND xã Lũng Cú", "f.level": "commune", "f.district": "026",
         "f.commune": LUNG_CU, "f.opened_on": "1/6/2022"}  # fmt: skip
CERTIFICATE = {"f.serial": "5404A1B2C3D4E5F6", "f.subscriber": "Vàng Thị An", "f.kind": "personal",
               "f.office": "UBND xã Lũng Cú", "f.level": "commune", "f.commune": LUNG_CU, "f.issued_on": "1/2/2020",
               "f.expires_on": "1/3/2027"}  # fmt: skip
WORKER = {"f.citizen_id": "002190000012", "f.full_name": "Giàng Thị Chi", "f.birth_date": "1990", "f.gender": "female",
          "f.ethnicity": "Hmông", "f.commune": LUNG_CU, "f.phone": "0938783959", "f.qualification": "Chưa qua đào tạo",
          "f.status": "Có việc làm", "f.job": "Thợ may", "f.position": "Tự làm",
          "f.surveyed_on": "20/10/2023"}  # fmt: skip


@pytest.fixture
def bình(house: House) -> Iterator[An]:
    """Bình, officer of one commune."""
    with visited(house) as client:
        signed_in(house, client, "binh", OFFICER, LUNG_CU)
        yield An(client)


def posts(an: An, address: str, **said: str) -> Any:
    """Press "record"."""
    return an.client.post(address, data={"act": "record", **said}, follow_redirects=False)


def made_by(an: An, register: str = "video_points", said: dict[str, str] = POINT) -> str:
    """A record from the form; gives its address."""
    answer = posts(an, f"/staff/registers/{register}/new", **said)
    assert answer.status_code == 303, sentences(answer.text)
    return str(answer.headers["location"])


def sentences(page: str) -> str:
    """What a page says, without its marks."""
    return html.unescape(re.sub(r"<[^>]+>", " ", page.partition("<main")[2]))


def remembered(page: str) -> dict[str, str]:
    """What the form of a page remembers."""
    found = dict(re.findall(r'name="(base|seen|draft|warned)" value="([^"]*)"', page))
    assert len(found) == 4, found
    return found


def changes(house: House) -> list[tuple[Any, ...]]:
    with house.db.owner() as conn:
        query = "select way, author, reason, new_count, changed_count, gone_count from registers.change_set order by id"
        return conn.execute(query).fetchall()


def kept(house: House) -> list[tuple[Any, ...]]:
    with house.db.owner() as conn:
        return conn.execute("select owner, register, record, content from intake.draft order by id").fetchall()


def test_a_new_record_says_what_intake_says_and_is_recorded(an: An, house: House) -> None:
    page = an.reads("/staff/registers/video_points/new")
    assert 'name="f.opened_on"' in page and "Huyện Đồng Văn" in page and '<optgroup label="Huyện Đồng Văn">' in page
    slips = {**POINT, "f.point_no": "DC-7", "f.opened_on": "31/2/2022"}
    wrong = posts(an, "/staff/registers/video_points/new", **slips)
    assert wrong.status_code == 422
    told = sentences(wrong.text)
    assert "Mã điểm cầu ghi DC-7, không đúng cách ghi của cột này. Sửa theo mẫu: DC-001." in told
    assert "Ngày đưa vào sử dụng ghi 31/2/2022, là ngày không có trong lịch." in told and "Ô " not in told
    assert 'value="31/2/2022"' in wrong.text, "nothing typed is lost"
    address = made_by(an)
    assert "UBND xã Lũng Cú" in an.reads(address) and "01/06/2022" in an.reads(address)
    assert changes(house) == [("form", "an", None, 1, 0, 0)]
    twice = posts(an, "/staff/registers/video_points/new", **POINT)
    assert twice.status_code == 422 and "đã có bản ghi mang số này" in sentences(twice.text)
    assert len(changes(house)) == 1


def test_a_change_a_same_one_and_taking_it_out(an: An, house: House) -> None:
    address = made_by(an)
    page = an.reads(f"{address}/edit")
    assert 'value="01/06/2022"' in page and f'value="{LUNG_CU}" selected' in page
    known = remembered(page)
    other = {**POINT, "f.point_no": "DC-008", "f.line": "FTTH"}
    answer = posts(an, f"{address}/edit", **known, **other, reason="Đổi mã")
    assert answer.headers["location"] == address
    assert changes(house)[-1] == ("form", "an", "Đổi mã", 0, 1, 0), "the very record, under its mended number"
    known = remembered(an.reads(f"{address}/edit"))
    assert posts(an, f"{address}/edit", **known).status_code == 303
    assert len(changes(house)) == 2, "what changes nothing is not recorded"
    unsaid = an.client.post(f"{address}/remove", data={"base": known["base"]}, follow_redirects=False)
    assert unsaid.status_code == 400 and "cần có lý do" in unsaid.text
    an.client.post(f"{address}/remove", data={"base": known["base"], "reason": "Trùng"}, follow_redirects=False)
    assert changes(house)[-1] == ("form", "an", "Trùng", 0, 0, 1)
    gone = an.client.get(f"{address}/edit")
    assert gone.status_code == 409 and "đã được đưa ra khỏi sổ" in gone.text


def test_warnings_are_overridden_with_a_reason_and_errors_never(an: An, house: House) -> None:
    address = "/staff/registers/certificates/new"
    warned = posts(an, address, **CERTIFICATE, reason="một lý do cho điều chưa ai nhắc")
    assert warned.status_code == 422 and "hiệu lực quá 5 năm" in sentences(warned.text)
    assert changes(house) == [], "only what was shown can be overridden"
    known = remembered(warned.text)
    assert known["warned"] == "expires_on:certificates.five_years"
    assert posts(an, address, **CERTIFICATE, **known).status_code == 422, "not without a reason"
    wrong = posts(an, address, **{**CERTIFICATE, "f.expires_on": "1/1/2019"}, **known, reason="Cứ ghi")
    assert wrong.status_code == 422 and changes(house) == []
    sent = posts(an, address, **CERTIFICATE, **known, reason="Gia hạn 7 năm")
    assert sent.status_code == 303 and "/staff/approvals/" in sent.headers["location"], "it wants a second person"
    assert changes(house) == []
    with house.db.owner() as conn:
        (told,) = conn.execute("select reason from registers.proposal").fetchall()
    assert told[0] == "Gia hạn 7 năm (ghi dù có cảnh báo: certificates.five_years)"


def test_two_people_at_one_record_lose_nothing(an: An, bình: An, house: House) -> None:
    address = made_by(an)
    mine, theirs = (remembered(each.reads(f"{address}/edit")) for each in (an, bình))
    both = {**POINT, "f.line": "FTTH", "f.equipment": "Polycom"}
    assert posts(bình, f"{address}/edit", **theirs, **both).status_code == 303
    own = {**POINT, "f.line": "4G", "f.name": "UBND xã Lũng Cú (mới)"}
    asked = posts(an, f"{address}/edit", **mine, **own)
    told = sentences(asked.text)
    assert asked.status_code == 409 and len(changes(house)) == 2
    assert "Polycom" in told and "binh" in told, "what was changed meanwhile, and by whom"
    assert 'name="side.line"' in asked.text and 'name="side.name"' not in asked.text
    assert 'value="4G"' in asked.text and 'value="UBND xã Lũng Cú (mới)"' in asked.text
    known, again = remembered(asked.text), {**own, "f.equipment": "Polycom"}
    assert posts(an, f"{address}/edit", **known, **again).status_code == 409, "never without a choice"
    assert posts(an, f"{address}/edit", **known, **again, **{"side.line": "theirs"}).status_code == 303
    page = an.reads(address)
    assert "UBND xã Lũng Cú (mới)" in page and "Polycom" in page and "FTTH" in page


def test_what_others_changed_can_be_set_back_and_is_never_taken_for_ones_own(an: An, bình: An, house: House) -> None:
    address = made_by(an, said={**POINT, "f.line": "ADSL"})
    mine, theirs = (remembered(each.reads(f"{address}/edit")) for each in (an, bình))
    assert posts(bình, f"{address}/edit", **theirs, **{**POINT, "f.line": "FTTH"}).status_code == 303
    own = {**POINT, "f.line": "ADSL", "f.equipment": "Polycom"}
    asked = posts(an, f"{address}/edit", **mine, **own)
    assert asked.status_code == 409 and 'value="FTTH"' in asked.text, "theirs, since nobody else touched it"
    known = remembered(asked.text)
    later = remembered(bình.reads(f"{address}/edit"))
    assert posts(bình, f"{address}/edit", **later, **{**POINT, "f.line": "VSAT"}).status_code == 303
    again = posts(an, f"{address}/edit", **known, **{**own, "f.line": "FTTH"})
    assert again.status_code == 409 and 'name="side.line"' not in again.text and 'value="VSAT"' in again.text
    assert posts(an, f"{address}/edit", **remembered(again.text), **own).status_code == 303
    page = an.reads(address)
    assert "ADSL" in page and "Polycom" in page, "written back after it was seen: that is a change of one's own"
    with house.db.owner() as conn:
        assert conn.execute("select line, equipment from registers.video_points").fetchone() == ("ADSL", "Polycom")


def test_a_choice_does_not_hold_for_what_came_after_it(an: An, bình: An, house: House) -> None:
    address = made_by(an)
    mine = remembered(an.reads(f"{address}/edit"))
    for line in ("FTTH", "VSAT"):
        known = remembered(bình.reads(f"{address}/edit"))
        asked = posts(an, f"{address}/edit", **mine, **{**POINT, "f.line": "4G"}) if line == "VSAT" else None
        assert posts(bình, f"{address}/edit", **known, **{**POINT, "f.line": line}).status_code == 303
    assert asked is not None
    own = {**POINT, "f.line": "4G", "side.line": "mine"}
    chosen = posts(an, f"{address}/edit", **remembered(asked.text), **own)
    assert chosen.status_code == 409 and "VSAT" in sentences(chosen.text)
    assert len(changes(house)) == 3


def test_what_is_typed_is_checked_and_kept_and_goes_with_the_record(an: An, bình: An, house: House) -> None:
    address = "/staff/registers/video_points/new"
    said = an.client.post(f"{address}/check", data={"f.name": "UBND", "f.district": "026", "f.point_no": "7"}).json()
    assert {each["field"] for each in said["problems"]} >= {"point_no", "level", "opened_on"}
    assert [LUNG_CU, "Xã Lũng Cú", ""] in said["choices"]["commune"]
    assert all(code != "00796" for code, _, _ in said["choices"]["commune"]), "only communes of that district"
    again = an.client.post(f"{address}/check", data={**POINT, "draft": str(said["draft"])}).json()
    assert again["draft"] == said["draft"] and again["problems"] == []
    ((owner, register, record, content),) = kept(house)
    assert (owner, register, record, content["values"]["point_no"]) == ("an", "video_points", None, "DC-007")
    listed = an.reads("/staff/drafts")
    assert "Điểm cầu trực tuyến" in listed and f"/staff/drafts/{said['draft']}" in listed
    assert 'value="DC-007"' in an.reads(f"/staff/drafts/{said['draft']}")
    for path in ("", "/drop"):
        other = (bình.client.post if path else bình.client.get)(f"/staff/drafts/{said['draft']}{path}")
        assert other.status_code == 404
    assert "DC-007" not in bình.reads("/staff/drafts")
    made_by(an, said={**POINT, "draft": str(said["draft"])})
    assert kept(house) == []


def test_a_session_that_ends_keeps_the_draft(an: An, house: House) -> None:
    address = made_by(an)
    known = remembered(an.reads(f"{address}/edit"))
    said = {**known, **POINT, "f.equipment": "Polycom"}
    assert an.client.post(f"{address}/edit/check", data=said).status_code == 200
    with house.db.owner() as conn:
        conn.execute("update access.session set ended_at = now()")
    out = posts(an, f"{address}/edit", **said)
    assert out.status_code == 303 and out.headers["location"].startswith("/sign-in")
    an.client.cookies.set(SESSION, signing_in.sign_in(house.door, "an", PASSWORD, Caller()).token)
    page = an.reads(f"{address}/edit")
    assert 'value="Polycom"' in page and "bản nháp của bạn" in sentences(page)
    assert posts(an, f"{address}/edit", **remembered(page), **POINT, **{"f.equipment": "Polycom"}).status_code == 303
    assert kept(house) == []


def test_drafts_go_when_their_days_are_over_or_they_are_dropped(an: An, house: House) -> None:
    for _ in range(2):
        an.client.post("/staff/registers/video_points/new/check", data={"f.name": "UBND"})
    assert drafts.sweep(house.db) == 0
    with house.db.owner() as conn:
        old = clock.now() - timedelta(days=drafts.days() + 1)
        conn.execute("update intake.draft set kept_at = %s where id = 1", [old])
    assert drafts.sweep(house.db) == 1
    assert an.client.post("/staff/drafts/2/drop", follow_redirects=False).status_code == 303
    assert kept(house) == []


def test_what_may_not_be_seen_is_blank_and_stays(an: An, house: House) -> None:
    address = made_by(an, "workers", WORKER)
    with visited(house) as client:
        signed_in(house, client, "tra", BLIND, LUNG_CU)
        blind = An(client)
        page = blind.reads(f"{address}/edit")
        assert "002190000012" not in page and "0938783959" not in page and "002•••••0012" in page
        said = {**remembered(page), "f.full_name": "Giàng Thị Chi", "f.job": "Dệt lanh", "f.phone": "0938783000"}
        answer = posts(blind, f"{address}/edit", **said)
        assert answer.status_code == 303, sentences(answer.text)
        assert "0938783000" not in blind.reads(address)
    with house.db.owner() as conn:
        row = conn.execute("select citizen_id, phone, job, birth_date from registers.workers").fetchone()
    assert row == ("002190000012", "0938783000", "Dệt lanh", "1990")


def test_what_may_not_be_seen_can_be_emptied_by_saying_so(an: An, house: House) -> None:
    address = made_by(an, "workers", WORKER)
    with visited(house) as client:
        signed_in(house, client, "tra", BLIND, LUNG_CU)
        blind = An(client)
        page = blind.reads(f"{address}/edit")
        assert 'name="empty.phone"' in page and "0938783959" not in page
        assert 'name="empty.citizen_id"' not in page, "what must be there cannot be emptied"
        said = {**remembered(page), "f.full_name": "Giàng Thị Chi", "empty.phone": "yes"}
        both = posts(blind, f"{address}/edit", **said, **{"f.phone": "0938783000"})
        assert both.status_code == 422 and "vừa được đánh dấu xoá trống" in sentences(both.text)
        must = posts(blind, f"{address}/edit", **said, **{"empty.citizen_id": "yes"})
        assert must.status_code == 422 and "002190000012" not in must.text
        assert blind.client.post(f"{address}/edit/check", data=said).status_code == 200
        kept_page = blind.reads(f"{address}/edit")
        assert re.search(r'name="empty.phone" value="yes" checked', kept_page), "the draft remembers it"
        again = {**remembered(kept_page), "empty.phone": "yes"}
        answer = posts(blind, f"{address}/edit", **again)
        assert answer.status_code == 303, sentences(answer.text)
        assert 'name="empty.phone"' not in blind.reads(f"{address}/edit"), "nothing is left to be emptied"
    with house.db.owner() as conn:
        row = conn.execute("select citizen_id, phone, job from registers.workers").fetchone()
    assert row == ("002190000012", None, "Thợ may")


def test_a_record_is_taken_out_by_a_second_person_where_the_register_wants_one(an: An, bình: An, house: House) -> None:
    waits = posts(an, "/staff/registers/certificates/new", **{**CERTIFICATE, "f.expires_on": "1/2/2024"})
    assert waits.status_code == 303, sentences(waits.text)
    address = approved(bình, waits.headers["location"])
    known = remembered(an.reads(f"{address}/edit"))
    said = {"base": known["base"], "reason": "Thu hồi"}
    answer = an.client.post(f"{address}/remove", data=said, follow_redirects=False)
    queue = answer.headers["location"]
    assert answer.status_code == 303 and queue.startswith("/staff/approvals/"), "it waits, and its page says so"
    assert "5404A1B2C3D4E5F6" in an.reads("/staff/registers/certificates") and len(changes(house)) == 1
    page = bình.reads(queue)
    assert "Thu hồi" in page and "Vàng Thị An" in page and "rời sổ" in sentences(page)
    approved(bình, queue)
    assert changes(house)[-1] == ("form", "binh", "Thu hồi", 0, 0, 1)
    assert "5404A1B2C3D4E5F6" not in an.reads("/staff/registers/certificates")
    assert an.client.get(f"{address}/edit").status_code == 409


def approved(an: An, queue: str) -> str:
    """Approve all that waits there; gives the address of the register's one record."""
    marked = re.search(r'name="shown" value="([0-9a-f]+)"', an.reads(queue))
    assert marked is not None
    an.tells(f"{queue}/decide", all="yes", shown=marked[1])
    found = re.search(r"/staff/registers/certificates/\d+", an.reads("/staff/registers/certificates"))
    return found[0] if found else ""


def test_hostile_input_gets_a_sentence_and_runs_nothing(an: An, house: House) -> None:
    address = "/staff/registers/video_points/new"
    script = "<script>alert(1)</script>"
    answer = posts(an, address, **{**POINT, "f.name": f"UBND\x00 \x07{script}"})
    assert answer.status_code == 422 and "2 ký tự điều khiển" in sentences(answer.text)
    assert script not in answer.text and "&lt;script&gt;" in answer.text
    assert posts(an, address, **{**POINT, "f.name": f"UBND {script}"}).status_code == 303
    for page in ("/staff/registers/video_points/1", "/staff/registers/video_points/1/edit"):
        assert script not in an.reads(page)
    long = posts(an, address, **{**POINT, "f.point_no": "DC-009", "f.line": "á" * 33_000})
    assert long.status_code == 422 and "33.000 ký tự, nhiều nhất là 32.767" in sentences(long.text)
    huge = posts(an, address, **{**POINT, "f.line": "x" * 10_000_000})
    assert huge.status_code == 413 and len(huge.text) < 50_000
    assert len(changes(house)) == 1


def test_another_area_is_refused_as_in_a_file(bình: An, house: House) -> None:
    page = bình.reads("/staff/registers/video_points/new")
    assert "Mèo Vạc" not in page and f'value="{LUNG_CU}" selected' in page, "what can only be one thing is filled in"
    answer = posts(bình, "/staff/registers/video_points/new", **{**POINT, "f.district": "027", "f.commune": "00796"})
    assert answer.status_code == 422 and "không thuộc địa bàn bạn phụ trách" in sentences(answer.text)
    assert changes(house) == []
