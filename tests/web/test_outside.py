"""Single sign-on with a real provider: whom it lets in, and what is not believed."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey
from litestar.testing import TestClient

from tests.access.people.refusing import refused
from tests.web.single_sign_on import BACK, CLIENT, SECRET, started, walked
from tests.web.test_sign_in import PASSWORD, Guest, link, only_for_people
from tinhso.access.people import accounts, links, outside
from tinhso.access.people.door import Door
from tinhso.access.people.provider import Outsider, Provider, _asked
from tinhso.app import made
from tinhso.foundation import clock
from tinhso.web.kit.front import Front
from tinhso.web.kit.house import House


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    with started() as address:
        yield address


@pytest.fixture
def joined(house: House, issuer: str) -> House:
    """The house with its provider; An is in, Chi is invited."""
    provider = Provider(issuer, CLIENT, SECRET, BACK)
    door = Door(house.db, "a secret key of the tests", provider=provider)
    joined = House(house.db, house.home, door=door, front=Front("https://tinhso.example"))
    links.use(door, link(joined).removeprefix(links.PATH), PASSWORD)
    with house.db.owner() as conn:
        accounts.add(conn, "chi", "Lù Thị Chi", "chi@meovac.example", actor="admin")
    return joined


@pytest.fixture
def guest(joined: House) -> Iterator[Guest]:
    app = made(joined)
    app.register(only_for_people)
    with TestClient(app, base_url="https://tinhso.example") as client:
        client.headers["accept-language"] = "vi"
        yield Guest(client)


def comes(guest: Guest, login: str, address: str = "/sign-in/outside") -> Any:
    """Go to the provider and come back."""
    sent = guest.sees(address)
    assert sent.status_code == 303, sent.text
    return guest.sees(walked(sent.headers["location"], login))


def test_the_way_there(guest: Guest, issuer: str) -> None:
    sent = guest.sees("/sign-in/outside?next=/account")
    asked = parse_qs(urlsplit(sent.headers["location"]).query)
    assert sent.headers["location"].startswith(issuer)
    assert asked["response_type"] == ["code"] and asked["code_challenge_method"] == ["S256"]
    assert asked["state"] and asked["nonce"] and SECRET not in sent.headers["location"]
    (left,) = sent.headers.get_list("set-cookie")
    assert left.startswith("__Host-tinhso-leaving=") and "httponly" in left.lower() and "secure" in left.lower()


def test_an_invited_person_by_verified_mail(guest: Guest, joined: House) -> None:
    answer = comes(guest, "chi", "/sign-in/outside?next=/people-only")
    assert answer.status_code == 303 and answer.headers["location"] == "/people-only"
    assert guest.sees("/people-only").text == "Lù Thị Chi"
    guest.sends("/sign-out")
    with joined.db.owner() as conn:
        conn.execute("update access.person set mail = 'other@meovac.example' where login = 'chi'")
    assert comes(guest, "chi").status_code == 303, "known by issuer and subject from then on"
    with joined.db.owner() as conn:
        noted = conn.execute("select action from access.event where subject = 'chi' order by id desc").fetchone()
        assert noted == ("identity.linked",)
        accounts.disable(conn, "chi", actor="admin")
    assert comes(guest, "chi").status_code == 403


@pytest.mark.parametrize("login", ["crook", "mailless", "stranger", "an"])
def test_nobody_else(guest: Guest, joined: House, login: str) -> None:
    answer = comes(guest, login)
    assert answer.status_code == 403 and "chưa nối với ai" in answer.text
    assert guest.sees("/people-only").status_code == 303
    with joined.db.owner() as conn:
        assert len(accounts.every(conn)) == 2, "nobody is made"


def test_linking_by_oneself(guest: Guest) -> None:
    guest.signs_in()
    assert comes(guest, "an", "/account/outside").headers["location"] == "/account?done=linked"
    assert "đã nối" in guest.sees("/account").text
    guest.sends("/sign-out")
    assert comes(guest, "an").status_code == 303 and guest.sees("/people-only").text == "Vàng Thị An"
    issuer = {"issuer": guest.client.app.state.house.door.provider.issuer}
    guest.sends("/account/outside/unlink", **issuer)
    guest.sends("/sign-out")
    assert comes(guest, "an").status_code == 403


def test_linking_wants_a_proof_and_our_own_page(guest: Guest, joined: House) -> None:
    guest.signs_in()
    crossed = guest.client.get("/account/outside", headers={"sec-fetch-site": "cross-site"}, follow_redirects=False)
    assert crossed.status_code == 403
    with clock.stopped(clock.now() + timedelta(minutes=11)):
        assert guest.sees("/account/outside").status_code == 403
        assert 'href="/account/prove"' in guest.sees("/account").text
        assert guest.sends("/account/prove", current="wrong").status_code == 401
        assert guest.sends("/account/prove", current=PASSWORD).status_code == 303
        assert guest.sees("/account/outside").status_code == 303


def test_linking_by_an_administrator_and_not_twice(guest: Guest, joined: House, issuer: str) -> None:
    with joined.db.owner() as conn:
        outside.link_for(conn, "an", issuer, "an", actor="admin")
        assert refused(outside.link_for, conn, "chi", issuer, "an", actor="admin") == "access.identity_of_another"
    assert comes(guest, "an").status_code == 303 and guest.sees("/people-only").text == "Vàng Thị An"


def test_coming_back_works_once_and_in_the_same_browser(guest: Guest, joined: House) -> None:
    sent = guest.sees("/sign-in/outside")
    address = walked(sent.headers["location"], "chi")
    leaving = guest.client.cookies["__Host-tinhso-leaving"]
    guest.client.cookies.clear()
    assert guest.sees(address).status_code == 403, "no cookie"
    stranger = guest.client.get(address, headers={"cookie": "__Host-tinhso-leaving=another"}, follow_redirects=False)
    assert stranger.status_code == 403, "another browser"
    guest.client.cookies.set("__Host-tinhso-leaving", leaving)
    assert guest.sees(address).status_code == 303
    guest.client.cookies.clear()
    guest.client.cookies.set("__Host-tinhso-leaving", leaving)
    assert guest.sees(address).status_code == 403, "replayed"


def test_a_visit_that_took_too_long(guest: Guest) -> None:
    sent = guest.sees("/sign-in/outside")
    address = walked(sent.headers["location"], "chi")
    with clock.stopped(clock.now() + timedelta(minutes=11)):
        assert guest.sees(address).status_code == 403


@pytest.mark.parametrize("change", [
    {"code": "forged"}, {"code": ""}, {"state": "forged"}, {"iss": "https://elsewhere.example"},
    {"error": "access_denied"},
])  # fmt: skip
def test_answers_that_were_changed(guest: Guest, change: dict[str, str]) -> None:
    sent = guest.sees("/sign-in/outside")
    address = urlsplit(walked(sent.headers["location"], "chi"))
    words = {name: value for name, (value,) in parse_qs(address.query).items()} | change
    answer = guest.client.get(address.path, params=words, follow_redirects=False)
    assert answer.status_code == 403 and "set-cookie" in answer.headers
    assert guest.sees("/people-only").status_code == 303


def told(provider: Provider, monkeypatch: pytest.MonkeyPatch) -> tuple[str, str, str]:
    """A real ID token, its nonce and its code, by walking through the provider."""
    seen: list[str] = []

    def listening(method: str, address: str, **words: Any) -> dict[str, Any]:
        answer = _asked(method, address, **words)
        seen.extend([answer["id_token"]] if "id_token" in answer else [])
        return answer

    monkeypatch.setattr("tinhso.access.people.provider._asked", listening)
    verifier = "v" * 50
    back = walked(provider.address(state="state", nonce="the nonce", verifier=verifier), "chi")
    code = parse_qs(urlsplit(back).query)["code"][0]
    assert refused(Provider.redeem, provider, code, verifier="w" * 50, nonce="the nonce") == "access.provider_refused"
    back = walked(provider.address(state="state", nonce="the nonce", verifier=verifier), "chi")
    code = parse_qs(urlsplit(back).query)["code"][0]
    who = provider.redeem(code, verifier=verifier, nonce="the nonce")
    assert who == Outsider(provider.issuer, "chi", "Chi@meovac.example", False)
    assert refused(Provider.redeem, provider, code, verifier=verifier, nonce="the nonce") == "access.provider_refused"
    return seen[0], "the nonce", code


def test_tokens_that_are_not_believed(issuer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    provider = Provider(issuer, CLIENT, SECRET, BACK)
    token, nonce, _ = told(provider, monkeypatch)
    assert provider.checked(token, nonce)["sub"] == "chi"
    head, body, signature = token.split(".")
    claims = json.loads(base64.urlsafe_b64decode(body + "=="))
    other = RSAKey.generate_key(2048, {"kid": "one"}, private=True)
    forged = {
        "another nonce": (token, "another nonce"),
        "altered": (f"{head}.{_packed({**claims, 'sub': 'an'})}.{signature}", nonce),
        "no signature": (f"{_packed({'alg': 'none'})}.{body}.", nonce),
        "another key": (jwt.encode({"alg": "RS256", "kid": "one"}, claims, other), nonce),
        "unknown key": (jwt.encode({"alg": "RS256", "kid": "two"}, claims, other), nonce),
        "a shared secret": (jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(SECRET * 2)), nonce),
        "not a token": ("x.y.z", nonce), "nothing": ("", nonce),
    }  # fmt: skip
    for what, (false, said) in forged.items():
        assert refused(provider.checked, false, said) == "access.provider_refused", what
    for named, other_provider in (("audience", Provider(issuer, "another", SECRET, BACK)),):
        assert refused(other_provider.checked, token, nonce) == "access.provider_refused", named


@pytest.mark.parametrize(("seconds", "believed"), [(-50, True), (-90, False), (3600 + 30, True), (3600 + 90, False)])
def test_clocks_may_differ_by_a_minute(
    issuer: str, monkeypatch: pytest.MonkeyPatch, seconds: int, believed: bool
) -> None:
    provider = Provider(issuer, CLIENT, SECRET, BACK)
    token, nonce, _ = told(provider, monkeypatch)
    with clock.stopped(clock.now() + timedelta(seconds=seconds)):
        if believed:
            assert provider.checked(token, nonce)
        else:
            assert refused(provider.checked, token, nonce) == "access.provider_refused"


def test_a_provider_that_is_silent_or_another(issuer: str) -> None:
    for wrong in ("http://127.0.0.1:9", issuer + "/", issuer.replace("127.0.0.1", "localhost")):
        provider = Provider(wrong, CLIENT, SECRET, BACK)
        assert refused(Provider.address, provider, state="s", nonce="n", verifier="v") == "access.provider_silent"
    stranger = Provider(issuer, CLIENT, "another secret", BACK)
    back = walked(stranger.address(state="s", nonce="n", verifier="v" * 50), "chi")
    code = parse_qs(urlsplit(back).query)["code"][0]
    assert refused(Provider.redeem, stranger, code, verifier="v" * 50, nonce="n") == "access.provider_refused"


def test_sql_slipped_in_cannot_say_what_the_provider_said(joined: House, issuer: str) -> None:
    with joined.db.app() as conn:
        found = conn.execute(
            "select outcome from access.sign_in_outside(%s, 'chi', 'chi@meovac.example', sha256('x'::bytea), true, '',"
            " '', 'token', 'device', now(), now() + interval '1 day')",
            [issuer],
        ).fetchall()
    assert found == [("wrong",)]


def _packed(claims: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
