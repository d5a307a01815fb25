"""Somebody must remain who administers: in the database, and with two who act at the same moment."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from tests.access import granted
from tinhso.access import giving, grants, roles
from tinhso.access.declaration import Role
from tinhso.foundation.database import Connection, Database, errors
from tinhso.foundation.problems import Refused


@pytest.fixture
def office(province: Database) -> Database:
    granted.declare(province)
    granted.add(province, "an", "binh", "chi")
    return province


def test_without_any_administrator_people_may_be_disabled(office: Database) -> None:
    with office.owner() as conn:
        conn.execute("update access.person set state = 'disabled' where login = 'chi'")


def test_the_last_one_stays(office: Database) -> None:
    number = granted.give(office, "an", "clerk", "02")
    granted.give(office, "binh", "clerk", "02", ends=datetime.now(UTC) + timedelta(days=9))
    with pytest.raises(Refused, match="last active administrator"):
        granted.station(office, giving.revoke, number, reason="x")
    with pytest.raises(Refused, match="last active administrator"):
        granted.station(office, roles.change, Role("clerk", granted.SAID))
    for statement in (
        "update access.person set state = 'disabled' where login = 'an'", "update access.person set state = 'invited'",
        "update access.grant set revoked_by = 'x', revoked_at = now()",
        "update access.role set declaration = '{}' where role = 'clerk'",
    ):  # fmt: skip
        with pytest.raises(errors.Error) as refused, office.owner() as conn:
            conn.execute(statement.encode())
        assert refused.value.sqlstate == "TS010", statement
    with office.owner() as conn:
        conn.execute("update access.person set state = 'disabled' where login in ('binh', 'chi')")


def test_who_administers_a_part_does_not_stand_for_the_whole(office: Database) -> None:
    first = granted.give(office, "an", "clerk", "02")
    part = granted.give(office, "binh", "clerk", "026")
    with pytest.raises(Refused, match="of the whole province"):
        granted.station(office, giving.revoke, first, reason="x")
    granted.station(office, giving.revoke, part, reason="x")


def test_a_program_does_not_administer(office: Database) -> None:
    first = granted.give(office, "an", "clerk", "02")
    with office.owner() as conn:
        conn.execute("insert into access.person (login, name, state, client) values ('may', 'may', 'active', true)")
    with pytest.raises(Refused, match="cannot hold a role that administers"):
        granted.give(office, "may", "clerk", "02")
    held = granted.give(office, "may", "reader", "02")
    administering = Role("reader", granted.SAID, {"read": ("people",)}, administer=True)
    with pytest.raises(Refused, match="cannot hold a role that administers"):
        granted.station(office, roles.change, administering)
    granted.station(office, giving.revoke, held, reason="x")
    granted.station(office, roles.change, administering)
    with pytest.raises(Refused, match="last active administrator"):
        granted.station(office, giving.revoke, first, reason="x")


def test_with_another_one_he_may_go(office: Database) -> None:
    first = granted.give(office, "an", "clerk", "02")
    granted.give(office, "binh", "clerk", "02")
    granted.station(office, giving.revoke, first, reason="x")
    with office.app() as conn:
        assert not grants.of(conn, "an").may("administer") and grants.of(conn, "binh").may("administer")


@pytest.mark.parametrize("way", ["revoke", "disable"])
def test_two_cannot_remove_each_other_into_nobody(office: Database, way: str) -> None:
    numbers = {login: granted.give(office, login, "clerk", "02") for login in ("an", "binh")}
    with office.app() as conn:
        scopes = {login: grants.of(conn, login) for login in numbers}

    def remove(conn: Connection, login: str) -> None:
        if way == "revoke":
            giving.revoke(conn, numbers[login], reason="x")
        else:
            conn.execute("update access.person set state = 'disabled' where login = %s", [login])

    def second() -> str:
        try:
            with office.owner() if way == "disable" else office.app(scopes["binh"].settings()) as conn:
                remove(conn, "an")
        except (Refused, errors.Error) as refused:
            return str(refused)
        return "done"

    with ThreadPoolExecutor(1) as other:
        with office.owner() if way == "disable" else office.app(scopes["an"].settings()) as conn:
            remove(conn, "binh")
            waiting = other.submit(second)
            time.sleep(0.2)
            assert not waiting.done(), "the second waits for the first"
        assert "last" in waiting.result(10)
    with office.app() as conn:
        assert grants.of(conn, "an").may("administer") and not grants.of(conn, "binh").may("administer")
