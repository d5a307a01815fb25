"""One change of one record taken back, and what stands in its way; the record on past days."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.registers.conftest import AN, BINH, LAU_AN, People
from tinhso.foundation.problems import Refused
from tinhso.ledgers import sealing
from tinhso.registers import changes, days, history, undoing
from tinhso.registers.chain import verify
from tinhso.registers.chain.ledgers import CHANGES
from tinhso.registers.changes import Source
from tinhso.registers.history import Version

JOBS = ["giáo viên", "hiệu trưởng", "cán bộ", None]


def taken_back(people: People, version: int, what: undoing.What = "changed", record: int = 1, scope: Any = None) -> Any:
    return undoing.undo(
        people.db, "people", record, version, what=what, reason="ghi nhầm", scope=scope or people.station()
    )


def lives(people: People, record: int = 1) -> list[Version]:
    with people.db.app(people.station().settings()) as conn:
        return history.versions(conn, people.declaration, record, scope=people.station())


def test_the_last_change_is_as_before(people: People) -> None:
    people.put(LAU_AN)
    people.put({**LAU_AN, "job": "hiệu trưởng", "age": 31})
    made = taken_back(people, 2)
    assert (made.new, made.changed, made.gone) == (0, 1, 0)
    assert people.all()["1"][1:3] == ("giáo viên", 30)
    newest = lives(people)[0]
    assert (newest.version, newest.way, newest.reason) == (3, "undo", "ghi nhầm")


def test_what_a_later_change_left_alone_comes_back_and_the_later_change_stays(people: People) -> None:
    people.put(LAU_AN)
    people.put({**LAU_AN, "job": "hiệu trưởng"})
    people.put({**LAU_AN, "job": "hiệu trưởng", "age": 31})
    taken_back(people, 2)
    assert people.all()["1"][1:3] == ("giáo viên", 31)


def test_each_later_change_that_stands_on_it_is_named(people: People) -> None:
    people.put(LAU_AN)
    people.put({**LAU_AN, "job": "hiệu trưởng"})
    third = people.put({**LAU_AN, "job": "cán bộ"})
    fourth = people.put({**LAU_AN, "job": "trưởng phòng", "age": 31})
    before = people.all()
    with pytest.raises(Refused) as refused:
        taken_back(people, 2)
    problems = refused.value.problems
    assert [(each.code, each.value) for each in problems] == [
        ("registers.undo_stands_on", str(third.id)), ("registers.undo_stands_on", str(fourth.id)),
    ]  # fmt: skip
    assert all("Việc" in each.vi and "Tuổi" not in each.vi for each in problems), "the field it touched, no other"
    assert people.all() == before


def refused(people: People, version: int, what: undoing.What = "changed") -> list[tuple[str, str | None]]:
    with pytest.raises(Refused) as refusal:
        taken_back(people, version, what)
    return [(each.code, each.value) for each in refusal.value.problems]


def test_nobody_is_told_to_take_an_undoing_back(people: People) -> None:
    people.put(LAU_AN)
    people.put({**LAU_AN, "job": "hiệu trưởng"})
    people.put({**LAU_AN, "job": "cán bộ"})
    undone = taken_back(people, 3).id
    assert refused(people, 3) == [("registers.change_taken_back", str(undone))]
    taken_back(people, 2)
    assert people.all()["1"][1] == "giáo viên", "what was taken back stands in nobody's way"


def test_an_undoing_taken_back_leaves_the_change_as_it_was(people: People) -> None:
    people.put(LAU_AN)
    people.put({**LAU_AN, "job": "hiệu trưởng"})
    taken_back(people, 2)
    taken_back(people, 3)
    assert people.all()["1"][1] == "hiệu trưởng"
    taken_back(people, 2)
    assert people.all()["1"][1] == "giáo viên"


def test_going_taken_back_stands_in_nobodys_way(people: People) -> None:
    people.put(LAU_AN)
    changes.remove(people.db, "people", ["1"], source=Source("form", reason="trùng"), scope=people.station())
    back = taken_back(people, 1, "gone").id
    assert refused(people, 1, "gone") == [("registers.change_taken_back", str(back))]
    gone = taken_back(people, 1, "came").id
    assert people.all() == {} and refused(people, 1, "came") == [("registers.change_taken_back", str(gone))]


def test_coming_and_going_are_taken_back(people: People) -> None:
    people.put(LAU_AN)
    assert taken_back(people, 1, "came").gone == 1
    assert people.all() == {}
    newest = lives(people)[0]
    assert newest.gone is not None and newest.gone.reason == "ghi nhầm", "history tells who took it out"
    assert taken_back(people, 1, "gone").new == 1
    assert people.all()["1"][:3] == ("Lầu Thị An", "giáo viên", 30)
    assert [each.version for each in lives(people)] == [2, 1], "under its own number"


def test_a_record_that_left_is_in_the_way(people: People) -> None:
    people.put(LAU_AN)
    people.put({**LAU_AN, "job": "hiệu trưởng"})
    gone = changes.remove(people.db, "people", ["1"], source=Source("form", reason="trùng"), scope=people.station())
    with pytest.raises(Refused, match=f"change set {gone.id} "):
        taken_back(people, 2)


def test_it_wants_a_reason_and_somebody_who_may(people: People) -> None:
    people.put(LAU_AN)
    people.put({**LAU_AN, "job": "hiệu trưởng"})
    with pytest.raises(Refused, match="needs a reason"):
        undoing.undo(people.db, "people", 1, 2, what="changed", reason=" ", scope=people.station())
    with pytest.raises(Refused):
        taken_back(people, 2, scope=people.officer(AN, ["read", "propose"]))
    with pytest.raises(Refused) as foreign:
        taken_back(people, 2, scope=people.officer(BINH))
    with pytest.raises(Refused) as absent:
        taken_back(people, 2, record=990, scope=people.officer(BINH))
    assert foreign.value.problems[0].code == absent.value.problems[0].code == "registers.unknown_record"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=12)
@given(st.lists(st.tuples(st.sampled_from(JOBS), st.sampled_from([30, 31, None])), min_size=2, max_size=6), st.data())
def test_taking_back_changes_only_what_the_change_brought(
    people: People, states: list[tuple[Any, Any]], data: st.DataObject
) -> None:
    code = f"h{len(people.all())}{hash(tuple(states)) & 0xFFFFFF}"
    for job, age in states:
        people.put({"code": code, "name": "Lầu Thị An", "job": job, "age": age})
    with people.db.owner() as conn:
        (record,) = conn.execute("select id from registers.people where key = %s", [code]).fetchone() or (0,)
    kept = sorted(lives(people, record), key=lambda each: each.version)
    if len(kept) < 2:
        return
    at = data.draw(st.integers(1, len(kept) - 1))
    before, after, now = (kept[place].values for place in (at - 1, at, len(kept) - 1))
    touched = {name for name in after if before[name] != after[name]}
    later = {name for one, two in zip(kept[at:], kept[at + 1 :], strict=False)
             for name in touched if one.values[name] != two.values[name]}  # fmt: skip
    if later:
        with pytest.raises(Refused, match="has since written"):
            taken_back(people, kept[at].version, record=record)
        assert lives(people, record)[0].values == now
    else:
        taken_back(people, kept[at].version, record=record)
        assert lives(people, record)[0].values == {**now, **{name: before[name] for name in touched}}


def test_the_chain_closes_over_it(people: People, tmp_path: Any) -> None:
    people.put(LAU_AN)
    people.put({**LAU_AN, "job": "hiệu trưởng"})
    taken_back(people, 2)
    sealing.seal(people.db, tmp_path, CHANGES, occasion="asked")
    assert verify.chain(people.db, tmp_path).findings == []


NOON = datetime(2023, 5, 1, 5, 0, tzinfo=UTC)


def version(number: int, day: int, way: str = "form", **values: Any) -> Version:
    at = NOON + timedelta(days=day)
    return Version(number, number, at, "an", way, None, None, None, None, None, None, values)


def on(day: int) -> date:
    return (NOON + timedelta(days=day)).date()


def test_known_then_and_true_then_are_two_readings(people: People) -> None:
    declaration = msgspec.structs.replace(people.declaration, holds_from="seen")
    first = version(1, 0, job="thợ xây", seen=on(0))
    second = version(2, 30, job="nông dân", seen=on(10))
    corrected = version(3, 60, job="thợ mộc", seen=on(10))
    kept = [corrected, second, first]
    asked = {day: (days.known_on(kept, on(day)), days.held_on(kept, declaration, on(day))) for day in (-1, 5, 15, 40)}
    jobs = {day: tuple(each and each.values["job"] for each in both) for day, both in asked.items()}
    assert jobs == {
        -1: (None, None), 5: ("thợ xây", "thợ xây"), 15: ("thợ xây", "thợ mộc"), 40: ("nông dân", "thợ mộc"),
    }  # fmt: skip


def test_what_was_taken_back_never_held(people: People) -> None:
    kept = [version(3, 20, "undo", job="thợ xây"), version(2, 10, job="sai"), version(1, 0, job="thợ xây")]
    known, held = days.known_on(kept, on(15)), days.held_on(kept, people.declaration, on(15))
    assert known is not None and held is not None
    assert (known.values["job"], held.values["job"]) == ("sai", "thợ xây")


def test_a_record_that_left_is_not_there_any_more(people: People) -> None:
    ending = history.Ending(9, NOON + timedelta(days=20), "an", "form", "trùng")
    kept = [replace(version(1, 0, job="thợ xây"), ended_as="gone", gone=ending)]
    assert days.known_on(kept, on(19)) is not None and days.known_on(kept, on(20)) is None
