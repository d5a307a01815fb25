"""What stands on a change set is named: exactly the records changed again, and exactly the later sets."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.registers.conftest import AN, LAU_AN, SUNG_CHI, VANG_BINH, People
from tinhso.access.scope import Scope
from tinhso.foundation.problems import Refused
from tinhso.registers import changes, history, standing
from tinhso.registers.changes import Source


def later(people: People, number: int, scope: Scope | None = None) -> list[tuple[int, int, tuple[str, ...]]]:
    who = scope or people.station()
    with people.db.app(who.settings()) as conn:
        found = standing.later(conn, people.declaration, number, scope=who)
    return [(each.change_set, each.count, tuple(str(label) for _, label in each.records)) for each in found]


def test_nothing_stands_on_the_last_one(people: People) -> None:
    assert later(people, people.put(LAU_AN, VANG_BINH).id) == []


def test_later_changes_and_removals_are_named_newest_first(people: People) -> None:
    first = people.put(LAU_AN, VANG_BINH, SUNG_CHI).id
    second = people.put({**LAU_AN, "job": "hiệu trưởng"}).id
    third = people.put({**LAU_AN, "job": "nghỉ hưu"}, {**SUNG_CHI, "age": 42}).id
    gone = changes.remove(people.db, "people", ["2"], source=Source("form"), scope=people.station()).id
    assert later(people, first) == [
        (gone, 1, ("Vàng Mí Bình",)), (third, 2, ("Lầu Thị An", "Sùng Thị Chi")), (second, 1, ("Lầu Thị An",)),
    ]  # fmt: skip
    with pytest.raises(Refused):
        changes.undo(people.db, first, reason="x", scope=people.station())


def test_taken_back_from_the_top_the_first_can_be_taken_back(people: People) -> None:
    first = people.put(LAU_AN, VANG_BINH).id
    people.put({**LAU_AN, "job": "hiệu trưởng"})
    people.put({**LAU_AN, "job": "nghỉ hưu"})
    for number, _, _ in later(people, first):
        changes.undo(people.db, number, reason="lần lượt", scope=people.station())
    assert later(people, first) == []
    changes.undo(people.db, first, reason="cả đợt", scope=people.station())
    assert people.all() == {}


def test_what_was_taken_back_stands_on_nothing(people: People) -> None:
    """Nor does the act that did it: only what has to be undone is named."""
    first = people.put(LAU_AN, VANG_BINH).id
    second = people.put({**LAU_AN, "job": "hiệu trưởng"}).id
    undone = taken_back(people, second)
    assert later(people, first) == []
    again = taken_back(people, undone)
    assert [number for number, _, _ in later(people, first)] == [second], f"not {undone} and {again}"
    taken_back(people, second)
    fifth = people.put({**LAU_AN, "job": "nghỉ hưu"}).id
    assert [number for number, _, _ in later(people, first)] == [fifth]
    taken_back(people, fifth)
    whole = taken_back(people, first)
    taken_back(people, taken_back(people, whole))
    assert people.all() == {} and state(people, first) == whole, "the undoing of an undoing of it holds"


def test_an_undoing_that_was_overtaken_stays_and_says_what_to_do(people: People) -> None:
    """Undoing the later ones would not help, so nobody is sent there."""
    people.put(LAU_AN, VANG_BINH)
    second = people.put({**LAU_AN, "job": "hiệu trưởng"}).id
    undone = taken_back(people, second)
    fourth = people.put({**LAU_AN, "job": "nghỉ hưu"}).id
    for _ in range(2):
        assert fourth in [number for number, _, _ in later(people, undone)]
        with pytest.raises(Refused) as refused:
            taken_back(people, undone)
        (problem,) = refused.value.problems
        assert problem.code == "registers.undoing_overtaken" and "first" not in problem.en and "2" in problem.en
        if state(people, fourth) is None:
            taken_back(people, fourth)


def test_what_is_taken_back_cannot_be_taken_back_once_more(people: People) -> None:
    first = people.put(LAU_AN, VANG_BINH).id
    second = taken_back(people, first)
    assert state(people, first) == second
    third = taken_back(people, second)
    assert state(people, first) is None and state(people, second) == third
    for number, by in ((second, third),):
        with pytest.raises(Refused) as refused:
            taken_back(people, number)
        (problem,) = refused.value.problems
        assert (problem.code, problem.facts["by"]) == ("registers.already_undone", str(by))
    fourth = taken_back(people, first)
    assert state(people, first) == fourth and people.all() == {}
    with people.db.app(people.station().settings()) as conn:
        assert [each.id for each in history.change_sets(conn, scope=people.station())] == [4, 3, 2, 1], "each once"


def taken_back(people: People, number: int) -> int:
    return changes.undo(people.db, number, reason="nhầm", scope=people.station()).id


def state(people: People, number: int) -> int | None:
    """The change set that took this one back, where that holds."""
    with people.db.app(people.station().settings()) as conn:
        return history.undone(conn, [number]).get(number)


def test_only_records_within_the_scope_are_named(people: People) -> None:
    first = people.put(LAU_AN, VANG_BINH).id
    people.put({**VANG_BINH, "job": "chủ tịch"})
    assert later(people, first, people.officer(AN)) == []


EDITS = st.lists(
    st.lists(
        st.tuples(st.sampled_from("123"), st.integers(1, 3)), min_size=1, max_size=3, unique_by=lambda edit: edit[0]
    ), min_size=1, max_size=4,
)  # fmt: skip


@given(EDITS)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nothing_stands_on_it_just_where_it_can_be_undone(people: People, edits: list[list[tuple[str, int]]]) -> None:
    rows: list[dict[str, Any]] = [{"code": code, "name": f"Người {code}", "age": 0} for code in "123"]
    left = [key for key in people.all() if key not in "123"]
    assert left == []
    made = [people.put(*rows)]
    for edit in edits:
        made.append(people.put(*({**rows[int(code) - 1], "age": age} for code, age in edit)))
    for each in made:
        if each.new + each.changed == 0:
            continue
        stands = bool(later(people, each.id))
        try:
            undone = changes.undo(people.db, each.id, reason="thử", scope=people.station())
        except Refused:
            assert stands
        else:
            assert not stands
            changes.undo(people.db, undone.id, reason="lại", scope=people.station())
    changes.remove(people.db, "people", list(people.all()), source=Source("form"), scope=people.station())
