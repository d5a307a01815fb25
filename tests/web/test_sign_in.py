"""The pages of sign-in: cookies, no fixation, nowhere else to go, no other site, and the guard for people signed in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pyotp
import pytest
from litestar import Request, get
from litestar.testing import TestClient

from tests.web.house import visited
from tinhso.access.people import accounts, first_administrator, links
from tinhso.app import made
from tinhso.foundation import clock
from tinhso.web.kit.front import Front, own_path
from tinhso.web.kit.house import House
from tinhso.web.kit.visitor import READ, signed_in, visitor

PASSWORD, OTHER = "ruộng bậc thang mù sương", "chợ phiên lùi bảy ngày"


def link(house: House, login: str = "an", name: str = "Vàng Thị An") -> str:
    with house.db.owner() as conn:
        return accounts.invite(conn, accounts.add(conn, login, name, None, actor="admin"), actor="admin")


class Guest:
    """Somebody with a browser, over https unless said otherwise."""

    def __init__(self, client: TestClient[Any]) -> None:
        self.client = client

    def sends(self, address: str, **said: str) -> Any:
        """A form, sent as a browser sends it from our own page."""
        base = str(self.client.base_url).rstrip("/")
        headers = {"origin": base, "sec-fetch-site": "same-origin"}
        return self.client.post(address, data=said, headers=headers, follow_redirects=False)

    def signs_in(self, login: str = "an", password: str = PASSWORD, **more: str) -> Any:
        return self.sends("/sign-in", login=login, password=password, **more)

    def sees(self, address: str) -> Any:
        return self.client.get(address, follow_redirects=False)


@pytest.fixture
def safe(house: House) -> House:
    """The same house as its province publishes it."""
    return House(house.db, house.home, front=Front("https://tinhso.example", frozenset({"10.9.9.9"})))


@pytest.fixture
def guest(safe: House) -> Iterator[Guest]:
    """An has an account and stands before the door."""
    links.use(safe.door, link(safe).removeprefix(links.PATH), PASSWORD)
    app = made(safe)
    app.register(only_for_people)
    app.register(for_machines)
    with TestClient(app, base_url="https://tinhso.example") as client:
        client.headers["accept-language"] = "vi"
        yield Guest(client)


@get("/people-only", guards=[signed_in], opt={"own": True}, sync_to_thread=True)
def only_for_people(request: Request[Any, Any, Any]) -> str:
    scope: Any = request.scope
    session = visitor(request)
    assert session and scope[READ] is session
    return session.person.name


@get("/api/people-only", guards=[signed_in], opt={"own": True}, sync_to_thread=False)
def for_machines() -> str:
    return "in"


def cookie(answer: Any, name: str) -> str:
    """A cookie that an answer sets, with all that it says."""
    return next((each for each in answer.headers.get_list("set-cookie") if each.startswith(f"{name}=")), "")


def test_cookies_over_https(guest: Guest) -> None:
    answer = guest.signs_in()
    assert answer.status_code == 303 and answer.headers["location"] == "/staff"
    session, device = cookie(answer, "__Host-tinhso"), cookie(answer, "__Host-tinhso-device")
    for each in (session, device):
        words = {word.strip().lower() for word in each.split(";")[1:]}
        assert {"httponly", "secure", "samesite=lax", "path=/"} <= words and not any("domain" in w for w in words)
    assert "max-age" not in session.lower(), "gone with the browser"
    assert "no-store" in answer.headers["cache-control"]


def test_cookies_on_the_machine_itself(house: House) -> None:
    links.use(house.door, link(house).removeprefix(links.PATH), PASSWORD)
    with visited(house) as client:
        answer = Guest(client).signs_in()
        assert cookie(answer, "tinhso") and "secure" not in cookie(answer, "tinhso").lower()
        assert Guest(client).sees("/account").status_code == 200


def test_a_cookie_without_the_prefix_is_not_read(guest: Guest) -> None:
    token = cookie(guest.signs_in(), "__Host-tinhso").partition("=")[2].partition(";")[0]
    guest.client.cookies.clear()
    assert guest.client.get(
        "/people-only", headers={"cookie": f"tinhso={token}"}, follow_redirects=False
    ).status_code == (303), "a neighbouring site could have planted it"
    assert guest.client.get("/people-only", headers={"cookie": f"__Host-tinhso={token}"}).text == "Vàng Thị An"


def test_no_fixation(guest: Guest) -> None:
    planted = "planted-by-somebody-else-0000000000000000000"
    guest.client.cookies.set("__Host-tinhso", planted)
    first = cookie(guest.signs_in(), "__Host-tinhso")
    assert planted not in first
    assert (
        guest.client.get("/people-only", headers={"cookie": f"__Host-tinhso={planted}"}, follow_redirects=False)
        .headers["location"]
        .startswith("/sign-in")
    )
    second = cookie(guest.signs_in(), "__Host-tinhso")
    assert second != first
    old = first.partition(";")[0]
    guest.client.cookies.clear()
    assert guest.client.get("/people-only", headers={"cookie": old}, follow_redirects=False).status_code == 303, "ended"


def test_the_guard(guest: Guest) -> None:
    sent = guest.sees("/people-only?a=1&b=x y")
    assert sent.status_code == 303 and sent.headers["location"] == "/sign-in?next=%2Fpeople-only%3Fa%3D1%26b%3Dx%2By"
    told = guest.sees("/api/people-only")
    assert told.status_code == 401 and told.json()["code"] == "web.sign_in"
    assert told.headers["content-type"].startswith("application/problem+json")
    form = re.search(r'name="next" value="([^"]+)"', guest.client.get(sent.headers["location"]).text)
    assert form
    answer = guest.signs_in(next=form[1].replace("&amp;", "&"))
    assert answer.headers["location"] == "/people-only?a=1&b=x+y"
    assert guest.sees("/people-only").text == "Vàng Thị An"
    assert guest.sees("/api/people-only").text == "in"


def test_idle_and_absolute_limits(guest: Guest) -> None:
    start = clock.now()
    guest.signs_in()
    with clock.stopped(start + timedelta(minutes=29)):
        assert guest.sees("/people-only").status_code == 200
    with clock.stopped(start + timedelta(minutes=60)):
        assert guest.sees("/people-only").status_code == 303


@pytest.mark.parametrize("next", [
    "https://elsewhere.example", "//elsewhere.example", "/\\elsewhere.example", "\\\\elsewhere.example", "///x.example",
    "/\t/elsewhere.example", "javascript:alert(1)", "elsewhere", " /a", "/a\r\nset-cookie: x=1", "http:elsewhere", "",
    "/" + "a" * 3000,
])  # fmt: skip
def test_nothing_leads_elsewhere(guest: Guest, next: str) -> None:
    assert own_path(next) == "/"
    assert guest.signs_in(next=next).headers["location"] == "/staff"
    assert guest.client.get("/sign-in", params={"next": next}, follow_redirects=False).headers["location"] == "/staff"


@pytest.mark.parametrize("next", ["/", "/account", "/staff/registers/workers?q=d%C6%B0%C6%A1ng&area=027"])
def test_own_paths_do(next: str) -> None:
    assert own_path(next) == next


def test_faults_are_told_and_nothing_typed_is_lost(guest: Guest) -> None:
    answer = guest.signs_in(password="wrong password")
    assert answer.status_code == 401 and 'value="an"' in answer.text and "wrong password" not in answer.text
    assert "Tên đăng nhập hoặc mật khẩu không đúng" in answer.text
    same = guest.signs_in("nobody", "wrong password")
    assert same.text.replace("nobody", "an") == answer.text, "no login is told from another"


def test_held_back(guest: Guest, safe: House) -> None:
    for _ in range(5):
        assert guest.signs_in(password="wrong password").status_code == 401
    hashed = safe.door.hashing.count
    answer = guest.signs_in()
    assert answer.status_code == 429 and int(answer.headers["retry-after"]) >= 1
    assert safe.door.hashing.count == hashed


@pytest.mark.parametrize("headers", [
    {"origin": "https://elsewhere.example"}, {"sec-fetch-site": "cross-site"}, {"origin": "null"}, {},
])  # fmt: skip
@pytest.mark.parametrize("address", ["/sign-in", "/sign-out", "/account/password", "/account/sessions/end",
                                     "/account/second-factor/off"])  # fmt: skip
def test_no_other_site_acts(guest: Guest, address: str, headers: dict[str, str]) -> None:
    guest.signs_in()
    answer = guest.client.post(address, data={"login": "an", "password": PASSWORD}, headers=headers)
    assert answer.status_code == 403 and "set-cookie" not in answer.headers
    assert guest.sees("/people-only").status_code == 200


@pytest.mark.parametrize("address", ["/sign-out", "/account/sessions/end", "/account/second-factor/off"])
def test_reading_an_address_changes_nothing(guest: Guest, address: str) -> None:
    guest.signs_in()
    assert guest.sees(address).status_code in (404, 405)


def test_signing_out(guest: Guest) -> None:
    token = cookie(guest.signs_in(), "__Host-tinhso").partition(";")[0]
    answer = guest.sends("/sign-out")
    assert answer.headers["location"] == "/sign-in?done=out" and "max-age=0" in cookie(answer, "__Host-tinhso").lower()
    assert guest.client.get("/people-only", headers={"cookie": token}, follow_redirects=False).status_code == 303


def test_pages_of_the_account_are_not_kept(guest: Guest) -> None:
    guest.signs_in()
    for address in ("/sign-in?done=out", "/account", "/account/password", "/account/second-factor"):
        answer = guest.client.get(address, follow_redirects=False)
        assert answer.headers["cache-control"] == "no-store", address
        assert "unsafe" not in answer.headers["content-security-policy"]
        assert not re.search(r"\sstyle=|<style|\son[a-z]+=|javascript:", answer.text), address
        assert not re.search(r"<script(?![^>]*\ssrc=)", answer.text), address


def test_password_managers_know_the_fields(guest: Guest) -> None:
    page = guest.sees("/sign-in").text
    assert 'autocomplete="username"' in page and 'autocomplete="current-password"' in page and "onpaste" not in page
    guest.signs_in()
    assert guest.sees("/account/password").text.count('autocomplete="new-password"') == 2
    assert 'autocomplete="one-time-code"' in guest.sees("/account/second-factor").text


def test_the_whole_second_factor(guest: Guest) -> None:
    guest.signs_in()
    page = guest.sees("/account/second-factor").text
    key = re.search(r'class="key">([^<]+)<', page)
    assert key and 'src="data:image/svg+xml;base64,' in page
    totp = pyotp.TOTP(key[1].replace(" ", ""))
    now = clock.now()
    before = guest.client.cookies["__Host-tinhso"]
    codes = re.findall(r"<code>([\w-]+)</code>", guest.sends("/account/second-factor", code=totp.at(now)).text)
    assert len(codes) == 10 and guest.client.cookies["__Host-tinhso"] != before
    guest.sends("/sign-out")
    with clock.stopped(now + timedelta(seconds=60)):
        assert guest.signs_in(next="/account").headers["location"] == "/sign-in/code?next=%2Faccount"
        waiting = guest.client.cookies["__Host-tinhso"]
        assert guest.sees("/people-only").status_code == 303 and guest.sees("/account").status_code == 303
        assert guest.sends("/sign-in/code", code="000000").status_code == 401
        answer = guest.sends("/sign-in/code", code=totp.at(now + timedelta(seconds=60)), next="/account")
        assert answer.headers["location"] == "/account" and guest.client.cookies["__Host-tinhso"] != waiting
        assert guest.sees("/account").status_code == 200


def test_an_invitation(safe: House, guest: Guest) -> None:
    address = link(safe, "chi", "Lù Thị Chi")
    assert "Lù Thị Chi" in guest.sees(address).text
    assert guest.sends(address, new=OTHER, again="something else").status_code == 400
    easy = guest.sends(address, new="matkhau2026", again="matkhau2026")
    assert easy.status_code == 400 and "dễ đoán" in easy.text and "matkhau2026" not in easy.text
    assert guest.sends(address, new=OTHER, again=OTHER).headers["location"] == "/sign-in?done=welcome"
    assert guest.sees(address).status_code == 410 and guest.sends(address, new=OTHER, again=OTHER).status_code == 410
    assert guest.signs_in("chi", OTHER).status_code == 303


def test_a_password_made_by_another_is_changed_first(house: House) -> None:
    password = first_administrator(house.db)
    assert password
    with visited(house) as client:
        guest = Guest(client)
        assert guest.signs_in("admin", password, next="/account").headers["location"] == "/account"
        assert guest.sees("/account").headers["location"] == "/account/password?next=%2Faccount"
        assert guest.sends("/account/sessions/end").headers["location"] == "/account/password"
        assert 'name="current"' not in guest.sees("/account/password").text
        assert (
            guest.sends("/account/password", new=OTHER, again=OTHER, next="/account").headers["location"] == "/account"
        )
        assert guest.sees("/account").status_code == 200


def test_changing_the_password_asks_for_the_present_one(guest: Guest) -> None:
    guest.signs_in()
    assert guest.sends("/account/password", new=OTHER, again=OTHER).status_code == 401
    assert guest.sends("/account/password", current=PASSWORD, new=OTHER, again=OTHER).status_code == 303
    assert guest.sees("/people-only").status_code == 200
    assert guest.signs_in().status_code == 401 and guest.signs_in(password=OTHER).status_code == 303


def test_sessions_of_others_cannot_be_ended(safe: House, guest: Guest) -> None:
    guest.signs_in()
    for number in ("999", "99999999999999999999", "0"):
        assert guest.sends(f"/account/sessions/{number}/end").status_code == 303
    assert guest.sees("/people-only").status_code == 200


def test_proxies_speak_for_others_only_where_believed(safe: House, guest: Guest) -> None:
    guest.client.post(
        "/sign-in", data={"login": "an", "password": PASSWORD},
        headers={"origin": "https://tinhso.example", "x-forwarded-for": "198.51.100.7"},
    )  # fmt: skip
    assert "198.51.100.7" not in guest.sees("/account").text


def test_who_is_signed_in_stands_on_every_page(guest: Guest) -> None:
    assert "Vàng Thị An" not in guest.sees("/").text and 'href="/sign-in"' in guest.sees("/").text
    guest.signs_in()
    assert "Vàng Thị An" in guest.sees("/").text and 'href="/account"' in guest.sees("/").text
