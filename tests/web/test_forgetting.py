"""A forgotten password at the door: offered where there is mail, the same answer for everybody, held back."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
from litestar.testing import TestClient

from tests.access.people import postbox
from tests.access.people.postbox import Postbox
from tests.web.house import visited
from tests.web.test_people import deliver
from tinhso.access.people import accounts, links
from tinhso.access.people.letters import Letters
from tinhso.app import made
from tinhso.web.kit.house import House

PASSWORD = "ruộng bậc thang mù sương"


@pytest.fixture
def box(house: House) -> Iterator[Postbox]:
    """An has an account and a mail address."""
    with house.db.owner() as conn:
        login = accounts.add(conn, "an", "Vàng Thị An", "an@dongvan.example", actor="admin")
        link = accounts.invite(conn, login, actor="admin")
    links.use(house.door, link.removeprefix(links.PATH), PASSWORD)
    with postbox.opened() as box:
        house.letters = Letters(house.door, box.post, "https://tinhso.hagiang.example")
        yield box


@pytest.fixture
def door(house: House, box: Postbox) -> Iterator[TestClient[Any]]:
    with visited(house) as client:
        client.headers["origin"] = "http://tinhso.example"
        yield client


def asks(door: TestClient[Any], login: str) -> Any:
    return door.post("/sign-in/forgotten", data={"login": login})


def test_without_mail_it_is_not_offered(visitor: TestClient[Any]) -> None:
    assert "/sign-in/forgotten" not in visitor.get("/sign-in").text
    assert visitor.get("/sign-in/forgotten").status_code == 404


def test_the_answer_is_the_same_for_everybody(house: House, door: TestClient[Any], box: Postbox) -> None:
    assert 'href="/sign-in/forgotten"' in door.get("/sign-in").text
    known, unknown = asks(door, "an"), asks(door, "nobody")
    assert known.text == unknown.text and known.status_code == unknown.status_code == 200
    assert sorted(known.headers) == sorted(unknown.headers) and known.headers["cache-control"] == "no-store"
    deliver(house)
    assert [to for to, _ in box.taken] == ["an@dongvan.example"]


def test_a_link_never_leads_where_a_request_says(house: House, door: TestClient[Any], box: Postbox) -> None:
    """A forged Host would have the letter send its reader, and the link, elsewhere."""
    forged = {"host": "evil.example", "origin": "http://evil.example"}
    door.post("/sign-in/forgotten", data={"login": "an"}, headers=forged)
    deliver(house)
    assert "https://tinhso.hagiang.example/welcome/" in box.text() and "evil" not in box.text()


def test_too_many_wait(door: TestClient[Any]) -> None:
    answers = [asks(door, f"somebody{number}") for number in range(12)]
    assert [each.status_code for each in answers[:10]] == [200] * 10
    assert 429 in [each.status_code for each in answers[10:]] and "retry-after" in answers[-1].headers


def test_a_change_of_password_is_told_by_mail(house: House, door: TestClient[Any], box: Postbox) -> None:
    door.post("/sign-in", data={"login": "an", "password": PASSWORD})
    said = {"current": PASSWORD, "new": "chợ phiên lùi bảy ngày", "again": "chợ phiên lùi bảy ngày"}
    assert door.post("/account/password", data=said).status_code == 200
    deliver(house)
    assert "mật khẩu đã được đổi" in box.text()


def test_a_house_with_mail_sends_by_itself(house: House, box: Postbox) -> None:
    """The worker runs as long as the house is open, and a request waits for none of it."""
    with TestClient(made(house), base_url="http://tinhso.example") as client:
        client.post("/sign-in/forgotten", data={"login": "an"}, headers={"origin": "http://tinhso.example"})
        deadline = time.monotonic() + 20
        while not box.taken and time.monotonic() < deadline:
            time.sleep(0.05)
    assert len(box.taken) == 1
