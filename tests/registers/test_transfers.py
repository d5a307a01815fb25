"""Keys kept elsewhere: the row waits for the department, the others go in, and its sender learns nothing by it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest

from tests.registers.conftest import AN, BINH, LAU_AN, VANG_BINH, VERBS, People
from tinhso.access import grants
from tinhso.access.scope import Scope
from tinhso.foundation.database import errors
from tinhso.foundation.problems import Refused
from tinhso.registers import changes, transfers
from tinhso.registers.changes import ChangeSet
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
    """An sends a row with Bình's key, and a new one; gives the case that waits."""
    done = people.put(MOVED, NEW, scope=people.officer(AN))
    assert (done.new, done.changed, done.gone) == (1, 0, 0)
    (case,) = waiting(people, department(people))
    return case


def by_chance(people: People, one_in: int) -> None:
    with people.db.owner() as conn:
        conn.execute("update registers.spot_check set one_in = %s", [one_in])


def test_the_other_rows_go_in_and_the_record_stays(kept: People) -> None:
    case = sent(kept)
    assert set(kept.all()) == {"1", "2", "7"} and kept.all()["2"][1] == "cán bộ"
    assert (case.key, case.sender, case.state, case.source_row) == ("2", f"officer-{AN}", "waiting", 2)
    assert case.content == {"code": "2", "name": "Vàng Mí Bình", "job": "giáo viên", "age": "44", "seen": "2024-02-29"}


def test_only_who_may_approve_over_both_sees_it(kept: People) -> None:
    sent(kept)
    assert [len(waiting(kept, scope)) for scope in (department(kept), kept.station())] == [1, 1]
    for commune in (AN, BINH):
        assert waiting(kept, kept.officer(commune)) == []
    with kept.db.app() as conn:
        reader = grants.over(conn, ["02"], ["read", "propose"], "reader")
    assert waiting(kept, reader) == []
    for table in ("transfer", "transfer_state"):
        with pytest.raises(errors.InsufficientPrivilege), kept.db.app(kept.station().settings()) as conn:
            conn.execute(f"select * from registers.{table}".encode())


def test_its_sender_sees_that_it_waits_and_nothing_else(kept: People) -> None:
    sent(kept)
    (line,) = own(kept, kept.officer(AN))
    assert (line.state, line.row, line.reason, line.file_name) == ("waiting", 2, None, "a.xlsx")
    assert own(kept, kept.officer(BINH)) == []


def test_a_key_kept_elsewhere_looks_like_one_picked_by_chance(kept: People) -> None:
    """Before the commit and after it: the same counts, the same words, the same line."""
    officer = kept.officer(AN)
    elsewhere = compared(kept, officer, MOVED)
    by_chance(kept, 1)
    chance = compared(kept, officer, {**MOVED, "code": "9"})
    said = [transfers.problems(each.held, ("Trang 1",)) for each in (elsewhere, chance)]
    assert said[0] == said[1] and "2" not in said[0][0].en.replace("Row 2", "")
    for each in (elsewhere, chance):
        assert (each.new, each.changed, each.same, each.absent, each.held.height) == (0, 0, 0, 1, 1)
    people = [kept.put({**MOVED, "code": code}, scope=officer) for code in ("2", "9")]
    assert [(one.new, one.changed, one.gone, one.same) for one in people] == [(0, 0, 0, 0)] * 2
    assert len({(line.state, line.row, line.reason) for line in own(kept, officer)}) == 1
    assert {case.key for case in waiting(kept, kept.station())} == {"2", "9"}
    assert {case.key for case in waiting(kept, department(kept))} == {"2"}, "over all of the province only"


def test_chance_never_holds_what_the_sender_keeps_and_always_says_the_same(kept: People) -> None:
    by_chance(kept, 2)
    officer = kept.officer(AN)
    rows = [{"code": f"n{number}", "name": "Giàng A Dơ"} for number in range(40)]
    first, second = (set(compared(kept, officer, *rows).held["key"]) for _ in range(2))
    assert first == second and 0 < len(first) < 40
    assert compared(kept, officer, {**LAU_AN, "job": "y tá"}).changed == 1
    assert compared(kept, kept.station(), *rows).held.height == 0


def test_who_may_not_read_is_told_the_same_of_every_key(kept: People) -> None:
    with kept.db.app() as conn:
        blind = grants.over(conn, ["02"], ["propose"], "enterprise")
    found = compared(kept, blind, LAU_AN, MOVED, NEW)
    assert (found.new, found.changed, found.same, found.held.height) == (0, 0, 0, 3)


def test_accepting_moves_the_record_by_a_change_set_of_its_own(kept: People) -> None:
    case, scope = sent(kept), department(kept)
    done = changes.accept(kept.db, case.id, scope=scope)
    assert (done.state, done.decided_by) == ("accepted", "department") and done.change_set
    assert set(kept.all(kept.officer(AN))) == {"1", "2", "7"} and set(kept.all(kept.officer(BINH))) == set()
    assert kept.all()["2"][1:4] == ("giáo viên", 44, date(2024, 2, 29))
    assert changes.accept(kept.db, case.id, scope=scope) == done, "once is enough"
    with pytest.raises(Refused) as refused:
        transfers.turn_down(kept.db, case.id, reason="muộn", scope=scope)
    assert refused.value.problems[0].code == "registers.transfer_decided"
    changes.undo(kept.db, done.change_set, reason="nhầm", scope=scope)
    assert set(kept.all(kept.officer(BINH))) == {"2"}


def test_refusing_needs_a_reason_which_the_sender_reads(kept: People) -> None:
    case, scope = sent(kept), department(kept)
    with pytest.raises(Refused):
        transfers.turn_down(kept.db, case.id, reason=" ", scope=scope)
    for _ in range(2):
        assert transfers.turn_down(kept.db, case.id, reason="chưa chuyển hộ khẩu", scope=scope).state == "refused"
    with pytest.raises(Refused):
        changes.accept(kept.db, case.id, scope=scope)
    (line,) = own(kept, kept.officer(AN))
    assert (line.state, line.reason) == ("refused", "chưa chuyển hộ khẩu") and kept.all()["2"][1] == "cán bộ"


def test_what_waits_is_not_put_aside_twice_and_may_be_asked_again_once_refused(kept: People) -> None:
    case, officer = sent(kept), kept.officer(AN)
    kept.put(MOVED, scope=officer)
    assert len(waiting(kept, department(kept))) == 1
    transfers.turn_down(kept.db, case.id, reason="chưa", scope=department(kept))
    kept.put(MOVED, scope=officer)
    assert [each.state for each in waiting(kept, department(kept))] == ["refused", "waiting"]


def test_two_officers_at_once_make_one_change_set(kept: People) -> None:
    case = sent(kept)
    scopes = [department(kept), kept.station()] * 3
    with ThreadPoolExecutor(6) as officers:
        done = list(officers.map(lambda scope: changes.accept(kept.db, case.id, scope=scope), scopes))
    assert len({each.change_set for each in done}) == 1 and {each.state for each in done} == {"accepted"}


@pytest.mark.parametrize("commune", [AN, BINH])
def test_nobody_else_decides(kept: People, commune: str) -> None:
    case, officer = sent(kept), kept.officer(commune)
    answers = []
    for number in (case.id, case.id + 1000):
        with pytest.raises(Refused) as refused:
            changes.accept(kept.db, number, scope=officer)
        answers.append(refused.value.problems[0].code)
        with pytest.raises(Refused) as refused:
            transfers.turn_down(kept.db, number, reason="x", scope=officer)
        answers.append(refused.value.problems[0].code)
    assert set(answers) == {"registers.unknown_transfer"}
    with pytest.raises(Refused), kept.db.app(officer.settings()) as conn:
        transfers.decide(conn, case.id, "accepted", None, None)


def test_cases_are_appended_to_only(kept: People) -> None:
    sent(kept)
    for statement in ("delete from registers.transfer", "update registers.transfer_state set state = 'refused'"):
        with pytest.raises(errors.Error) as refused, kept.db.owner() as conn:
            conn.execute(statement.encode())
        assert refused.value.sqlstate == "TS004"
