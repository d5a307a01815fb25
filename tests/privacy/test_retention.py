"""Retention: past their term, records are archived or erased with the rule that says so; not a day earlier."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.privacy.conftest import CHI, ROWS, WORKER, Room
from tests.privacy.test_erasing import traces
from tinhso.foundation import clock
from tinhso.foundation.clock import VIETNAM
from tinhso.indicators import verify
from tinhso.privacy import retention
from tinhso.registers import declared, history

MEMBER = ROWS["team_members"][0]
LEFT = {**MEMBER, "left_on": "30/6/2024"}


def _at(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, 9, 0, tzinfo=VIETNAM)


def test_a_dry_run_lists_and_does_nothing(room: Room) -> None:
    room.take_in("team_members", [LEFT])
    with clock.stopped(_at(2030, 1, 1)):
        listed = retention.retain(room.office, scope=room.station, dry_run=True)
    assert {one.declaration.register: len(one.records) for one in listed} == {"team_members": 1, "workers": 0}
    assert traces(room)


@pytest.mark.parametrize(("day", "gone"), [((2029, 6, 30), 0), ((2029, 7, 1), 1)])
def test_not_a_day_too_early(room: Room, day: tuple[int, int, int], gone: int) -> None:
    room.take_in("team_members", [LEFT])
    with clock.stopped(_at(*day)):
        done = {one.declaration.register: one for one in retention.retain(room.office, scope=room.station)}
    assert len(done["team_members"].records) == gone
    assert bool(traces(room)) is not bool(gone)


def test_a_record_without_the_date_stays(room: Room) -> None:
    room.take_in("team_members", [MEMBER])
    with clock.stopped(_at(2090, 1, 1)):
        retention.retain(room.office, scope=room.station)
    assert traces(room)


def test_erasing_leaves_the_rule_and_keeps_files_that_still_hold_others(room: Room) -> None:
    other = {**MEMBER, "citizen_id": "002090000011", "full_name": "Vàng Mí An", "gender": "Nam", "left_on": ""}
    room.take_in("team_members", [LEFT, other])
    with clock.stopped(_at(2030, 1, 1)):
        done = next(one for one in retention.retain(room.office, scope=room.station) if one.records)
    assert (len(done.records), done.files) == (1, ())
    with room.at() as conn:
        query = 'select rule, reason, "case" from privacy.erased'
        assert conn.execute(query).fetchall()[0][0] == "team_members: left_on + 5"
        declaration = declared.one(conn, "team_members")
        (version,) = history.versions(conn, declaration, done.records[0], scope=room.station)
    assert version.erased is not None and "5 năm sau" in version.erased.reason
    assert len(list(room.office.files.folder.glob("??/*"))) == 1
    assert verify.verify(room.db).ok


def test_archived_records_leave_the_register_for_history(room: Room) -> None:
    room.take_in("workers", [{**WORKER, "citizen_id": CHI}])
    with clock.stopped(_at(2033, 10, 21)):
        done = next(one for one in retention.retain(room.office, scope=room.station) if one.records)
        again = retention.retain(room.office, scope=room.station)
    assert done.retention.then == "archive" and [len(one.records) for one in again] == [0, 0]
    with room.at() as conn:
        assert room.one(conn, "select count(*) from registers.workers") == 0
        newest = history.versions(conn, declared.one(conn, "workers"), done.records[0], scope=room.station)[0]
    assert newest.ended_as == "gone" and newest.values["citizen_id"] == CHI
    assert verify.verify(room.db).ok


@given(st.dates(date(1950, 1, 1), date(2200, 1, 1)), st.integers(0, 40))
def test_years_before_are_the_same_day(day: date, years: int) -> None:
    before = retention.years_before(day, years)
    assert before.year == day.year - years and before.month == day.month and day.day - before.day in (0, 1)
