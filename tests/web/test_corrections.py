"""Corrections on the pages: asked by an officer, by a citizen with a code or without one; handled; read with a code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from litestar.testing import TestClient

from tests.laws.asked import png
from tests.web.house import EVERYTHING, An, signed_in, visited
from tests.web.test_looked import given, worker
from tinhso.access.declaration import Role, Text
from tinhso.web.kit.house import House

__all__ = ["worker"]
READER = Role("worker_reader", Text("Xem", "Reader"), {"read": ("workers",)})
RECORD = "/staff/registers/workers/1"
PHOTO = ("the.png", png("thẻ"), "image/png")
FORM = {"wrong": "Năm sinh <b>sai</b>", "right": "1991", "register": "workers", "area": "00715",
        "number": "002190000012", "name": "Giàng Thị Chi", "contact": "0938783959"}  # fmt: skip


@pytest.fixture
def officer(house: House, worker: dict[str, Any]) -> Iterator[An]:
    with visited(house) as client:
        signed_in(house, client)
        yield An(client)


def asks(client: TestClient[Any], **changed: str) -> tuple[str, str]:
    answer = client.post("/corrections", data=FORM | changed, files={"file": PHOTO})
    assert answer.status_code == 200 and answer.headers["cache-control"] == "no-store", answer.text
    number, code = re.findall(r"<b data-\w+>([^<]+)</b>", answer.text)
    return number, code


def state(client: TestClient[Any], number: str, code: str) -> Any:
    return client.post("/corrections/state", data={"case": number, "code": code})


def test_from_words_to_a_changed_record(house: House, officer: An) -> None:
    with visited(house) as chi:
        number, code = asks(chi, number="002090000011")
        case = f"/staff/cases/{number}"
        assert "Đã tiếp nhận" in state(chi, number, code).text
        shown = officer.reads(case)
        assert "Năm sinh &lt;b&gt;sai&lt;/b&gt;" in shown and "the.png" in shown and "Chưa xác minh" in shown
        (file,) = re.findall(rf'href="({case}/evidence/\d+)"', shown)
        sent = officer.client.get(file)
        assert sent.content == PHOTO[1] and "sandbox" in sent.headers["content-security-policy"]
        officer.tells(f"{case}/take")
        officer.tells(f"{case}/steps", action="identified")
        assert "Không có bản ghi" in officer.reads(f"{case}/correction"), "a number that nobody has"
        officer.tells(f"{case}/turn-down", words="Không có bản ghi nào mang số này.")
        told = state(chi, number, code).text
        assert "Không có bản ghi nào mang số này." in told and "Vàng Thị An" not in told


def test_an_officer_asks_from_the_record_and_accepts_one_field(officer: An) -> None:
    assert f'href="{RECORD}/correction"' in officer.reads(RECORD)
    assert 'name="f.job"' in officer.reads(f"{RECORD}/correction")
    answer = officer.client.post(
        f"{RECORD}/correction", data={"f.job": "Thợ <i>may</i>", "f.birth_date": "12/05/1992", "request": "Theo giấy"},
        files=[("file", PHOTO), ("file", ("b.png", png("b"), "image/png"))], follow_redirects=False,
    )  # fmt: skip
    case = answer.headers["location"]
    shown = officer.reads(case)
    assert "Thợ &lt;i&gt;may&lt;/i&gt;" in shown and shown.count("/evidence/") == 2 and "Thời hạn nội bộ" in shown
    seen = dict(re.findall(r'name="(seen\.[^"]+)" value="(\d+)"', shown))
    officer.tells(f"{case}/accept", **seen, take="workers/1/birth_date", words="Theo giấy khai sinh.")
    record = officer.reads(RECORD)
    assert "12/05/1992" in record and "Thợ &lt;i&gt;" not in record and f"Hồ sơ {case.rpartition('/')[2]}" in record
    assert f'href="{case}"' in record and "giữ nguyên" in officer.reads(case)


def test_the_day_tells_who_handles_and_who_asked(house: House, officer: An, worker: dict[str, Any]) -> None:
    with visited(house) as client:
        signed_in(house, client, "doc", READER, "026")
        answer = client.post(f"{RECORD}/correction", data={"f.job": "Thợ may"}, files={"file": PHOTO})
        case = str(answer.url.path)
        assert "Đề nghị của người dân và cán bộ" not in client.get("/staff").text
        day = officer.reads("/staff")
        assert "1 đề nghị cần xử lý" in day and 'href="/staff/cases"' in day
        officer.tells(f"{case}/turn-down", words="Giấy khai sinh ghi khác.")
        back = client.get("/staff").text
        assert "không chấp nhận" in back and f'href="{case}"' in back
        assert "cần xử lý" not in officer.reads("/staff"), "what is turned down and closed waits for nobody"
    with visited(house) as other:
        signed_in(house, other, "binh", EVERYTHING, "027")
        assert "cần xử lý" not in other.get("/staff").text and case not in other.get("/staff").text


@pytest.mark.parametrize(("data", "status", "words"), [
    ({"f.gender": "không rõ"}, 422, "f-gender"), ({"f.birth_date": "1950"}, 422, "năm sinh"),
    ({}, 400, "Chưa ghi điều gì"), ({"f.job": "a" * 10_000_000}, 400, "10.000.000"),
])  # fmt: skip
def test_values_that_cannot_be_are_told_at_once(officer: An, data: dict[str, str], status: int, words: str) -> None:
    answer = officer.client.post(f"{RECORD}/correction", data=data, files={"file": PHOTO})
    assert answer.status_code == status and words.replace(".", "") in answer.text.replace(".", "")
    assert "Chưa có hồ sơ" in officer.reads("/staff/cases")


def test_who_only_reads_asks_and_sees_the_answer_but_decides_nothing(house: House, worker: dict[str, Any]) -> None:
    with visited(house) as client:
        signed_in(house, client, "doc", READER, "026")
        answer = client.post(f"{RECORD}/correction", data={"f.job": "Thợ may"}, files={"file": PHOTO})
        case = str(answer.url.path)
        assert answer.status_code == 200 and "Thợ may" in answer.text and "Chấp nhận" not in answer.text
        assert client.post(f"{case}/accept", data={"take": "workers/1/job", "seen.workers/1": "1"}).status_code == 403
    with visited(house) as client:
        signed_in(house, client, "binh", EVERYTHING, "027")
        assert case not in client.get("/staff/cases").text
        assert client.get(case).status_code == client.get("/staff/cases/999").status_code == 404
        assert client.get(f"{RECORD}/correction").status_code == 404


def test_a_citizen_starts_from_the_own_page(house: House, officer: An, worker: dict[str, Any]) -> None:
    code = given(officer)
    with visited(house) as chi:
        chi.headers["origin"] = str(chi.base_url).rstrip("/")
        chi.post("/citizen", data={"number": worker["citizen_id"], "code": code})
        shown = chi.get("/citizen/records").text
        form = re.search(r'href="(/citizen/correct\?[^"]+)"', shown)
        assert form is not None
        assert 'name="f.job"' in chi.get(form[1].replace("&amp;", "&")).text
        about = {"register": "workers", "record": "1", "name": "Chi", "contact": "quầy"}
        bad = chi.post("/citizen/correct", data={**about, "f.gender": "?"}, files={"file": PHOTO})
        assert bad.status_code == 422 and "f-gender" in bad.text
        made = chi.post("/citizen/correct", data={**about, "f.job": "Thợ may"}, files={"file": PHOTO})
        number, secret = re.findall(r"<b data-\w+>([^<]+)</b>", made.text)
        assert "Đã xác minh giấy tờ" in state(chi, number, secret).text
        about["record"] = "2"
        other = chi.post("/citizen/correct", data=about, files={"file": PHOTO}, follow_redirects=False)
        assert other.status_code == 303
    assert "Thợ may" in officer.reads(f"/staff/cases/{number}")


@pytest.mark.parametrize(("changed", "file", "status"), [
    ({"wrong": "a" * 10_000_000}, PHOTO, 400), ({"number": "123"}, PHOTO, 400),
    ({"wrong": "", "right": " "}, PHOTO, 400), ({}, ("a.html", b"<html>", "text/html"), 400),
    ({}, ("a.png", png("x") + b"PK\x05\x06" + b"\0" * 18, "image/png"), 400),
    ({}, ("a.png", b"\0" * 27_000_000, "image/png"), 413),
])  # fmt: skip
def test_what_a_stranger_sends_wrongly_is_said_and_the_rest_is_kept(
    house: House, visitor: TestClient[Any], changed: dict[str, str], file: Any, status: int
) -> None:
    answer = visitor.post("/corrections", data=FORM | changed, files={"file": file})
    assert answer.status_code == status and len(answer.text) < 60_000
    assert status == 413 or "Giàng Thị Chi" in answer.text
    with house.db.owner() as conn:
        assert conn.execute("select count(*) from privacy.case").fetchone() == (0,)


def test_neither_form_nor_state_tells_whether_there_is_a_record(
    house: House, visitor: TestClient[Any], worker: dict[str, Any]
) -> None:
    said = set()
    for number in (worker["citizen_id"], "002090000099"):
        case, code = asks(visitor, number=number)
        told = state(visitor, case, code).text.partition("<main")[2].replace(f"số {case}", "#")
        said.add(re.sub(r"<time.*?</time>|[0-9:]{5}", "", told))
    assert len(said) == 1
    pairs = ((case, "AAAA-BBBB-CCCC"), ("99", code))
    wrong = {state(visitor, *pair).text.replace(f'value="{pair[0]}"', "") for pair in pairs}
    assert len(wrong) == 1 and state(visitor, "99", code).status_code == 401


def test_anybody_finds_the_form(visitor: TestClient[Any]) -> None:
    for page in ("/citizen", "/sign-in"):
        assert 'href="/corrections"' in visitor.get(page).text
    assert "Xã Lũng Cú" in visitor.get("/corrections").text
