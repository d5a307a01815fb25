"""A file is decided once: whoever comes second is told so, and what was decided is true in full."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.flows.bad_files import GOOD, REGISTER, Counter, point, workbook
from tinhso.foundation.problems import Refused
from tinhso.intake import batches, river
from tinhso.intake.batches import Batch
from tinhso.registers import changes

FIVE = (*GOOD, point("DC-004"), point("DC-005"))


def _received(counter: Counter, content: bytes) -> Batch:
    path = counter.folder / "sent"
    path.write_bytes(content)
    scope = counter.scope(None)
    return batches.receive(counter.desk, path, "diem_cau.xlsx", REGISTER, scope=scope, sender=scope.actor)


def _told(work: Callable[[], object]) -> str:
    try:
        work()
    except Refused as refusal:
        return refusal.problems[0].code
    return "done"


def test_of_many_who_decide_at_once_one_does(counter: Counter) -> None:
    batch, scope = _received(counter, workbook(FIVE)), counter.scope(None)
    with ThreadPoolExecutor(4) as people:
        told = list(people.map(_told, [lambda: batches.settle(counter.desk, batch.id, scope=scope)] * 4))
    assert told.count("done") == 1, told
    assert set(told) <= {"done", "intake.batch_settled", "registers.overtaken"}
    assert counter.kept() == (5, 2)
    with counter.desk.db.app(scope.settings()) as conn:
        assert batches.one(conn, batch.id, scope=scope).state == "committed"


def test_a_file_dropped_while_it_is_being_committed_is_not_written(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch, scope, examine = _received(counter, workbook(FIVE)), counter.scope(None), river.examine

    def slowly(*given: object, **named: object) -> object:
        found = examine(*given, **named)  # type: ignore[arg-type]
        batches.drop(counter.desk, batch.id, scope=scope)
        return found

    monkeypatch.setattr(river, "examine", slowly)
    assert _told(lambda: batches.settle(counter.desk, batch.id, scope=scope)) == "intake.batch_settled"
    assert counter.kept() == (3, 1)


@pytest.mark.parametrize("content", [b"", workbook(()), workbook([point("xấu")])], ids=["empty", "headings", "wrong"])
def test_what_has_no_good_row_cannot_be_decided_into_being(counter: Counter, content: bytes) -> None:
    batch, scope = _received(counter, content), counter.scope(None)
    batches.choose(counter.desk, batch.id, river.Choices(only_good=True), scope=scope)
    assert _told(lambda: batches.settle(counter.desk, batch.id, scope=scope)).startswith("intake.")
    assert counter.kept() == (3, 1)


def test_a_file_meets_what_was_committed_since_it_was_sent(counter: Counter) -> None:
    batch, scope = _received(counter, workbook(FIVE)), counter.scope(None)
    counter.takes(workbook([point("DC-004"), point("DC-005", name="UBND khác")]))
    commit = batches.settle(counter.desk, batch.id, scope=scope)
    assert (commit.new, commit.changed, commit.same) == (0, 1, 4)


def test_undo_of_an_empty_change_set_and_of_an_undo(counter: Counter) -> None:
    scope, db = counter.scope(None), counter.desk.db
    empty = counter.takes(workbook()).commit
    assert empty is not None and (empty.new, empty.changed, empty.same) == (0, 0, 3)
    undone = changes.undo(db, empty.id, reason="thử", scope=scope)
    assert (undone.new, undone.changed, undone.gone) == (0, 0, 0)
    first = changes.undo(db, 1, reason="thử", scope=scope)
    assert first.gone == 3 and counter.kept()[0] == 0
    assert changes.undo(db, first.id, reason="thử", scope=scope).new == 3 and counter.kept()[0] == 3


def test_an_officer_of_another_commune_cannot_undo(counter: Counter) -> None:
    told = _told(lambda: changes.undo(counter.desk.db, 1, reason="thử", scope=counter.scope("00718")))
    assert told.startswith("registers."), told
    assert counter.kept() == (3, 1)
