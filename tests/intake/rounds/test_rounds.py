"""A round from opening to end: who has sent, who is late, whose file has errors, and what may be done by whom."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import pytest

from tests.registers.conftest import AN, BINH, LAU_AN, SUNG_CHI, VANG_BINH, VERBS, People
from tinhso.access import grants
from tinhso.access.scope import Scope
from tinhso.foundation import clock
from tinhso.foundation.database import errors, made_sql
from tinhso.foundation.problems import Refused
from tinhso.intake.rounds import asking, days, standing
from tinhso.intake.rounds.standing import Round

MONDAY = date(2026, 11, 23)
FRIDAY = date(2026, 11, 27)


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.stopped(MONDAY):
        yield


@contextmanager
def refusal(code: str) -> Iterator[None]:
    with pytest.raises(Refused) as refused:
        yield
    assert [problem.code for problem in refused.value.problems] == [code]


def over(people: People, code: str, actor: str, verbs: list[str] = VERBS) -> Scope:
    with people.db.app() as conn:
        return grants.over(conn, [code], verbs, actor)


def asked(people: People, *codes: str, due: date = FRIDAY) -> Round:
    """A round that the department opens."""
    leader = over(people, "02", "laodong")
    return asking.open_round(people.db, "Quý IV", ["people"], codes or (AN, BINH), due, note="Gửi sớm", scope=leader)


def seen(people: People, number: int, scope: Scope, today: date = MONDAY) -> Round:
    with people.db.app(scope.settings()) as conn:
        return standing.one(conn, number, today, scope=scope)


def states(found: Round) -> dict[str, str]:
    return {unit.code: unit.state for unit in found.units}


def sends(people: People, commune: str, actor: str, *, errors_: int = 0, state: str = "checked") -> None:
    """A workbook of a commune's officer that waits."""
    scope = over(people, commune, actor)
    with people.db.app(scope.settings()) as conn:
        conn.execute(
            "insert into intake.batch (register, sender, place, file_sha256, file_name, state, summary)"
            " values ('people', %s, %s, 'a', 'a.xlsx', %s, jsonb_build_object('errors', %s::int, 'good', 1))",
            [actor, people.places[commune][1], state, errors_],
        )


def test_what_a_unit_recorded_since_counts_as_sent(people: People) -> None:
    people.put(LAU_AN, VANG_BINH)
    made = asked(people)
    assert states(made) == {AN: "due", BINH: "due"}
    people.put({**LAU_AN, "age": 31}, SUNG_CHI, scope=people.officer(AN))
    found = seen(people, made.id, over(people, "02", "laodong"))
    assert states(found) == {AN: "sent", BINH: "due"}
    (came,) = next(unit for unit in found.units if unit.code == AN).arrived
    assert (came.rows, came.expected, came.share) == (2, 1, 100)


def test_a_file_that_waits_with_errors_comes_first(people: People) -> None:
    made = asked(people)
    sends(people, AN, "an", errors_=3)
    sends(people, BINH, "binh")
    found = seen(people, made.id, over(people, "02", "laodong"))
    assert [(unit.code, unit.state, unit.arrived[0].errors) for unit in found.units] == [
        (AN, "errors", 3), (BINH, "waiting", 0)]  # fmt: skip
    sends(people, AN, "an", errors_=0, state="dropped")
    assert states(seen(people, made.id, over(people, "02", "laodong")))[AN] == "errors", "a dropped file is no answer"


def test_after_the_day_it_is_late_and_more_time_mends_that(people: People) -> None:
    made, leader = asked(people), over(people, "02", "laodong")
    assert states(seen(people, made.id, leader, FRIDAY)) == {AN: "due", BINH: "due"}
    saturday = FRIDAY + timedelta(days=1)
    assert seen(people, made.id, leader, saturday).late == 2
    asking.extend(people.db, made.id, date(2026, 12, 4), "đường bị sạt lở", area=AN, scope=leader)
    assert states(seen(people, made.id, leader, saturday)) == {AN: "due", BINH: "late"}
    asking.extend(people.db, made.id, date(2026, 12, 11), "cả tỉnh mất điện", scope=leader)
    found = seen(people, made.id, leader, saturday)
    assert {unit.due for unit in found.units} == {date(2026, 12, 11)}
    assert [(event.action, event.words) for event in found.events][1:] == [
        ("extended", "đường bị sạt lở"), ("extended", "cả tỉnh mất điện")]  # fmt: skip


def test_a_day_nobody_works_moves_to_the_next(people: People) -> None:
    assert asked(people, due=date(2026, 11, 28)).due == date(2026, 11, 30)
    assert (days.left(MONDAY, FRIDAY), days.left(date(2026, 11, 30), FRIDAY)) == (4, -1)
    assert days.left(MONDAY, date(2199, 1, 1)) is None, "a year nobody has announced"


def test_each_officer_sees_the_own_unit(people: People) -> None:
    made, an = asked(people), over(people, AN, "an")
    found = seen(people, made.id, an)
    assert states(found) == {AN: "due"} and not found.leads
    leader = over(people, "02", "laodong")
    asking.act(people.db, made.id, "reminded", area=BINH, scope=leader)
    asking.act(people.db, made.id, "noted", "cho tất cả", scope=leader)
    assert [event.action for event in seen(people, made.id, an).events] == ["opened", "noted"]
    assert seen(people, made.id, over(people, AN, "an", ["propose"])).units, "whoever sends only"
    only_other = asked(people, BINH)
    with refusal("intake.unknown_round"):
        seen(people, only_other.id, an)
    with people.db.app(an.settings()) as conn:
        assert [each.id for each in standing.every(conn, MONDAY, scope=an)] == [made.id]


def test_policies_hide_it_from_a_query_that_forgot_its_scope(people: People) -> None:
    asked(people, BINH)
    for scope in (over(people, AN, "an"), None):
        with people.db.app(scope.settings() if scope else None) as conn:
            for table in ("round", "unit", "expected", "event"):
                assert conn.execute(made_sql(f"select from rounds.{table}")).fetchall() == []
            assert conn.execute("select * from rounds.arrived(1)").fetchall() == []


def test_who_may_not_approve_there_leads_nothing(people: People) -> None:
    made, an = asked(people), over(people, AN, "an")
    acts: list[Any] = [
        lambda: asking.act(people.db, made.id, "noted", "x", scope=an),
        lambda: asking.close(people.db, made.id, scope=an),
        lambda: asking.extend(people.db, made.id, date(2026, 12, 4), "x", area=BINH, scope=an),
        lambda: asking.open_round(people.db, "x", ["people"], [BINH], FRIDAY, scope=an),
        lambda: asking.open_round(people.db, "x", ["people"], [AN, BINH], FRIDAY, scope=an),
    ]
    for act in acts:
        with refusal("registers.outside_scope"):
            act()
    with refusal("registers.may_not"):
        reader = over(people, "02", "lanhdao", ["read"])
        asking.open_round(people.db, "x", ["people"], [AN], FRIDAY, scope=reader)


def test_once_closed_nothing_is_added_and_nothing_is_ever_changed(people: People) -> None:
    made, leader = asked(people), over(people, "02", "laodong")
    assert asking.close(people.db, made.id, "đủ rồi", scope=leader).closed
    with refusal("intake.round_closed"):
        asking.act(people.db, made.id, "noted", "x", scope=leader)
    with people.db.app(leader.settings()) as conn:
        assert standing.every(conn, MONDAY, scope=leader) == []
        assert [each.id for each in standing.every(conn, MONDAY, scope=leader, closed=True)] == [made.id]
    for statement in (
        "update rounds.event set words = 'y'",
        "delete from rounds.round",
        "truncate rounds.unit cascade",
    ):
        with pytest.raises(errors.Error), people.db.owner() as conn:
            conn.execute(made_sql(statement))


@pytest.mark.parametrize(
    ("title", "registers", "areas", "due", "code"),
    [
        (" ", ["people"], [AN], FRIDAY, "intake.round_incomplete"),
        ("x", [], [AN], FRIDAY, "intake.round_incomplete"),
        ("x", ["people"], [], FRIDAY, "intake.round_incomplete"),
        ("x", ["people"], ["zz"], FRIDAY, "areas.unknown_code"),
        ("x", ["people"], [AN], date(2026, 11, 22), "intake.round_past"),
        ("x", ["nobody"], [AN], FRIDAY, "registers.unknown"),
    ],
)
def test_what_cannot_be_asked_is_refused(
    people: People, title: str, registers: list[str], areas: list[str], due: date, code: str
) -> None:
    with refusal(code):
        asking.open_round(people.db, title, registers, areas, due, scope=over(people, "02", "laodong"))


def test_reasons_and_later_days_are_asked_for(people: People) -> None:
    made, leader = asked(people), over(people, "02", "laodong")
    with refusal("intake.round_reason"):
        asking.act(people.db, made.id, "escalated", " ", scope=leader)
    with refusal("intake.round_reason"):
        asking.extend(people.db, made.id, date(2026, 12, 4), "", scope=leader)
    with refusal("intake.round_not_longer"):
        asking.extend(people.db, made.id, FRIDAY, "vì sao", scope=leader)
