"""Keys at the door: in the header only, without a session, felt at once when they end; rows sent by a program."""

from __future__ import annotations

from typing import Any

import pytest
from litestar.testing import TestClient

from tests.web.house import GOOD, HEADINGS, PASSWORD, An
from tinhso.access import giving, grants
from tinhso.access.keys import making
from tinhso.access.keys.making import Wish
from tinhso.web.kit.house import House

RECORDS = "/api/registers/video_points/records"
CHANGES = "/api/registers/video_points/changes"
EVERY = ("read", "propose", "approve")
ROWS = [dict(zip(HEADINGS, row, strict=True)) for row in GOOD]


def key(house: House, name: str = "work", **wish: Any) -> dict[str, str]:
    with house.db.owner() as conn:
        token = making.add(conn, "an", Wish(name, wish.pop("verbs", EVERY), **wish), actor="station").token
    return {"authorization": f"Bearer {token}"}


@pytest.fixture
def program(an: An) -> TestClient[Any]:
    """A program's client, which has no cookie and says not where it comes from; An exists."""
    an.client.cookies.clear()
    del an.client.headers["origin"]
    return an.client


def test_a_key_opens_the_api_and_nothing_else(house: House, program: TestClient[Any]) -> None:
    shown = key(house)
    assert program.get(RECORDS, headers=shown).status_code == 200
    assert program.get("/staff/registers", headers=shown, follow_redirects=False).status_code == 303
    assert program.get("/account/keys", headers=shown, follow_redirects=False).status_code == 303


def test_a_key_in_the_address_counts_for_nothing(house: House, program: TestClient[Any]) -> None:
    token = key(house)["authorization"].removeprefix("Bearer ")
    for name in ("key", "access_token", "token", "authorization"):
        assert program.get(RECORDS, params={name: token}).status_code == 401
    assert program.get(RECORDS, headers={"x-api-key": token}).status_code == 401
    assert program.get(RECORDS, headers={"authorization": f"Basic {token}"}).status_code == 401


@pytest.mark.parametrize("shown", ["Bearer", "Bearer ", "Bearer x", "bearer tinhso_1_" + "A" * 43, "Bearer \t "])
def test_who_shows_a_wrong_key_is_not_let_in_by_the_session(an: An, shown: str) -> None:
    answer = an.client.get(RECORDS, headers={"authorization": shown})
    assert answer.status_code == 401 and answer.json()["code"] == "access.key_wrong"
    assert answer.headers["www-authenticate"].startswith("Bearer") and answer.headers["cache-control"] == "no-store"


def test_a_revoked_key_and_an_ended_grant_are_felt_by_the_next_request(house: House, program: TestClient[Any]) -> None:
    shown, other = key(house), key(house, "other")
    assert program.get(RECORDS, headers=other).status_code == 200
    with house.db.owner() as conn:
        making.revoke(conn, making.every(conn, "an")[0].id, actor="station")
    assert program.get(RECORDS, headers=other).json()["code"] == "access.key_revoked"
    with house.db.app(grants.station().settings()) as conn:
        for each in giving.every(conn, "an"):
            giving.revoke(conn, each.id, reason="over")
    assert program.get(RECORDS, headers=shown).status_code == 403


def test_a_grant_that_ends_is_felt_in_the_middle_of_a_session(house: House, an: An) -> None:
    assert an.client.get(RECORDS).status_code == 200
    with house.db.owner() as conn:
        conn.execute("alter table access.grant disable trigger only_revoked")
        conn.execute("update access.grant set valid_from = now() - interval '2 days', valid_to = now()")
    assert an.client.get(RECORDS).status_code == 403
    assert an.client.get("/staff/registers").status_code == 403


def test_too_many_requests_wait(house: House, program: TestClient[Any]) -> None:
    shown = key(house, per_minute=2)
    answers = [program.get(RECORDS, headers=shown) for _ in range(4)]
    assert [each.status_code for each in answers] == [200, 200, 429, 429]
    assert 1 <= int(answers[-1].headers["retry-after"]) <= 30
    assert answers[-1].json()["status"] == 429


def test_rows_go_the_way_of_a_file(house: House, program: TestClient[Any]) -> None:
    shown = key(house)
    tried = program.post(CHANGES, json={"rows": ROWS, "dry_run": True}, headers=shown).json()
    assert (tried["new"], tried["committed"], tried["problems"]) == (3, False, [])
    done = program.post(CHANGES, json={"rows": ROWS}, headers=shown).json()
    assert done["committed"] and done["new"] == 3
    again = program.post(CHANGES, json={"rows": ROWS}, headers=shown).json()
    assert (again["new"], again["same"]) == (0, 3)
    (first, *_) = program.get(RECORDS, headers=shown).json()["records"]
    told = program.get(f"{RECORDS}/{first['id']}/history", headers=shown).json()
    assert [each["author"] for each in told["versions"]] == ["key:an/work"]
    assert [each["way"] for each in told["versions"]] == ["api"]
    assert program.get(f"{RECORDS}/{first['id']}", headers=shown).json()["key"] == first["key"]


def test_rows_with_errors_are_refused_and_named(house: House, program: TestClient[Any]) -> None:
    shown = key(house)
    wrong = [ROWS[0], ROWS[1] | {"Ngày đưa vào sử dụng": "31/02/2022"}]
    told = program.post(CHANGES, json={"rows": wrong}, headers=shown).json()
    assert not told["committed"] and {each["row"] for each in told["problems"] if each["severity"] == "error"} == {2}
    good = program.post(CHANGES, json={"rows": wrong, "only_good": True}, headers=shown).json()
    assert good["committed"] and good["new"] == 1


def test_who_only_proposes_leaves_a_batch(house: House, program: TestClient[Any]) -> None:
    shown = key(house, verbs=("read", "propose"))
    told = program.post(CHANGES, json={"rows": ROWS}, headers=shown).json()
    assert not told["committed"] and told["batch"] and told["new"] == 3
    assert program.get(RECORDS, headers=shown).json()["records"] == []
    reader = key(house, "reader", verbs=("read",))
    assert program.post(CHANGES, json={"rows": ROWS}, headers=reader).status_code == 403


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"rows": []}', b'{"rows": [{"a": {}}]}', b'{"rows": 1}', b"\xff",
                                  b'{"rows": [{}]}', b'{"rows": [{"x": "' + b"y" * 300_000 + b'"}]}'])  # fmt: skip
def test_bodies_that_are_no_rows(house: House, program: TestClient[Any], body: bytes) -> None:
    answer = program.post(CHANGES, content=body, headers=key(house) | {"content-type": "application/json"})
    assert answer.status_code in (200, 400, 413)
    if answer.status_code == 200:
        assert not answer.json()["committed"]


def test_own_keys_on_the_page(an: An) -> None:
    page = an.client.post("/account/keys", data={"name": "tuan", "verb": "read", "days": "30", "current": PASSWORD})
    token = page.text.split("tinhso_", 1)[1].split("<", 1)[0]
    assert page.status_code == 200 and page.headers["cache-control"] == "no-store"
    assert token not in an.reads("/account/keys") and "tuan" in an.reads("/account/keys")
    shown = {"authorization": f"Bearer tinhso_{token}"}
    assert an.client.get(RECORDS, headers=shown).status_code == 200
    assert "thu hồi" in an.tells(f"/account/keys/{token.split('_')[0]}/revoke")
    assert an.client.get(RECORDS, headers=shown).status_code == 401
    bad = an.client.post("/account/keys", data={"name": "Tuần", "verb": "read", "days": "30"})
    assert bad.status_code == 400 and "tinhso_" not in bad.text.split("<main", 1)[-1]
    assert an.client.post("/account/keys/999/revoke").status_code == 404


def test_registers_tell_what_may_be_done(house: House, program: TestClient[Any]) -> None:
    shown = key(house, registers=("video_points",), verbs=("read",))
    (register,) = program.get("/api/registers", headers=shown).json()
    assert register["register"] == "video_points" and register["verbs"] == ["read"]
    field = register["filters"][0] if register["filters"] else None
    if field:
        assert program.get(RECORDS, params={"where": f"{field}:x"}, headers=shown).json()["records"] == []
    assert program.get(RECORDS, params={"where": "nothing:x"}, headers=shown).status_code in (400, 404)
    assert program.get("/api/registers/workers/records", headers=shown).json()["records"] == []
