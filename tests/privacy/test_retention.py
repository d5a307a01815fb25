"""Retention: past their term, records are archived or erased with the rule that says so; not a day earlier."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.privacy.conftest import AN, BINH, CHI, ROWS, WORKER, Room
from tests.privacy.test_erasing import kept_in_transfers, sends_blindly, traces
from tinhso.foundation import clock
from tinhso.foundation.clock import VIETNAM
from tinhso.indicators import verify
from tinhso.intake import batches
from tinhso.intake.desk import Desk
from tinhso.privacy import retention
from tinhso.registers import declared, history, proposals

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


def test_rows_and_files_that_wait_go_past_their_term_too(room: Room) -> None:
    """A row that waits for the department loses its content though the rule archives records; a file that waits goes
    whole once its newest row has ended, one whose rows were never looked at with its receipt; others stay."""
    room.take_in("workers", [AN])
    sends_blindly(room, "Thợ may")
    desk = Desk.open(room.db, room.office.files)
    old = _waits(room, desk, "cu.csv", {**WORKER, "citizen_id": CHI, "surveyed_on": "10/1/2020"}, looked_at=True)
    new = _waits(room, desk, "moi.csv", BINH, looked_at=True)
    unread = _waits(room, desk, "chua-xem.csv", {**WORKER, "citizen_id": CHI, "surveyed_on": "11/1/2020"})

    def ended(day: datetime, *, dry_run: bool = False) -> tuple[int, int, int]:
        with clock.stopped(day):
            done = retention.retain(room.office, scope=room.station, dry_run=dry_run)
        one = next(each for each in done if each.declaration.register == "workers")
        return one.waiting, one.uploads, len(one.records)

    assert ended(_at(2030, 1, 12), dry_run=True) == (0, 1, 0) and _state(room, old) == "checked"
    assert ended(_at(2030, 1, 12)) == (0, 1, 0)
    assert [_state(room, each) for each in (old, new, unread)] == ["dropped", "checked", "received"]
    assert ended(_at(2033, 10, 21)) == (1, 1, 1) and kept_in_transfers(room) == [(None, None, None, 32, True)]
    assert [_state(room, each) for each in (new, unread)] == ["dropped", "received"]
    assert ended(_at(2046, 12, 31)) == (0, 1, 0)
    left = [path.name for path in room.office.files.folder.glob("??/*")]
    with room.at() as conn:
        assert left == [conn.execute("select file_sha256 from registers.change_set where id = 1").fetchone()[0]]
        reasons = conn.execute("select reason from privacy.erased_file").fetchall()
    assert len(reasons) == 4 and all("Hết thời hạn lưu 10 năm" in reason for (reason,) in reasons)
    assert ended(_at(2046, 12, 31)) == (0, 0, 0), "once"


def test_rows_that_wait_for_a_second_person_go_past_their_term(room: Room) -> None:
    """Past their term they lose content and key, waiting or sent back, and the file that brought them goes; no day
    before, and not in a dry run."""
    commune = room.officer("026", ("read", "propose"))
    desk = Desk.open(room.db, room.office.files)
    path = room.folder / "xa.csv"
    path.write_text(",".join(WORKER) + ",citizen_id\n" + ",".join(WORKER.values()) + f",{CHI}\n", encoding="utf-8")
    batch = batches.receive(desk, path, path.name, "workers", scope=commune, sender=commune.actor)
    path.unlink()
    assert batches.review(desk, batch.id, scope=commune).examined.whole
    number = batches.propose(desk, batch.id, scope=commune)

    def ended(day: datetime, *, dry_run: bool = False) -> int:
        with clock.stopped(day):
            done = retention.retain(room.office, scope=room.station, dry_run=dry_run)
        return sum(each.waiting for each in done)

    assert ended(_at(2033, 10, 20)) == 0 and ended(_at(2033, 10, 21), dry_run=True) == 1
    assert "registers.proposal_line" in traces(room)
    assert ended(_at(2033, 10, 21)) == 1 and ended(_at(2033, 10, 22)) == 0, "once"
    with room.at(commune) as conn:
        (line,) = proposals.lines(conn, number)
        known = proposals.one(conn, number)
        assert batches.one(conn, batch.id, scope=commune).state == "dropped"
    assert (line.state, line.key, line.content, line.actor) == ("erased", "", {}, "station")
    assert known.waiting == 0 and "Hết thời hạn lưu 10 năm" in (line.remark or "")
    assert traces(room) == [] and list(room.office.files.folder.glob("??/*")) == []


def test_a_file_that_nothing_names_goes_after_the_shortest_term(room: Room) -> None:
    room.take_in("team_members", [LEFT])
    path = room.folder / "bi-tra-lai.csv"
    path.write_text(f"số,{CHI}\n", encoding="utf-8")
    stored = room.office.files.put(path)
    with clock.stopped(_at(2026, 11, 30)):
        assert retention.retain_unnamed(room.office, scope=room.station) == ()
    with clock.stopped(_at(2060, 1, 1)):
        assert retention.retain_unnamed(room.office, scope=room.station, dry_run=True) == (stored.sha256,)
        assert stored.path.exists()
        assert retention.retain_unnamed(room.office, scope=room.station) == (stored.sha256,)
    assert not stored.path.exists() and len(list(room.office.files.folder.glob("??/*"))) == 1


def _waits(room: Room, desk: Desk, name: str, row: dict[str, str], *, looked_at: bool = False) -> int:
    path = room.folder / name
    path.write_text(",".join(row) + "\n" + ",".join(row.values()) + "\n", encoding="utf-8")
    batch = batches.receive(desk, path, name, "workers", scope=room.station, sender="station")
    path.unlink()
    if looked_at:
        found = batches.review(desk, batch.id, scope=room.station)
        assert found.examined.whole, found.examined.problems
    return batch.id


def _state(room: Room, batch: int) -> str:
    with room.at() as conn:
        return batches.one(conn, batch, scope=room.station).state
