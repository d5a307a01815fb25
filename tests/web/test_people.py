"""Accounts on pages: found, invited, reset, shut and opened, by who administers the whole; a trail of each; by mail."""

from __future__ import annotations

import html
import re
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from litestar.testing import TestClient

from tests.access.people import postbox
from tests.access.people.postbox import Postbox
from tests.web.house import EVERYTHING, PASSWORD, An, signed_in, visited
from tests.web.test_administering import ADMINISTERING
from tinhso.access import giving, grants
from tinhso.access.people import links, signing_in
from tinhso.access.people.door import Caller
from tinhso.access.people.letters import Letters
from tinhso.foundation import clock, jobs
from tinhso.foundation.problems import Refused
from tinhso.web.kit.house import House

MAILED = "https://tinhso.hagiang.example"
NEW = {"login": "mai", "name": "Lò Thị Mai", "mail": "mai@quanba.example", "way": "shown"}


@pytest.fixture
def chi(house: House) -> Iterator[TestClient[Any]]:
    """Chi, who administers everywhere and reads no record."""
    with visited(house) as client:
        signed_in(house, client, "chi", ADMINISTERING, "02")
        yield client


@pytest.fixture
def box(house: House) -> Iterator[Postbox]:
    """The house has mail from here on; what waits is sent by ``deliver``."""
    with postbox.opened() as box:
        house.letters = Letters(house.door, box.post, MAILED)
        yield box


def deliver(house: House) -> None:
    """Do what waits, and wait for what the house's own worker took before us."""
    assert house.letters is not None
    jobs.run_waiting(house.db, house.letters.jobs())
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        with house.db.owner() as conn:
            query = "select count(*) from jobs.procrastinate_jobs where status = 'doing'"
            if conn.execute(query).fetchone() == (0,):
                return
        time.sleep(0.05)


def link(page: str) -> str:
    found = re.search(rf'<code class="wrap key">(\S+?)({links.PATH}\S+?)</code>', page)
    assert found is not None and found[1] == "http://tinhso.example", "as whoever administers has it before them"
    return html.unescape(found[2]).removeprefix(links.PATH)


def events(house: House, subject: str) -> list[tuple[str, str]]:
    query = "select actor, action from access.event where subject = %s order by id"
    with house.db.owner() as conn:
        return conn.execute(query, [subject]).fetchall()


def code(refusal: pytest.ExceptionInfo[Refused]) -> str:
    return refusal.value.problems[0].code


def test_people_are_found_without_marks_and_by_state(chi: TestClient[Any], an: An) -> None:
    chi.post("/staff/invite", data=NEW)
    assert "3 trong 3" in chi.get("/staff/people").text
    for query, wanted in (
        ("q=lo thi mai", ["mai"]), ("q=QUANBA", ["mai"]), ("stand=invited", ["mai"]), ("q=thi+an", ["an", "chi"]),
        ("q=thi&stand=active", ["an", "chi"]),
    ):  # fmt: skip
        page = chi.get(f"/staff/people?{query}").text
        assert re.findall(r'href="/staff/people/(\w+)"', page) == wanted, query
    assert "Không có ai như vậy" in chi.get("/staff/people?q=zzz").text


def test_an_invitation_is_shown_once_and_sent_anew(house: House, chi: TestClient[Any]) -> None:
    page = chi.post("/staff/invite", data=NEW)
    first = link(page.text)
    assert page.headers["cache-control"] == "no-store" and first not in chi.get("/staff/people/mai").text
    second = link(chi.post("/staff/people/mai/invite").text)
    with pytest.raises(Refused) as over:
        links.use(house.door, first, PASSWORD)
    assert code(over) == "access.link_over"
    links.use(house.door, second, PASSWORD)
    answer = chi.post("/staff/people/mai/invite")
    assert answer.status_code == 409 and "Chưa có gì thay đổi" in answer.text
    assert events(house, "mai") == [
        ("chi", "person.added"), ("chi", "invitation.made"), ("chi", "invitation.made"), ("mai", "invitation.used")
    ]  # fmt: skip
    told = chi.get("/staff/people/mai").text
    assert told.index("dùng lời mời") < told.index("tạo tài khoản"), "the newest first"


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"login": "chi"}, 409),
        ({"login": "!"}, 400),
        ({"name": " "}, 400),
        ({"mail": "x"}, 400),
        ({"way": "mail"}, 404),
    ],
)
def test_who_cannot_be_invited_is_told_above_the_form(chi: TestClient[Any], wrong: dict[str, str], status: int) -> None:
    answer = chi.post("/staff/invite", data={**NEW, **wrong})
    assert answer.status_code == status and 'role="alert"' in answer.text
    assert f'value="{wrong.get("login", "mai")}"' in answer.text, "what was typed is still there"
    assert chi.get("/staff/people/mai").status_code == 404, "no account is left behind"


def test_a_reset_ends_what_was_and_shows_a_link(house: House, chi: TestClient[Any], an: An) -> None:
    assert an.client.get("/account").status_code == 200
    page = chi.post("/staff/people/an/reset").text
    assert an.client.get("/account", follow_redirects=False).status_code == 303, "signed out"
    with pytest.raises(Refused):
        signing_in.sign_in(house.door, "an", PASSWORD, Caller())
    links.use(house.door, link(page), "chợ phiên lùi bảy ngày")
    assert events(house, "an")[-2:] == [("chi", "reset.made"), ("an", "reset.used")]


def test_shut_open_signed_out_and_without_second_factor(house: House, chi: TestClient[Any], an: An) -> None:
    def acts(act: str) -> Any:
        answer = chi.post(f"/staff/people/an/{act}")
        assert answer.status_code == 200 and 'role="status"' in answer.text, act
        return answer.text

    acts("end")
    assert an.client.get("/account", follow_redirects=False).status_code == 303
    assert "đã bị khoá" in acts("disable")
    with pytest.raises(Refused) as refusal:
        signing_in.sign_in(house.door, "an", PASSWORD, Caller())
    assert code(refusal) == "access.disabled"
    assert "đang dùng" in acts("enable")
    assert signing_in.sign_in(house.door, "an", PASSWORD, Caller()).token
    acts("factor")
    assert [action for who, action in events(house, "an") if who == "chi"] == [
        "sessions.ended", "person.disabled", "person.enabled", "second_factor.dropped"
    ]  # fmt: skip


def test_nobody_acts_on_the_own_account_and_on_none_that_is_not(chi: TestClient[Any], an: An) -> None:
    for act in ("reset", "factor", "disable", "end", "invite", "enable"):
        answer = chi.post(f"/staff/people/chi/{act}")
        assert answer.status_code == 403 and "tài khoản của chính bạn" in answer.text, act
        assert chi.post(f"/staff/people/nobody/{act}").status_code == 404
    assert chi.post("/staff/people/an/delete").status_code == 404
    assert chi.get("/staff/people").status_code == 200


def test_the_last_administrator_is_neither_shut_nor_left_without_grant(house: House, chi: TestClient[Any]) -> None:
    """Another one administers until a day that is set: Chi is the last without an end."""
    with visited(house) as client:
        signed_in(house, client, "tam", EVERYTHING, "026")
        with house.db.app(grants.station().settings()) as conn:
            soon = clock.now() + timedelta(days=9)
            giving.give(conn, "tam", ADMINISTERING.role, "02", "administration", ends=soon)
            (only,) = (each.id for each in giving.every(conn, "chi"))
        answer = client.post("/staff/people/chi/disable")
        assert answer.status_code == 409 and "quản trị toàn tỉnh cuối cùng" in answer.text
        assert client.post(f"/staff/grants/{only}/revoke", data={"reason": "x"}).status_code == 409
    assert chi.post(f"/staff/grants/{only}/revoke", data={"reason": "x"}).status_code == 409
    assert chi.get("/staff/people").status_code == 200


def test_who_administers_a_part_keeps_no_accounts(house: House, chi: TestClient[Any], an: An) -> None:
    """A link opens whatever its person may do, so it would raise the rights of who makes it."""
    with visited(house) as client:
        signed_in(house, client, "huyen", ADMINISTERING, "026")
        page = client.get("/staff/people/an").text
        assert "/staff/people/an/reset" not in page and "quản trị viên toàn tỉnh" in page
        for act in ("reset", "factor", "disable", "end"):
            assert client.post(f"/staff/people/an/{act}").status_code == 403, act
        assert client.post("/staff/invite", data=NEW).status_code == 403
    assert an.client.get("/account").status_code == 200 and chi.get("/staff/people/mai").status_code == 404


def test_grants_are_given_and_ended_on_the_person_s_page(house: House, chi: TestClient[Any], an: An) -> None:
    said = {"person": "an", "role": "auditor", "area": "026", "purpose": "oversight", "next": "/staff/people/an"}
    answer = chi.post("/staff/grants", data=said)
    assert answer.url.path == "/staff/people/an" and "Cán bộ kiểm tra" in answer.text
    number = max(map(int, re.findall(r"/staff/grants/(\d+)/revoke", answer.text)))
    said = {"reason": "chuyển công tác", "next": "https://elsewhere.example/"}
    assert chi.post(f"/staff/grants/{number}/revoke", data=said).url.path == "/staff/grants", "nowhere else"
    page = chi.get("/staff/people/an").text
    assert "chuyển công tác" in page and "1 quyền đã thu hồi" in page


def test_by_mail_the_link_is_shown_to_nobody(house: House, chi: TestClient[Any], box: Postbox) -> None:
    page = chi.post("/staff/invite", data={**NEW, "way": "mail"})
    assert page.url.path == "/staff/people/mai" and links.PATH not in page.text and "đang gửi" in page.text
    deliver(house)
    assert box.taken[0][0] == NEW["mail"] and "đã gửi" in chi.get("/staff/people/mai").text
    found = re.search(rf"{MAILED}{links.PATH}(\S+)", box.text())
    assert found is not None
    links.use(house.door, found[1], PASSWORD)
    assert chi.post("/staff/people/mai/reset", data={"way": "mail"}).status_code == 200
    deliver(house)
    assert "đặt lại mật khẩu" in box.text() and chi.get("/staff/people/mai").text.count(">qua thư<") == 2


def test_a_link_that_is_shown_is_told_to_its_person(house: House, chi: TestClient[Any], box: Postbox) -> None:
    links.use(house.door, link(chi.post("/staff/invite", data=NEW).text), PASSWORD)
    link(chi.post("/staff/people/mai/reset", data={"way": "shown"}).text)
    chi.post("/staff/people/mai/factor")
    deliver(house)
    assert [to for to, _ in box.taken] == [NEW["mail"]] * 2
    assert "quản trị viên đã đặt lại mật khẩu" in box.text(0) and links.PATH not in box.text(0)
    assert "đã tắt bước xác nhận thứ hai" in box.text(1)


def test_a_failure_stands_on_the_person_s_page(house: House, chi: TestClient[Any], box: Postbox) -> None:
    box.answer = "550 không có hộp thư này"
    chi.post("/staff/invite", data={**NEW, "way": "mail"})
    deliver(house)
    page = chi.get("/staff/people/mai").text
    assert "đã thử 1 lần" in page and "550 không có hộp thư này" in page


def test_without_an_address_there_is_no_letter(chi: TestClient[Any], box: Postbox, an: An) -> None:
    answer = chi.post("/staff/people/an/reset", data={"way": "mail"})
    assert answer.status_code == 400 and "chưa có địa chỉ thư" in answer.text
    assert an.client.get("/account").status_code == 200, "nothing was changed"
