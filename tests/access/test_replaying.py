"""People and rights altered behind the platform's back are found by the log of their changes, and named."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.access.granted import PURPOSES, ROLES, station
from tests.access.people.conftest import OTHER, PASSWORD
from tinhso.access import giving, replaying, roles
from tinhso.access.keys import making
from tinhso.access.keys.making import Wish
from tinhso.access.people import accounts, links, sessions, signing_in
from tinhso.access.people.door import Caller, Door
from tinhso.foundation.database import Database, errors, made_sql

TABLES = ("person", "grant", "role", "purpose", "key", "password", "second_factor", "outside_identity", "event")


@pytest.fixture
def house(province: Database) -> Database:
    """People, grants, keys, roles edited on screen, passwords changed and reset: all by the platform's own doors."""
    door = Door(province, "a secret key of the tests")
    with province.owner() as conn:
        roles.apply(conn, ROLES, PURPOSES)
        for login in ("an", "binh", "chi"):
            accounts.add(conn, login, f"Người {login}", None, actor="admin")
        making.client(conn, "may", "Máy chủ", actor="admin")
    for login in ("an", "binh"):
        with province.owner() as conn:
            link = accounts.invite(conn, login, actor="admin")
        links.use(door, link.removeprefix(links.PATH), PASSWORD)
    held = signing_in.sign_in(door, "an", PASSWORD, Caller())
    session = sessions.read(door, held.token)
    assert session is not None
    signing_in.change_password(door, session, held.token, OTHER)
    given = [station(province, giving.give, login, "reader", "026", "work") for login in ("an", "binh", "may")]
    station(province, giving.revoke, given[1], reason="chuyển đi")
    station(province, roles.change, ROLES[2])
    with province.owner() as conn:
        making.add(conn, "may", Wish("dem", ("read",)), actor="admin")
        accounts.disable(conn, "binh", actor="admin")
        accounts.enable(conn, "binh", actor="admin")
        accounts.reset(conn, "binh", actor="admin", second_factor=True)
        accounts.end_sessions(conn, "an", actor="admin")
        roles.apply(conn, ROLES, PURPOSES)
    return province


@contextmanager
def behind(db: Database, statement: str) -> Iterator[list[tuple[str, str, str, str]]]:
    """What is found after somebody with the owner's password did that; taken back afterwards."""
    with db.owner() as conn:
        for table in TABLES:
            conn.execute(made_sql(f"alter table access.{table} disable trigger user"))
        conn.execute(made_sql(statement))
        for table in TABLES:
            conn.execute(made_sql(f"alter table access.{table} enable trigger user"))
        yield [(one.code.removeprefix("access.state_"), str(one.facts["kind"]), str(one.facts["name"]),
                str(one.facts["columns"])) for one in replaying.altered(conn)]  # fmt: skip
        conn.rollback()


def test_what_the_platform_did_stands_as_logged(house: Database) -> None:
    with house.owner() as conn:
        assert list(replaying.altered(conn)) == []
        assert conn.execute("select count(*) from access.standing()").fetchone() == (4 + 3 + len(ROLES) + 1 + 1,)


@pytest.mark.parametrize(("statement", "found"), [
    ("update access.grant set area = (select area from areas.tree where code = '02') where id = 1",
     ("altered", "grant", "1", "area")),
    ("update access.grant set role = 'leader', valid_to = now() + interval '9 years' where id = 1",
     ("altered", "grant", "1", "role, to")),
    ("update access.grant set revoked_by = null, revoked_at = null where id = 2",
     ("altered", "grant", "2", "revoked_by")),
    ("delete from access.grant where id = 3", ("gone", "grant", "3", "")),
    ("insert into access.grant (person, role, area, purpose, granted_by)"
     " select person, 'leader', area, purpose, 'admin' from access.grant where id = 1", ("unlogged", "grant", "4", "")),
    ("update access.person set state = 'active' where login = 'chi'", ("altered", "person", "chi", "state")),
    ("update access.person set mail = 'x@y.example' where login = 'an'", ("altered", "person", "an", "mail")),
    ("insert into access.person (login, name, state) values ('ma', 'Ma', 'active')",
     ("unlogged", "person", "ma", "")),
    ("update access.password set verifier = sha256('x')", ("altered", "person", "an", "password")),
    ("insert into access.password select id, 'x', 1, 1, 1, 'y', now() from access.person where login = 'chi'",
     ("altered", "person", "chi", "password")),
    ("insert into access.outside_identity select 'https://idp', 'ma', id, now() from access.person where login = 'an'",
     ("altered", "person", "an", "identities")),
    ("update access.role set declaration = '{}' where role = 'reader'", ("altered", "role", "reader", "declaration")),
    ("update access.purpose set declaration = '{}'", ("altered", "purpose", "work", "declaration")),
    ("update access.key set verbs = '{read,export}', until = until + interval '1 day'",
     ("altered", "key", "1", "until, verbs")),
    ("update access.key set digest = sha256('x')", ("altered", "key", "1", "digest")),
    ("delete from access.event where action = 'grant' and facts ->> 'grant' = '1'", ("unlogged", "grant", "1", "")),
    ("update access.event set facts = jsonb_set(facts, '{now,state,role}', '\"leader\"') where facts ->> 'grant' = '1'",
     ("altered", "grant", "1", "role")),
])  # fmt: skip
def test_each_alteration_is_found_and_named(house: Database, statement: str, found: tuple[str, ...]) -> None:
    with behind(house, statement) as named:
        assert named == [found]


def test_what_is_altered_is_not_covered_by_the_next_thing_that_is_logged(house: Database) -> None:
    with house.owner() as conn:
        conn.execute("update access.person set mail = 'ma@x.example' where login = 'an'")
        accounts.end_sessions(conn, "an", actor="admin")
        (one,) = replaying.altered(conn)
    assert (one.code, one.facts["columns"]) == ("access.state_altered", "mail")
    assert "an" in one.problem().vi and "mail" in one.problem().en


def test_the_application_cannot_write_or_read_the_log(house: Database) -> None:
    for statement in ("insert into access.event (actor, action) values ('x', 'y')", "select * from access.event",
                      "select * from access.standing()"):  # fmt: skip
        with pytest.raises(errors.InsufficientPrivilege), house.app() as conn:
            conn.execute(statement.encode())
