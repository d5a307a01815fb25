"""Unusual reading: many records, more than usual, outside hours, outside the usual area; each told once."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from psycopg import errors

from tests.access.granted import add, declare, give
from tinhso.access import grants, looked
from tinhso.access.grants import of
from tinhso.access.watching import Unusual, look
from tinhso.foundation import clock
from tinhso.foundation.calendar import Calendar, Holidays
from tinhso.foundation.clock import VIETNAM
from tinhso.foundation.database import Database
from tinhso.registers.checks import rules

KNOWN = rules.read(rules.standing_folders(), {"unusual_reading": Unusual, "holidays": Holidays})
CALENDAR = Calendar.of(KNOWN["holidays"])
NOON = datetime(2025, 3, 5, 12, 30, tzinfo=VIETNAM)
"""A Wednesday."""


@pytest.fixture
def noon(province: Database, monkeypatch: pytest.MonkeyPatch) -> Database:
    monkeypatch.setattr(clock, "now", lambda: NOON)
    return province


def read(db: Database, count: int, *, area: str = "00715", ago: timedelta = timedelta(), actor: str = "an") -> None:
    with db.owner() as conn:
        conn.execute(
            "insert into access.reading (actor, action, register, records, units, count, at)"
            " select %s, 'list', 'people', array[1], array[t.area], %s, %s from areas.tree t where t.code = %s",
            [actor, count, NOON - ago, area],
        )  # fmt: skip


def noticed(db: Database) -> list[tuple[str, dict[str, Any]]]:
    look(db, KNOWN["unusual_reading"], CALENDAR)
    with db.app(grants.station().settings()) as conn:
        return [(each.kind, dict(each.facts)) for each in looked.notices(conn)]


def usual(db: Database) -> None:
    read(db, 40, ago=timedelta(days=5))


def test_usual_work_is_no_notice(noon: Database) -> None:
    usual(noon)
    read(noon, 60)
    assert noticed(noon) == []


def test_very_many_and_more_than_usual(noon: Database) -> None:
    usual(noon)
    read(noon, 250)
    assert noticed(noon) == [("more_than_usual", {"count": 250, "usual": 40, "days": 30})]
    read(noon, 250)
    assert noticed(noon)[0] == ("many", {"count": 500, "limit": 500})
    assert len(noticed(noon)) == 2, "told once"


@pytest.mark.parametrize("ago", [timedelta(hours=7), timedelta(days=3), timedelta(hours=15)])
def test_outside_hours_and_days(noon: Database, ago: timedelta) -> None:
    read(noon, 1, ago=timedelta(days=10))
    read(noon, 3, ago=ago)
    with noon.owner() as conn:
        conn.execute("insert into access.watched (until) values (%s)", [NOON - timedelta(days=4)])
    assert noticed(noon) == [("outside_hours", {"count": 3})]


def test_outside_the_usual_area(noon: Database) -> None:
    usual(noon)
    read(noon, 2, area="00796")
    assert noticed(noon) == [("outside_area", {"count": 1, "days": 30, "areas": ["027"]})]


def test_programs_may_work_at_night(noon: Database) -> None:
    read(noon, 3, actor="key:an/tổng hợp", ago=timedelta(hours=15))
    assert noticed(noon) == []


def test_citizens_themselves_are_never_unusual(noon: Database) -> None:
    read(noon, 5000, actor="citizen", ago=timedelta(hours=10))
    assert noticed(noon) == []


def test_notices_are_for_auditors_and_stay(noon: Database) -> None:
    read(noon, 600)
    assert noticed(noon)
    declare(noon)
    add(noon, "an", "binh")
    give(noon, "an", "leader", "02")
    with noon.app(of_(noon, "an").settings()) as conn:
        assert looked.notices(conn) == []
        assert [each.count for each in looked.found(conn, looked.Wanted())] == [600], "the own trail"
    with noon.app(of_(noon, "binh").settings()) as conn:
        assert looked.found(conn, looked.Wanted()) == []
    with pytest.raises(errors.Error), noon.owner() as conn:
        conn.execute("delete from access.notice")
    with pytest.raises(errors.InsufficientPrivilege), noon.app(grants.station().settings()) as conn:
        conn.execute("insert into access.reading (actor, action) values ('x', 'list')")
    forged = "select access.look('victim', 'unmask', 'people', 1, '{}', 'x', null, 1, null, null, null, null, '')"
    with pytest.raises(errors.Error) as refused, noon.app() as conn:
        conn.execute(forged)
    assert refused.value.sqlstate == "TS003", "without a sealed scope nobody reads"
    with noon.app(of_(noon, "binh").settings()) as conn:
        conn.execute(forged)
        assert [each.actor for each in looked.found(conn, looked.Wanted())] == ["binh"]


def of_(db: Database, login: str) -> Any:
    with db.app() as conn:
        return of(conn, login)
