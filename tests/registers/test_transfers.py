"""Keys kept elsewhere: the row is recorded beside, its sender learns nothing, the department decides. Where the sender
may know, or may read nothing, the row waits."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.registers.conftest import AN, BINH, LAU_AN, VANG_BINH, VERBS, People
from tinhso.access import grants
from tinhso.access.scope import Scope
from tinhso.foundation.database import errors
from tinhso.foundation.problems import Refused
from tinhso.registers import changes, deciding, transfers
from tinhso.registers.chain import verify as chain
from tinhso.registers.changes import ChangeSet, Source
from tinhso.registers.transfers import Case, Own

MOVED = {"code": "2", "name": "Vàng Mí Bình", "job": "giáo viên", "age": 44, "seen": date(2024, 2, 29), "in": AN}
NEW = {"code": "7", "name": "Sùng Thị Mỷ"}


@pytest.fixture
def kept(people: People) -> People:
    """Bình keeps a record; An keeps one too."""
    people.put(LAU_AN, VANG_BINH)
    return people


def department(people: People) -> Scope:
    with people.db.app() as conn:
        return grants.over(conn, ["026", "027"], VERBS, "department")


def reader(people: People) -> Scope:
    """An officer of An's commune who may read the whole province."""
    with people.db.app() as conn:
        everywhere, here = (grants.over(conn, [area], VERBS, "reader") for area in ("02", AN))
    reach = everywhere.reaches["*"], here.reaches["*"]
    return replace(here, reaches={"*": replace(reach[1], verbs={**reach[1].verbs, "read": reach[0].verbs["read"]})})


def compared(people: People, scope: Scope, *rows: dict[str, Any]) -> ChangeSet:
    with people.db.app(scope.settings()) as conn:
        return changes.difference(conn, people.declaration, people.rows(*rows), scope=scope)


def waiting(people: People, scope: Scope) -> list[Case]:
    with people.db.app(scope.settings()) as conn:
        return transfers.cases(conn)


def own(people: People, scope: Scope) -> list[Own]:
    with people.db.app(scope.settings()) as conn:
        return transfers.own(conn)


def sent(people: People) -> Case:
    """An sends a row with Bình's key, and a new one; gives the case of the first."""
    done = people.put(MOVED, NEW, scope=people.officer(AN))
    assert (done.new, done.changed, done.gone) == (2, 0, 0)
    (case,) = waiting(people, department(people))
    return case


def stands(people: People, scope: Scope) -> list[tuple[Any, ...]]:
    """Every record that a scope sees: key, job and twin."""
    with people.db.app(scope.settings()) as conn:
        return conn.execute("select key, job, twin from registers.people order by key, id").fetchall()


def test_the_row_is_recorded_beside_and_the_record_stays(kept: People) -> None:
    case = sent(kept)
    assert [row[:2] for row in stands(kept, kept.officer(BINH))] == [("2", "cán bộ")]
    assert [row[:2] for row in stands(kept, kept.officer(AN))] == [("1", "giáo viên"), ("2", "giáo viên"), ("7", None)]
    assert (case.key, case.sender, case.state, case.source_row) == ("2", f"officer-{AN}", "waiting", 2)
    told = {"code": "2", "name": "Vàng Mí Bình", "job": "giáo viên", "age": "44", "seen": "2024-02-29"}
    assert case.content == told


def test_its_sender_is_told_what_a_new_row_is_told(kept: People) -> None:
    """Before the commit, at the commit, sending again, changing, taking back: never a difference."""
    officer = kept.officer(AN)
    told: list[list[Any]] = []
    for code in ("2", "9"):
        row = {**MOVED, "code": code}
        seen = compared(kept, officer, row)
        told.append([(seen.new, seen.changed, seen.same, seen.absent, seen.held.height)])
        for sending in (row, row, {**row, "job": "y tá"}):
            done = kept.put(sending, scope=officer)
            told[-1].append((done.new, done.changed, done.gone, done.same))
        with kept.db.app(officer.settings()) as conn:
            made = conn.execute("select max(id) from registers.change_set").fetchone()
            told[-1].append(conn.execute("select * from registers.own_transfers()").fetchall())
        assert made is not None
        changes.remove(kept.db, "people", [code], source=Source("form"), scope=officer)
        with kept.db.app(officer.settings()) as conn:
            (removing,) = conn.execute("select max(id) from registers.change_set").fetchone() or (0,)
        back = changes.undo(kept.db, removing, reason="nhầm", scope=officer)
        told[-1].append((back.new, back.changed, back.gone, back.same))
        assert [row[:2] for row in stands(kept, officer)] == [("1", "giáo viên"), (code, "y tá")]
        changes.remove(kept.db, "people", [code], source=Source("form"), scope=officer)
    assert told[0] == told[1]
    assert told[0][0] == (1, 0, 0, 1, 0)
    assert own(kept, officer) == [] and [row[0] for row in stands(kept, kept.officer(BINH))] == ["2"]


def test_who_kept_the_key_first_goes_on_without_a_word(kept: People) -> None:
    sent(kept)
    officer = kept.officer(BINH)
    assert kept.put(VANG_BINH, scope=officer).same == 1
    assert kept.put({**VANG_BINH, "job": "trưởng thôn"}, scope=officer).changed == 1
    changes.remove(kept.db, "people", ["2"], source=Source("form"), scope=officer)
    assert waiting(kept, department(kept)) == [], "one of the pair has left: nothing to decide"
    assert kept.put(VANG_BINH, scope=officer).new == 1
    assert len(waiting(kept, department(kept))) == 1, "now Bình's stands beside An's"


def test_only_who_may_approve_over_both_sees_it(kept: People) -> None:
    sent(kept)
    assert [len(waiting(kept, scope)) for scope in (department(kept), kept.station())] == [1, 1]
    for commune in (AN, BINH):
        assert waiting(kept, kept.officer(commune)) == []
    with kept.db.app() as conn:
        looks = grants.over(conn, ["02"], ["read", "propose"], "reader")
    assert waiting(kept, looks) == []
    for table in ("transfer", "transfer_state"):
        with pytest.raises(errors.InsufficientPrivilege), kept.db.app(kept.station().settings()) as conn:
            conn.execute(f"select * from registers.{table}".encode())


def test_a_department_that_sends_the_key_meets_the_first_record(kept: People) -> None:
    sent(kept)
    seen = compared(kept, department(kept), {**VANG_BINH, "job": "cán bộ"})
    assert (seen.new, seen.changed, seen.same, seen.held.height) == (0, 0, 1, 0)
    done = kept.put(LAU_AN, NEW, VANG_BINH, gone="remove")
    assert (done.same, done.gone) == (3, 0), "both of a pair are named by their key"


def test_who_may_read_but_not_write_there_is_told_that_the_row_waits(kept: People) -> None:
    scope = reader(kept)
    seen = compared(kept, scope, MOVED, NEW)
    assert (seen.new, seen.held["key"].to_list()) == (1, ["2"])
    assert "2" not in transfers.problems(seen.held, ("Trang 1",))[0].en.replace("Row 2", "")
    kept.put(MOVED, NEW, scope=scope)
    (line,), (case,) = own(kept, scope), waiting(kept, department(kept))
    assert (line.state, line.row, line.reason, line.file_name) == ("waiting", 2, None, "a.xlsx")
    assert (case.twin, case.record_area) == (None, kept.places[BINH][0]) and kept.all()["2"][1] == "cán bộ"
    assert case.content == {"code": "2", "name": "Vàng Mí Bình", "job": "giáo viên", "age": "44", "seen": "2024-02-29"}
    kept.put(MOVED, scope=scope)
    assert len(waiting(kept, department(kept))) == 1, "what waits is not put aside twice"
    done = deciding.accept(kept.db, case.id, scope=department(kept))
    assert done.state == "accepted" and set(kept.all(kept.officer(AN))) == {"1", "2", "7"}
    assert kept.all(kept.officer(BINH)) == {}, "the record itself has moved"


def test_who_may_not_read_is_told_the_same_of_every_key(kept: People) -> None:
    with kept.db.app() as conn:
        blind = grants.over(conn, ["02"], ["propose"], "enterprise")
    found = compared(kept, blind, LAU_AN, MOVED, NEW)
    assert (found.new, found.changed, found.same, found.held.height) == (0, 0, 0, 3)


def test_accepting_lets_the_first_record_leave(kept: People) -> None:
    case, scope = sent(kept), department(kept)
    done = deciding.accept(kept.db, case.id, scope=scope)
    assert (done.state, done.decided_by) == ("accepted", "department") and done.change_set
    assert set(kept.all(kept.officer(AN))) == {"1", "2", "7"} and set(kept.all(kept.officer(BINH))) == set()
    assert kept.all()["2"][1:4] == ("giáo viên", 44, date(2024, 2, 29))
    assert deciding.accept(kept.db, case.id, scope=scope) == done, "once is enough"
    with pytest.raises(Refused) as refused:
        deciding.turn_down(kept.db, case.id, reason="muộn", scope=scope)
    assert refused.value.problems[0].code == "registers.transfer_decided"
    assert own(kept, kept.officer(AN)) == [], "nothing has changed for the sender"
    changes.undo(kept.db, done.change_set, reason="nhầm", scope=scope)
    assert set(kept.all(kept.officer(BINH))) == {"2"}


def test_refusing_needs_a_reason_which_the_sender_reads(kept: People) -> None:
    case, scope = sent(kept), department(kept)
    with pytest.raises(Refused):
        deciding.turn_down(kept.db, case.id, reason=" ", scope=scope)
    for _ in range(2):
        assert deciding.turn_down(kept.db, case.id, reason="chưa chuyển hộ khẩu", scope=scope).state == "refused"
    with pytest.raises(Refused):
        deciding.accept(kept.db, case.id, scope=scope)
    (line,) = own(kept, kept.officer(AN))
    assert (line.state, line.reason) == ("refused", "chưa chuyển hộ khẩu") and kept.all()["2"][1] == "cán bộ"
    assert set(kept.all(kept.officer(AN))) == {"1", "7"}, "what stood beside has left"


def test_two_officers_at_once_make_one_change_set(kept: People) -> None:
    case = sent(kept)
    scopes = [department(kept), kept.station()] * 3
    with ThreadPoolExecutor(6) as officers:
        done = list(officers.map(lambda scope: deciding.accept(kept.db, case.id, scope=scope), scopes))
    assert len({each.change_set for each in done}) == 1 and {each.state for each in done} == {"accepted"}


@pytest.mark.parametrize("commune", [AN, BINH])
def test_nobody_else_decides(kept: People, commune: str) -> None:
    case, officer = sent(kept), kept.officer(commune)
    answers = []
    for number in (case.id, case.id + 1000):
        with pytest.raises(Refused) as refused:
            deciding.accept(kept.db, number, scope=officer)
        answers.append(refused.value.problems[0].code)
        with pytest.raises(Refused) as refused:
            deciding.turn_down(kept.db, number, reason="x", scope=officer)
        answers.append(refused.value.problems[0].code)
    assert set(answers) == {"registers.unknown_transfer"}
    with pytest.raises(Refused), kept.db.app(officer.settings()) as conn:
        transfers.decide(conn, case.id, "accepted", None, None)
    removed = kept.put({"code": "8", "name": "Sùng Mí Tám", "in": commune}, scope=officer).id
    with pytest.raises(Refused), kept.db.app(officer.settings()) as conn:
        transfers.decide(conn, case.id, "refused", "x", removed)


def test_the_chain_closes_over_pairs(kept: People, tmp_path: Path) -> None:
    case = sent(kept)
    assert chain.chain(kept.db, tmp_path).findings == []
    deciding.accept(kept.db, case.id, scope=department(kept))
    assert chain.chain(kept.db, tmp_path).findings == []


def test_cases_are_appended_to_only(kept: People) -> None:
    sent(kept)
    for statement in (
        "delete from registers.transfer", "update registers.transfer_state set state = 'refused'",
        "update registers.transfer set sender = 'x'", "update registers.transfer set erased_at = now(), sender = 'x'",
    ):  # fmt: skip
        with pytest.raises(errors.Error) as refused, kept.db.owner() as conn:
            conn.execute(statement.encode())
        assert refused.value.sqlstate == "TS004"
