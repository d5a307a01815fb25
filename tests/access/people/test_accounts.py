"""Accounts and links: invited once, reset, disabled, and the first administrator."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from tests.access.people.conftest import HOME, OTHER, PASSWORD, START, People, after
from tests.access.people.refusing import refused
from tinhso.access.people import FIRST, accounts, first_administrator, links, sessions, signing_in
from tinhso.access.people.door import Door
from tinhso.foundation import clock
from tinhso.foundation.database import Database


def invited(people: People, login: str = "chi") -> str:
    with people.door.db.owner() as conn:
        accounts.add(conn, login, "Lù Thị Chi", None, actor="admin")
        return accounts.invite(conn, login, actor="admin").removeprefix(links.PATH)


def test_an_invitation_works_once(people: People) -> None:
    secret = invited(people)
    assert links.read(people.door, secret).name == "Lù Thị Chi"
    assert refused(people.signs_in, "chi", PASSWORD) == "access.wrong"
    assert refused(links.use, people.door, secret, "matkhau2026") == "access.password_easy"
    links.use(people.door, secret, PASSWORD)
    assert refused(links.use, people.door, secret, OTHER) == "access.link_over"
    assert refused(links.read, people.door, secret) == "access.link_over"
    assert people.signs_in("chi").token


def test_an_invitation_ends(people: People) -> None:
    with clock.stopped(START):
        secret = invited(people)
    with clock.stopped(START + timedelta(days=7)):
        assert refused(links.use, people.door, secret, PASSWORD) == "access.link_over"


def test_a_new_link_replaces_the_old(people: People) -> None:
    first = invited(people)
    with people.door.db.owner() as conn:
        second = accounts.invite(conn, "CHI", actor="admin").removeprefix(links.PATH)
    assert refused(links.read, people.door, first) == "access.link_over"
    assert links.read(people.door, second)


def test_two_use_one_link_at_once(people: People) -> None:
    secret = invited(people)

    def use(password: str) -> bool:
        try:
            links.use(people.door, secret, password)
        except Exception:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(use, (PASSWORD, OTHER))) == [False, True]


def test_links_are_kept_as_digests(people: People) -> None:
    secret = invited(people)
    with people.door.db.owner() as conn:
        kept = str(conn.execute("select * from access.link, access.event").fetchall())
    assert secret not in kept


def test_a_reset_ends_everything_of_before(people: People) -> None:
    with clock.stopped(START):
        token = people.signs_in("an").token
        with people.door.db.owner() as conn:
            secret = accounts.reset(conn, "an", actor="admin").removeprefix(links.PATH)
        assert sessions.read(people.door, token) is None
        assert refused(people.signs_in, "an", PASSWORD) == "access.wrong"
        links.use(people.door, secret, OTHER)
    with clock.stopped(after(minutes=1)):
        assert people.signs_in("an", OTHER).token


def test_a_disabled_person_uses_no_link(people: People) -> None:
    secret = invited(people)
    with people.door.db.owner() as conn:
        accounts.disable(conn, "chi", actor="admin")
        assert refused(accounts.reset, conn, "chi", actor="admin") == "access.is_disabled"
    assert refused(links.use, people.door, secret, PASSWORD) == "access.link_over"


@pytest.mark.parametrize(("login", "code"), [
    ("a", "access.bad_login"), ("an b", "access.bad_login"), ("-an", "access.bad_login"),
    ("x" * 61, "access.bad_login"), ("AN", "access.login_taken"), ("<an>", "access.bad_login"),
])  # fmt: skip
def test_logins(people: People, login: str, code: str) -> None:
    with people.door.db.owner() as conn:
        assert refused(accounts.add, conn, login, "Tên", None, actor="admin") == code


def test_names_and_mails(people: People) -> None:
    with people.door.db.owner() as conn:
        assert refused(accounts.add, conn, "chi", " ", None, actor="admin") == "access.no_name"
        assert refused(accounts.add, conn, "chi", "Chi", "chi@", actor="admin") == "access.bad_mail"
        assert refused(accounts.invite, conn, "nobody", actor="admin") == "access.unknown_person"
        assert refused(accounts.invite, conn, "an", actor="admin") == "access.not_invited"
        accounts.add(conn, "Chi.LT", "Lù Thị Chi", "chi@meovac.example", actor="admin")
        assert [account.login for account in accounts.every(conn)] == ["an", "binh", "chi.lt"]


def test_the_first_administrator(db: Database) -> None:
    password = first_administrator(db)
    assert password and first_administrator(db) is None, "once"
    with db.owner() as conn:
        everything = str(conn.execute("select * from access.event, access.password, access.person").fetchall())
    assert password not in everything
    door = Door(db, "secret")
    signed = signing_in.sign_in(door, FIRST, password, HOME)
    session = sessions.read(door, signed.token)
    assert session and session.must_change
    token = signing_in.change_password(door, session, signed.token, OTHER)
    changed = sessions.read(door, token)
    assert changed and not changed.must_change
    assert refused(signing_in.sign_in, door, FIRST, password, HOME) == "access.wrong"


def test_two_first_starts_at_once(db: Database) -> None:
    with ThreadPoolExecutor(2) as pool:
        assert sum(password is not None for password in pool.map(lambda _: first_administrator(db), range(2))) == 1
