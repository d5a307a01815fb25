"""Who administers: people, grants and roles on pages, and why somebody can or cannot; without ever seeing a record."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from litestar.testing import TestClient

from tests.web.house import EVERYTHING, An, signed_in, visited
from tinhso.access.declaration import Role, Text
from tinhso.access.keys import making
from tinhso.access.keys.making import Wish
from tinhso.access.people import accounts
from tinhso.foundation.database import made_sql
from tinhso.web.kit.house import House

ADMINISTERING = Role("administering", Text("Quản trị", "Administering"), administer=True)
PAGES = ("/staff/people", "/staff/grants", "/staff/roles", "/staff/roles/auditor", "/staff/why")


@pytest.fixture
def chi(house: House) -> Iterator[TestClient[Any]]:
    """Chi, who administers and reads no record."""
    with visited(house) as client:
        signed_in(house, client, "chi", ADMINISTERING, "02")
        yield client


def events(house: House) -> list[tuple[str, str]]:
    with house.db.owner() as conn:
        return conn.execute("select actor, action from access.event order by id desc limit 3").fetchall()


def test_pages_are_for_who_administers(chi: TestClient[Any], an: An) -> None:
    for address in PAGES:
        assert chi.get(address).status_code == 200, address
        assert an.client.get(address).status_code == 403, address
    for address in ("/staff/registers", "/staff/intake", "/staff/transfers", "/staff/changes"):
        assert chi.get(address).status_code == 403, address


def test_the_first_page_of_who_administers(house: House, chi: TestClient[Any], an: An) -> None:
    """What may be done, keys, and what was changed about people and rights; no register, no record."""
    with house.db.owner() as conn:
        accounts.add(conn, "moi", "Hoàng Thị Mới", None, actor="chi")
        making.add(conn, "an", Wish("may", days=5), actor="an")
    page = chi.get("/staff")
    assert page.status_code == 200
    for link in ("/staff/people", "/staff/grants", "/staff/roles", "/staff/why", "/staff/invite", "/staff/people/an"):
        assert f'href="{link}"' in page.text, link
    assert "an: may" in page.text and "sắp hết hạn" in page.text and "Hoàng Thị Mới" in page.text
    assert "tạo tài khoản" in page.text and 'href="/staff/registers"' not in page.text
    assert "TINHSO_SECOND_FACTOR" not in page.text
    officers = an.reads("/staff")
    assert "an: may" not in officers and "/staff/invite" not in officers
    with house.db.app() as conn:
        for function in ("recent_changes(9)", "open_keys()", "owing_factor()"):
            assert conn.execute(made_sql(f"select * from access.{function}")).fetchall() == [], function


def test_somebody_without_a_role_is_told_so(house: House) -> None:
    with visited(house) as client:
        signed_in(house, client, "tay")
        with house.db.owner() as conn:
            conn.execute("update access.grant set revoked_at = now(), revoked_by = 'admin'")
        page = client.get("/staff")
        assert page.status_code == 200 and "chưa có vai trò" in page.text
        assert client.get("/staff/registers").status_code == 403


def test_a_grant_is_given_felt_at_once_and_revoked_with_a_reason(house: House, chi: TestClient[Any], an: An) -> None:
    said = {"person": "an", "role": "auditor", "area": "026", "purpose": "oversight", "until": "31/12/2099"}
    assert chi.post("/staff/grants", data=said).status_code == 200
    assert "Cán bộ kiểm tra" in chi.get("/staff/grants?person=an").text and events(house)[0] == ("chi", "grant")
    with house.db.owner() as conn:
        row = conn.execute("select max(id), min(id) filter (where role = %s) from access.grant", [EVERYTHING.role])
        number, everything = row.fetchone() or (0, 0)
    assert chi.post(f"/staff/grants/{number}/revoke", data={"reason": " "}).status_code == 400
    for grant in (number, everything):
        assert chi.post(f"/staff/grants/{grant}/revoke", data={"reason": "hết việc"}).status_code == 200
    assert events(house)[0] == ("chi", "revoke") and "hết việc" not in chi.get("/staff/grants").text
    assert "bị chi thu hồi" in chi.get("/staff/grants?ended=yes").text
    assert an.client.get("/staff/registers").status_code == 403, "the next request feels it"


@pytest.mark.parametrize("wrong", [{"person": "chi"}, {"area": "999"}, {"role": "king"}, {"until": "31/02/2099"}])
def test_a_grant_that_may_not_be_is_refused(chi: TestClient[Any], an: An, wrong: dict[str, str]) -> None:
    said = {"person": "an", "role": "auditor", "area": "026", "purpose": "oversight", **wrong}
    assert chi.post("/staff/grants", data=said).status_code in (400, 403, 404)


def test_a_role_is_edited_checked_and_kept(house: House, chi: TestClient[Any]) -> None:
    page = chi.get("/staff/roles/auditor").text
    assert "read: " in page and "Cán bộ kiểm tra" in page
    for text in ("verbs: {read: [no_such_register]}", "- x", "verbs: [", "title: {vi: a}", "verbs: {fly: '*'}"):
        answer = chi.post("/staff/roles/auditor", data={"declaration": text})
        assert answer.status_code == 400 and "Chưa có gì thay đổi" in answer.text and text[:5] in answer.text
    edited = "title: {vi: Kiểm toán, en: Auditor}\nverbs: {read: [workers]}\n"
    assert chi.post("/staff/roles/auditor", data={"declaration": edited}).status_code == 200
    assert events(house)[0] == ("chi", "role") and "đã sửa tại đây" in chi.get("/staff/roles").text
    assert chi.post("/staff/roles/nothing", data={"declaration": edited}).status_code == 404


def test_the_last_administrator_is_not_shut_out(house: House, chi: TestClient[Any]) -> None:
    text = "title: {vi: Quản trị, en: Administering}\nadminister: false\n"
    assert chi.post("/staff/roles/administering", data={"declaration": text}).status_code in (400, 403, 409)
    assert chi.get("/staff/people").status_code == 200


def test_why_names_the_grant_and_the_first_reason(house: House, chi: TestClient[Any], an: An) -> None:
    with visited(house) as client:
        signed_in(house, client, "binh", EVERYTHING, "027")
    can = chi.get("/staff/why?person=binh&verb=read&register=workers&area=00796&record=&field=").text
    assert "binh được phép" in can and "everything" in can
    cannot = chi.get("/staff/why?person=binh&verb=approve&register=workers&area=00715").text
    assert "binh không được phép" in cannot and "everything" in cannot
    assert "chưa từng được cấp quyền" not in cannot
    assert chi.get("/staff/why?person=nobody").status_code == 404


def unnumbered(page: str, number: int) -> str:
    return page.replace(f'value="{number}"', "").replace(f"record={number}", "")


def test_of_a_record_nothing_is_told_but_who_may_see_it(house: House, chi: TestClient[Any], an: An) -> None:
    an.commits(an.sends())
    with visited(house) as client:
        signed_in(house, client, "binh", EVERYTHING, "027")
    address = "/staff/why?person={}&verb=read&register=video_points&record={}"
    assert "binh được phép" in chi.get(address.format("binh", 2)).text
    there, absent = (unnumbered(chi.get(address.format("binh", number)).text, number) for number in (1, 9))
    assert there == absent, "elsewhere and nowhere look alike"
    assert "UBND" not in there and "DC-00" not in there
