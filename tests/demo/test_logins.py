"""People to sign in as in the demo: each with a role and an area, one password for this home, nothing made twice."""

from __future__ import annotations

from pathlib import Path

from tests.laws.house import PROVINCES
from tinhso.access import founding, grants
from tinhso.access.people import FIRST, first_administrator, signing_in
from tinhso.access.people.door import Caller, Door
from tinhso.demo import logins
from tinhso.foundation.database import Database
from tinhso.packs.apply import apply

PACK = PROVINCES / "hagiang"


def test_people_sign_in_and_see_what_their_role_lets_them(db: Database, tmp_path: Path) -> None:
    apply(db, PACK)
    door = Door(db, "a secret key of the tests")
    people, password = logins.make(door, PACK, tmp_path)
    assert logins.make(door, PACK, tmp_path) == (people, password)
    assert (tmp_path / "demo" / "password").stat().st_mode & 0o077 == 0
    assert not signing_in.sign_in(door, "an", password, Caller()).pending
    with db.app() as conn:
        an, leader = grants.of(conn, "an"), grants.of(conn, "lanhdao")
    assert an.may("approve", "workers") and not an.whole("workers")
    assert leader.whole("workers") and not leader.may("propose")


def test_the_first_administrator_may_let_others_in(db: Database) -> None:
    assert first_administrator(db) and founding.first_grant(db) is False, "no role yet"
    apply(db, PACK)
    assert founding.first_grant(db) and not founding.first_grant(db)
    with db.app() as conn:
        admin = grants.of(conn, FIRST)
    assert admin.may("administer") and not admin.may("read")


def test_the_administrator_s_password_is_told_again_until_it_was_changed(db: Database, tmp_path: Path) -> None:
    door, password = Door(db, "a secret"), first_administrator(db)
    for made in (password, None):
        assert logins.first_administrator(door, tmp_path, made) == password
    assert (tmp_path / "demo" / "administrator").stat().st_mode & 0o777 == 0o600
    with db.owner() as conn:
        conn.execute("update access.password set must_change = false")
    assert logins.first_administrator(door, tmp_path, None) is None
    assert not (tmp_path / "demo" / "administrator").exists(), "nothing is kept that opens nothing"
