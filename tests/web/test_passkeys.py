"""Passkeys at the door: the site is the house's own, whatever a request says; a new token at each step."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from litestar.testing import TestClient

from tests.access.people.authenticator import Device
from tests.web.test_sign_in import PASSWORD, Guest, cookie, link
from tinhso.access.people import links
from tinhso.access.people.passkeys import Site
from tinhso.app import made
from tinhso.foundation import clock
from tinhso.web.kit.front import Front
from tinhso.web.kit.house import House

SITE = Site("tinhso.example", "https://tinhso.example")
SESSION = "__Host-tinhso"


@pytest.fixture
def safe(house: House) -> House:
    return House(house.db, house.home, front=Front(SITE.origin))


@pytest.fixture
def guest(safe: House) -> Iterator[Guest]:
    """An, who has an account, before a house with an address of its own."""
    links.use(safe.door, link(safe).removeprefix(links.PATH), PASSWORD)
    with TestClient(made(safe), base_url=SITE.origin) as client:
        client.headers["accept-language"] = "vi"
        yield Guest(client)


def makes(guest: Guest, device: Device, name: str = "Điện thoại", **said: str) -> Any:
    options = guest.sends("/account/passkeys/options", **said)
    assert options.status_code == 200 and options.headers["cache-control"] == "no-store", options.text
    return guest.sends("/account/passkeys", name=name, answer=device.makes(options.text))


@pytest.fixture
def device(guest: Guest) -> Device:
    """An's device, known here; An is signed out."""
    device = Device(SITE)
    guest.signs_in()
    answer = makes(guest, device)
    assert answer.status_code == 200 and answer.text.count("<code>") == 10
    assert "Điện thoại" in guest.sees("/account/passkeys").text
    guest.sends("/sign-out")
    return device


def test_alone_it_signs_in_under_new_tokens(guest: Guest, device: Device) -> None:
    options = guest.sends("/sign-in/passkey/options")
    told = json.loads(options.text)
    assert told["rpId"] == SITE.host and told["userVerification"] == "required" and told["allowCredentials"] == []
    answer = guest.sends("/sign-in/passkey", answer=device.signs(options.text), next="/account")
    assert answer.status_code == 303 and answer.headers["location"] == "/account"
    assert cookie(answer, SESSION) and cookie(answer, "__Host-tinhso-device")
    assert "Vàng Thị An" in guest.sees("/account").text
    again = guest.sends("/sign-in/passkey", answer=device.signs(options.text))
    assert again.status_code == 401 and not cookie(again, SESSION), "a challenge is taken once"


def test_after_the_password_it_is_asked_for_and_finishes(guest: Guest, device: Device) -> None:
    answer = guest.signs_in()
    assert answer.headers["location"].startswith("/sign-in/code") and guest.sees("/account").status_code == 303
    assert 'data-passkey="use"' in guest.sees("/sign-in/code").text
    options = guest.sends("/sign-in/code/passkey/options")
    assert len(json.loads(options.text)["allowCredentials"]) == 1
    wrong = guest.sends("/sign-in/code/passkey", answer=device.signs(options.text, origin="https://evil.example"))
    assert wrong.status_code == 401 and "Không nhận được khoá truy cập" in wrong.text
    options = guest.sends("/sign-in/code/passkey/options")
    done = guest.sends("/sign-in/code/passkey", answer=device.signs(options.text), next="//evil.example")
    assert done.status_code == 303 and done.headers["location"] == "/staff", "nowhere else"
    assert cookie(done, SESSION) != cookie(answer, SESSION) and guest.sees("/account").status_code == 200


def test_whatever_host_a_request_names_the_site_is_the_house_s(guest: Guest, device: Device) -> None:
    headers = {"host": "evil.example", "origin": "https://evil.example"}
    options = guest.client.post("/sign-in/passkey/options", headers=headers)
    assert json.loads(options.text)["rpId"] == SITE.host
    signed = Device(Site("evil.example", "https://evil.example"), credential=device.credential, key=device.key)
    signed.handle = device.handle
    answer = guest.client.post("/sign-in/passkey", data={"answer": signed.signs(options.text)}, headers=headers)
    assert answer.status_code == 401


@pytest.mark.parametrize(
    ("address", "host", "works"),
    [("", "127.0.0.1:8000", False), ("", "tinhso.example", False), ("", "localhost:8000", True),
     ("https://10.0.0.1", "10.0.0.1", False), ("http://tinhso.example", "tinhso.example", False),
     ("https://tinhso.example:8443", "tinhso.example:8443", True)],
)  # fmt: skip
def test_where_browsers_would_not_have_them_they_are_not_offered(
    house: House, address: str, host: str, works: bool
) -> None:
    with TestClient(made(House(house.db, house.home, front=Front(address)))) as client:
        headers = {"host": host, "origin": f"http://{host}"}
        assert ('data-passkey="use"' in client.get("/sign-in", headers=headers).text) is works
        answer = client.post("/sign-in/passkey/options", headers=headers)
        assert answer.status_code == (200 if works else 404), answer.text


def test_making_and_removing_asks_for_the_password_again(guest: Guest, device: Device) -> None:
    now = clock.now() + timedelta(minutes=1)
    with clock.stopped(now):
        guest.sends("/sign-in/passkey", answer=device.signs(guest.sends("/sign-in/passkey/options").text))
    with clock.stopped(now + timedelta(minutes=11)):
        assert 'name="current"' in guest.sees("/account/passkeys").text
        refused = guest.sends("/account/passkeys/options", current="not this one")
        assert refused.status_code == 401 and "không đúng" in refused.json()["fault"]
        assert makes(guest, Device(SITE), "Khoá bảo mật", current=PASSWORD).status_code == 303
        assert "Khoá bảo mật" in guest.sees("/account/passkeys").text


@pytest.mark.parametrize("answer", ["", "{}", "null", "[]", '{"response": {"clientDataJSON": "!"}}', "x" * 30_000])
def test_what_is_no_answer_is_refused_with_a_sentence(guest: Guest, answer: str) -> None:
    for address in ("/sign-in/passkey", "/sign-in/code/passkey"):
        guest.signs_in(password="wrong") if address == "/sign-in/passkey" else guest.signs_in()
        said = guest.sends(address, answer=answer)
        assert said.status_code == 401 and "Không nhận được khoá truy cập" in said.text, address
