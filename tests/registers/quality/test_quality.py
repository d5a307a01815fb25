"""What is counted of a register's quality, and that each number opens the very records that were counted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.registers.conftest import AN, BINH, PEOPLE, People, titled
from tinhso.access.scope import Scope
from tinhso.foundation import clock
from tinhso.foundation.database import made_sql
from tinhso.foundation.problems import Refused
from tinhso.registers import evolution, records
from tinhso.registers.declaration import Check, Constraints, Fresh, Quality
from tinhso.registers.quality import behind, counting
from tinhso.registers.quality.report import Report, report

TODAY = date(2026, 11, 23)
JUDGED = replace(
    PEOPLE,
    fields={
        **PEOPLE.fields,
        "code": replace(PEOPLE.fields["code"], constraints=Constraints(pattern="[0-9]+")),
        "job": replace(PEOPLE.fields["job"], constraints=Constraints(required=True, max_length=10)),
        "age": replace(PEOPLE.fields["age"], constraints=Constraints(maximum=120), sensitive=True),
    },
    checks=(
        Check("grown", "age >= 15", titled("Ô {cell}: chưa đủ 15 tuổi."), field="age"),
        Check("even", "age = age / 2 * 2 or length(code) < 3", titled("Ô {cell}: không khớp."), about="sums"),
    ),
    quality=Quality(same=(("name", "seen"),), fresh=Fresh("seen", 12)),
)
SOME: tuple[Mapping[str, Any], ...] = (
    {"code": "1", "name": "Lầu Thị An", "job": "giáo viên", "age": 30, "seen": date(2026, 10, 1)},
    {"code": "2", "name": "LẦU THỊ AN", "age": 31, "seen": date(2026, 10, 1)},
    {"code": "3", "name": "Sùng Thị Chi", "job": "trồng ngô ở nương xa", "age": 9, "seen": date(2024, 1, 1)},
    {"code": "x4", "name": "Vàng Mí Bình", "age": 300, "seen": date(2026, 10, 1), "in": BINH},
)


@pytest.fixture
def judged(people: People) -> People:
    """The register of people with limits, rules and what its quality asks for."""
    with people.db.owner() as conn:
        evolution.apply(conn, JUDGED)
    return People(people.db, JUDGED, people.places)


def told(people: People, scope: Scope, area: str = "02") -> Report:
    counted = counting.counted(people.db, people.declaration, scope=scope)
    with people.db.app(scope.settings()) as conn:
        row = conn.execute("select low, high from areas.tree where code = %s", [area]).fetchone()
        assert row is not None
        return report(conn, people.declaration, counted, area, (row[0], row[1]), scope=scope)


def counts(found: Report) -> dict[str, int]:
    return {line.measure.word: line.count for line in found.lines if line.count}


@contextmanager
def refusal(code: str) -> Iterator[None]:
    with pytest.raises(Refused) as refused:
        yield
    assert [problem.code for problem in refused.value.problems] == [code]


def listed(people: People, word: str, scope: Scope) -> int:
    asked = {"only": behind.clause(people.db, people.declaration, word, scope=scope)}
    with people.db.app(scope.settings()) as conn:
        return records.count(conn, people.declaration, scope=scope, filters=asked)


def test_each_measure_is_counted(judged: People) -> None:
    judged.put(*SOME)
    with clock.stopped(TODAY):
        found = told(judged, judged.station())
    assert counts(found) == {
        "missing.job": 2, "invalid.job": 1, "invalid.age": 1, "closer.code": 1, "rule.grown": 1, "double.0": 2,
        "stale": 1,
    }  # fmt: skip
    assert found.faulty == {"missing": 2, "wrong": 2, "closer": 1, "sums": 0, "double": 2, "stale": 1}
    assert [(unit.code, unit.records) for unit in found.units] == [(BINH, 1), (AN, 3)], "the worst first"


def test_an_sees_the_own_area_only(judged: People) -> None:
    judged.put(*SOME)
    with clock.stopped(TODAY):
        found = told(judged, judged.officer(AN))
    assert (found.records, found.faulty["closer"], counts(found)["missing.job"]) == (3, 0, 1)
    assert {unit.code: unit.records for unit in found.units} == {AN: 3, BINH: 0}


def test_a_double_of_somewhere_else_is_not_told(judged: People) -> None:
    judged.put(SOME[0], {**SOME[0], "code": "9", "in": BINH})
    with clock.stopped(TODAY):
        assert counts(told(judged, judged.station()))["double.0"] == 2
        assert "double.0" not in counts(told(judged, judged.officer(AN)))


people_of = st.fixed_dictionaries({
    "name": st.sampled_from(["Lầu Thị An", "lầu thị an", "Sùng Thị Chi"]),
    "job": st.sampled_from([None, "giáo viên", "một việc có tên rất dài"]),
    "age": st.sampled_from([None, 3, 15, 40, 41, 500]),
    "seen": st.sampled_from([None, date(2026, 1, 5), date(2020, 2, 29)]),
    "in": st.sampled_from([AN, BINH]),
})  # fmt: skip


@given(st.lists(people_of, max_size=12))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_number_opens_the_records_behind_it(judged: People, rows: list[dict[str, Any]]) -> None:
    coded = [{**row, "code": f"{'x' * (at % 3 // 2)}{at * 57}"} for at, row in enumerate(rows)]
    with judged.db.owner() as conn:
        conn.execute(made_sql("delete from registers.people"))
    judged.put(*coded, {"code": "1", "name": "Lầu Thị An", "job": f"việc {len(rows)}", "seen": date(2026, 1, 5)})
    counting._kept.clear()
    with clock.stopped(TODAY):
        for scope in (judged.station(), judged.officer(AN)):
            found = told(judged, scope)
            told_together = {word: count for word, count in found.faulty.items() if word != "stale"}
            opened = {line.measure.word: line.count for line in found.lines if line.opens}
            for word, count in {**told_together, **opened}.items():
                assert listed(judged, word, scope) == count, word
            parts = [told(judged, scope, unit.code) for unit in found.units]
            assert found.records == sum(part.records for part in parts)
            assert found.faulty == {word: sum(part.faulty[word] for part in parts) for word in found.faulty}


def test_what_was_counted_is_kept_until_a_commit(judged: People) -> None:
    judged.put(*SOME)
    first = counting.counted(judged.db, JUDGED, scope=judged.station())
    assert counting.counted(judged.db, JUDGED, scope=judged.station()) is first
    judged.put({**SOME[1], "job": "thợ may"})
    second = counting.counted(judged.db, JUDGED, scope=judged.station())
    assert int(second.frame["missing"].sum()) == int(first.frame["missing"].sum()) - 1
    assert counting.counted(judged.db, JUDGED, scope=judged.officer(AN)) is not second


def test_what_is_masked_is_counted_and_not_listed(judged: People) -> None:
    judged.put(
        *({**SOME[0], "code": str(at), "age": 20 + at % 5} for at in range(40)), {**SOME[0], "code": "99", "age": 119}
    )
    reader, mender = judged.officer(AN, ["read"]), judged.officer(AN)
    found = {line.measure.word: line for line in told(judged, reader).lines}
    assert (found["outlier.age"].count, found["outlier.age"].opens) == (1, False)
    assert not found["rule.grown"].opens and found["missing.age"].opens
    with refusal("registers.masked_measure"):
        behind.clause(judged.db, JUDGED, "outlier.age", scope=mender)
    assert {line.measure.word: line for line in told(judged, mender).lines}["rule.grown"].opens, "who mends must find"
    assert listed(judged, "outlier.age", judged.station()) == 1


def test_months_tell_what_was_in_force_at_their_end(judged: People) -> None:
    judged.put(*SOME[:2])
    with judged.db.owner() as conn:
        conn.execute(made_sql("update registers.change_set set at = date_trunc('month', now()) - interval '40 days'"))
    judged.put({**SOME[1], "job": "thợ may"}, SOME[3])
    months = told(judged, judged.station()).months
    assert [(month.records, month.missing, month.wrong) for month in months] == [(2, 1, 0), (2, 1, 0), (3, 1, 1)]


@pytest.mark.parametrize("word", ["nothing", "missing.nobody", "since.", "since.x", "double.7"])
def test_a_word_that_means_nothing_is_refused(judged: People, word: str) -> None:
    with refusal("registers.unknown_measure"):
        behind.clause(judged.db, JUDGED, word, scope=judged.station())


def test_since_are_records_of_later_commits(judged: People) -> None:
    judged.put(*SOME[:2])
    judged.put({**SOME[1], "job": "thợ may"}, SOME[2])
    assert [listed(judged, f"since.{leaf}", judged.station()) for leaf in (0, 1, 2)] == [3, 2, 0]


def test_registers_that_say_nothing_ask_for_nothing_more(people: People) -> None:
    people.put({"code": "1", "name": "An"})
    assert {line.measure.kind for line in told(people, people.station()).lines} == {"missing", "outlier"}
