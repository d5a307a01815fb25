"""A role that demands a second factor: until one is set up nothing else is open, and nobody is locked out by that."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import msgspec
import pyotp
import pytest
from litestar.testing import TestClient

from tests.web.house import EVERYTHING, PASSWORD, An, signed_in, visited
from tinhso.access.declaration import Role, Text
from tinhso.access.keys import making
from tinhso.access.keys.making import Wish
from tinhso.access.people import accounts
from tinhso.foundation import clock
from tinhso.foundation.problems import Refused
from tinhso.foundation.settings import Settings
from tinhso.web.kit.house import House

GUARDED = msgspec.structs.replace(EVERYTHING, role="guarded", second_factor="required")
CHIEF = Role("chief", Text("Quản trị", "Administrator"), administer=True, second_factor="required")
OPEN = {"/account/second-factor", "/account/passkeys", "/account/passkeys/options", "/account/password"}
"""What stays open besides the public pages: where a second factor is set up, and the password."""


def set_up(client: TestClient[Any], next: str = "") -> Any:
    """Set an authenticator app up, as the page asks."""
    page = client.get("/account/second-factor", params={"next": next} if next else {}).text
    key = re.search(r'class="key">([^<]+)<', page)
    assert key
    said = {"code": pyotp.TOTP(key[1].replace(" ", "")).at(clock.now()), "current": PASSWORD}
    following = re.search(r'name="next" value="([^"]+)"', page)
    return client.post("/account/second-factor", data=said | ({"next": following[1]} if following else {}))


def test_every_other_door_leads_there_until_it_is_set_up(house: House) -> None:
    with visited(house) as client:
        signed_in(house, client, role=GUARDED)
        asked = client.get("/staff/registers?q=1", follow_redirects=False)
        assert asked.headers["location"] == "/account/second-factor?next=%2Fstaff%2Fregisters%3Fq%3D1"
        wrong = client.post("/staff/intake", data={"register": "video_points"}, follow_redirects=False)
        assert wrong.status_code == 403 and "bắt buộc có bước xác nhận thứ hai" in wrong.text
        assert 'href="/account/second-factor"' in wrong.text
        told = client.get("/api/registers/video_points/records")
        assert (told.status_code, told.json()["code"]) == (403, "web.set_up_factor")
        shut = 0
        for route in client.app.routes:
            for handler in getattr(route, "route_handlers", ()):
                if not {"verb", "own"} & set(handler.opt) or str(route.path) in OPEN:
                    continue
                address = re.sub(r"\{[^}]*:int\}", "1", str(route.path))
                address = re.sub(r"\{[^}]*\}", "video_points", address)
                for method in handler.http_methods & {"GET", "POST", "PUT", "DELETE", "PATCH"}:
                    answer = client.request(method, address, follow_redirects=False)
                    led = answer.headers.get("location", "").startswith("/account/second-factor")
                    assert led or answer.status_code == 403, (method, address, answer.status_code)
                    shut += 1
        assert shut > 80
        page = client.get("/account/second-factor?next=/staff/registers").text
        assert "Vai trò của bạn bắt buộc" in page and 'href="/account/passkeys"' in page
        assert client.get("/account/passkeys").status_code == 200
        codes = set_up(client, "/staff/registers")
        assert 'href="/staff/registers"' in codes.text
        assert client.get("/staff/registers").status_code == 200
        assert "Vai trò của bạn bắt buộc" not in client.get("/account/second-factor").text


def test_a_public_page_shows_nothing_more_than_to_anybody(house: House, an: An) -> None:
    with visited(house) as client:
        signed_in(house, client, "binh", GUARDED)
        assert client.get("/").status_code == 200 and client.get("/api/boards").status_code in (200, 404)


def test_a_role_that_ends_or_a_house_that_asks_for_none_is_not_held_up(house: House) -> None:
    with visited(House(house.db, house.home, demands_factor=False)) as client:
        signed_in(house, client, role=GUARDED)
        assert client.get("/staff/registers", follow_redirects=False).status_code == 200
    with visited(house) as other:
        other.cookies.update(client.cookies)
        assert other.get("/staff/registers", follow_redirects=False).status_code == 303
        with house.db.owner() as conn:
            conn.execute("update access.grant set revoked_at = now(), revoked_by = 'admin'")
        assert other.get("/account", follow_redirects=False).status_code == 200


def test_keys_go_on(house: House) -> None:
    with visited(house) as client:
        signed_in(house, client, role=EVERYTHING)
        with house.db.owner() as conn:
            key = making.add(conn, "an", Wish("may"), actor="admin")
        signed_in(house, client, "binh", msgspec.structs.replace(EVERYTHING, second_factor="required"))
        client.cookies.clear()
        answer = client.get("/api/registers/video_points/records", headers={"authorization": f"Bearer {key.token}"})
        assert answer.status_code == 200


def test_the_last_administrator_cannot_lock_himself_out(house: House) -> None:
    """Without a factor he may set one up; turning it off leads back there; a lost one is taken away at the machine."""
    with visited(house) as client:
        signed_in(house, client, "chu", CHIEF)
        assert client.get("/staff/people", follow_redirects=False).status_code == 303
        set_up(client)
        assert client.get("/staff/people").status_code == 200
        assert client.post("/account/second-factor/off", data={"current": PASSWORD}).status_code == 200
        again = client.get("/staff/people", follow_redirects=False)
        assert again.headers["location"].startswith("/account/second-factor")
        now = clock.now()
        with clock.stopped(now + timedelta(minutes=1)):
            set_up(client)
            assert client.get("/staff/people").status_code == 200
        with house.db.owner() as conn:
            accounts.reset_second_factor(conn, "chu", actor="station")
        answer = client.post("/sign-in", data={"login": "chu", "password": PASSWORD}, follow_redirects=False)
        assert answer.status_code == 303 and "code" not in answer.headers["location"]
        assert client.get("/account/second-factor").status_code == 200


def test_the_setting(tmp_path: Any) -> None:
    home = {"TINHSO_HOME": str(tmp_path)}
    assert Settings.from_env(home).demands_factor
    assert not Settings.from_env(home | {"TINHSO_SECOND_FACTOR": "off"}).demands_factor
    with pytest.raises(Refused, match="TINHSO_SECOND_FACTOR"):
        Settings.from_env(home | {"TINHSO_SECOND_FACTOR": "no"})
