"""Terms by law and date: what was received when is due when."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from tinhso.foundation.calendar import Calendar
from tinhso.foundation.clock import VIETNAM
from tinhso.foundation.problems import Refused
from tinhso.privacy import terms
from tinhso.privacy.declaration import KINDS, Kind, Rights, Span
from tinhso.privacy.office import Office, standing

RIGHTS: Rights = standing()["rights"]
CALENDAR = Calendar.of(standing()["holidays"])
OLD, NEW, *_ = RIGHTS.laws


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=VIETNAM)


def due(kind: Kind, received: str, *steps: str) -> dict[str, datetime | None]:
    law = next(law for law in RIGHTS.laws if law.held(at(received).date()))
    done = dict.fromkeys(steps, at(received))
    return {term.what: term.due for term in terms.of(kind, law, at(received), done, CALENDAR, at(received))}


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "breach"])
def test_until_2025_everything_within_72_hours_whatever_the_day(kind: Kind) -> None:
    assert due(kind, "2025-08-29T16:00") == {"complete": at("2025-09-01T16:00")}


@pytest.mark.parametrize(("kind", "steps", "complete"), [
    ("see", (), "2026-11-30T23:59:59"), ("correct", (), "2026-11-30T23:59:59"), ("delete", (), "2026-11-30T23:59:59"),
    ("restrict", (), "2026-12-07T23:59:59"), ("withdraw", (), "2026-12-07T23:59:59"),
    ("object", ("shared",), "2026-12-10T23:59:59"), ("see", ("extended",), "2026-12-15T23:59:59"),
    ("restrict", ("extended",), "2026-12-22T23:59:59"),
])  # fmt: skip
def test_from_2026_two_working_days_to_answer_then_days_by_kind(
    kind: Kind, steps: tuple[str, ...], complete: str
) -> None:
    """Received on a Friday: the answer is due on Tuesday; a term that ends on a Saturday or Sunday ends on Monday."""
    assert due(kind, "2026-11-20T09:00", *steps) == {"answer": at("2026-11-24T23:59:59"), "complete": at(complete)}


def test_a_term_over_national_day() -> None:
    assert due("see", "2026-08-28T09:00")["answer"] == at("2026-09-04T23:59:59")


@pytest.mark.parametrize("received", ["2025-12-31T23:59", "2026-01-01T00:00"])
def test_a_breach_has_72_hours_under_both_laws(received: str) -> None:
    begin = at(received)
    assert due("breach", received) == {"notify": terms.ends(Span(hours=72), begin, CALENDAR)}
    assert (due("breach", received)["notify"] or begin) - begin == at("2026-01-04T00:00") - at("2026-01-01T00:00")


def test_the_day_of_receipt_chooses_the_law() -> None:
    assert OLD.held(at("2025-12-31T23:59").date()) and not NEW.held(at("2025-12-31T23:59").date())
    assert NEW.held(at("2026-01-01T00:00").date()) and not OLD.held(at("2026-01-01T00:00").date())


def test_before_any_law_is_told(tmp_path: Path) -> None:
    office = Office(None, None, b"", RIGHTS, CALENDAR)  # type: ignore[arg-type]
    with pytest.raises(Refused, match="No law"):
        office.law_on(at("2023-06-30T09:00").date())


def test_a_term_into_a_year_nobody_declared_is_told_not_guessed() -> None:
    (answer, complete) = terms.of("see", NEW, at("2026-12-24T09:00"), {}, CALENDAR, at("2026-12-24T09:00"))
    assert answer.due == at("2026-12-28T23:59:59")
    assert complete.due is None and complete.problem is not None
    assert complete.problem.code == "foundation.year_unknown"


@pytest.mark.parametrize(("now", "done", "state"), [
    ("2026-11-30T23:59:59", None, "running"), ("2026-12-01T00:00", None, "overdue"),
    ("2026-12-05T00:00", "2026-11-30T10:00", "done"), ("2026-12-05T00:00", "2026-12-01T10:00", "late"),
])  # fmt: skip
def test_states(now: str, done: str | None, state: str) -> None:
    steps = {"carried_out": at(done)} if done else {}
    found = terms.of("see", NEW, at("2026-11-20T09:00"), steps, CALENDAR, at(now))
    assert next(term.state for term in found if term.what == "complete") == state


def test_a_span_is_one_of_three() -> None:
    with pytest.raises(ValueError, match="one of"):
        Span(hours=1, days=1)


def test_what_was_not_compared_with_the_law_says_so() -> None:
    """Each law has its days, and the doubtful terms are marked."""
    laws = {law.law: law for law in standing()["rights"].laws}
    assert all(law.source.from_ is not None for law in laws.values())
    old, new = laws["nd13_2023"], laws["law91_2025"]
    assert {kind for kind in old.limits if not old.verified(kind)} == {"correct", "withdraw"}
    assert not any(new.verified(kind) for kind in new.limits)
