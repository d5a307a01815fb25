"""Corrections become change sets; restrictions hide; both through the registers' own doors."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import polars as pl
import pytest

from tests.privacy.conftest import AN, BINH, CHI, DONG_VAN, Room
from tinhso.access.scope import Scope
from tinhso.foundation.problems import Refused
from tinhso.intake import forms
from tinhso.intake.desk import Desk
from tinhso.privacy import cases, closing, correcting, restricting
from tinhso.privacy.cases import Case
from tinhso.registers import changes, declared, history, records, transfers
from tinhso.registers.declaration import Declaration


def _check(room: Room) -> correcting.Check:
    desk = Desk.open(room.db, room.office.files)

    def check(
        declaration: Declaration, given: Mapping[str, Any], scope: Scope, kept: Collection[str]
    ) -> pl.DataFrame:
        return forms.checked(desk, declaration, given, scope=scope, kept=kept)

    return check


def _worker(room: Room, key: str = CHI, scope: Scope | None = None) -> Mapping[str, Any]:
    with room.at(scope) as conn:
        declaration = declared.one(conn, "workers")
        (row,) = records.page(conn, declaration, scope=scope or room.station, search=key).rows
    return row


def _proposed(room: Room, values: Mapping[str, str], record: int | None = None) -> Case:
    case = room.identified("correct")
    with room.at() as conn:
        wanted = record or int(_worker(room)["id"])
        return correcting.propose(conn, room.office, case.id, "workers", wanted, values, scope=room.station)


def test_a_correction_is_a_change_set_with_its_case(filled: Room) -> None:
    case = _proposed(filled, {"job": "Thợ may", "birth_date": "12/5/1990"})
    assert _worker(filled)["job"] == "Dệt lanh"
    with filled.at() as conn:
        (commit,) = correcting.carry_out(conn, filled.office, case.id, _check(filled), scope=filled.station)
    assert (commit.changed, commit.new) == (1, 0)
    now = _worker(filled)
    assert (now["job"], now["birth_date"], now["version"]) == ("Thợ may", "1990-05-12", 2)
    with filled.at() as conn:
        newest = history.versions(conn, declared.one(conn, "workers"), now["id"], scope=filled.station)[0]
        known = cases.one(conn, filled.office, case.id, scope=filled.station)
    assert newest.way == "form" and f"Hồ sơ {case.id}" in (newest.reason or "")
    assert known.steps[-1].facts == {"change_sets": [commit.id]}
    assert "Thợ may" not in str([step.facts for step in known.steps])


def test_a_wrong_number_is_corrected_in_the_same_record(filled: Room) -> None:
    record = _worker(filled)["id"]
    case = _proposed(filled, {"citizen_id": "002190000019"})
    with filled.at() as conn:
        correcting.carry_out(conn, filled.office, case.id, _check(filled), scope=filled.station)
    now = _worker(filled, "002190000019")
    assert (now["id"], now["version"], now["key"]) == (record, 2, "002190000019")


def test_a_number_of_somebody_else_is_refused(filled: Room) -> None:
    case = _proposed(filled, {"citizen_id": AN["citizen_id"], "gender": "Nam"})
    with filled.at() as conn, pytest.raises(Refused, match="another record"):
        correcting.carry_out(conn, filled.office, case.id, _check(filled), scope=filled.station)


def test_a_number_that_is_kept_elsewhere_is_no_obstacle_and_betrays_nothing(filled: Room) -> None:
    """An officer of Đồng Văn puts a number right; that Mèo Vạc keeps it the department is shown, not the officer."""
    officer = filled.officer(DONG_VAN)
    answers = []
    for number in (BINH["citizen_id"], "002090000099"):
        case = _proposed(filled, {"citizen_id": number, "gender": "Nam"})
        with filled.at(officer) as conn:
            (done,) = correcting.carry_out(conn, filled.office, case.id, _check(filled), scope=officer)
            answers.append((done.new, done.changed, done.gone, done.same))
            assert transfers.own(conn) == []
        with filled.at() as conn:
            waiting = [each for each in transfers.cases(conn) if each.state == "waiting"]
            assert len(waiting) == (1 if number == BINH["citizen_id"] else 0)
            transfers.shown(conn, waiting, scope=filled.station)
        if waiting:
            with filled.db.owner() as conn:
                line = conn.execute("select actor, action, records from access.reading order by id desc").fetchone()
            assert line == ("station", "transfers", [waiting[0].twin])
        changes.undo(filled.db, done.id, reason="nhầm", scope=officer)
        assert _worker(filled)["citizen_id"] == CHI
    assert answers[0] == answers[1] == (0, 1, 0, 0)


def test_corrections_are_checked_like_rows_of_files(filled: Room) -> None:
    case = _proposed(filled, {"gender": "Nam"})
    with filled.at() as conn, pytest.raises(Refused):
        correcting.carry_out(conn, filled.office, case.id, _check(filled), scope=filled.station)
    assert _worker(filled)["version"] == 1


def test_only_own_records_and_fields_that_there_are(filled: Room) -> None:
    with pytest.raises(Refused, match="not of the person"):
        _proposed(filled, {"job": "x"}, int(_worker(filled, AN["citizen_id"])["id"]))
    with pytest.raises(Refused, match="no field"):
        _proposed(filled, {"colour": "x"})


def test_restricted_records_are_seen_by_the_handler_alone_until_lifted(filled: Room) -> None:
    officer = filled.officer(DONG_VAN)
    case = filled.identified("restrict")
    with filled.at() as conn, pytest.raises(Refused, match="not assigned"):
        restricting.restrict(conn, filled.office, case.id, scope=filled.station)
    filled.step(case, "assigned", facts={"to": officer.actor})
    with filled.at() as conn:
        done = restricting.restrict(conn, filled.office, case.id, scope=filled.station)
    assert done.steps[-1].facts == {"restricted": {"households": 1, "team_members": 1, "workers": 1}}
    with pytest.raises(ValueError, match="unpack"):
        _worker(filled)
    assert _worker(filled, scope=officer)["citizen_id"] == CHI
    with filled.at() as conn:
        closing.close(conn, filled.office, case.id, scope=filled.station)
        restricting.lift(conn, filled.office, case.id, scope=filled.station, reason="đã xong")
        with pytest.raises(Refused, match="no record any more"):
            restricting.lift(conn, filled.office, case.id, scope=filled.station, reason="nữa")
    assert _worker(filled)["citizen_id"] == CHI
