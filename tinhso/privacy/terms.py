"""Terms: what is due when in a case, by the law it was received under. They run on and are never paused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from tinhso.foundation.calendar import Calendar, after_hours
from tinhso.foundation.problems import Problem, Refused
from tinhso.privacy.declaration import Kind, Law, Span

What = Literal["answer", "complete", "notify"]
State = Literal["running", "overdue", "done", "late"]
DONE_BY: Mapping[What, tuple[str, ...]] = {
    "answer": ("answered", "carried_out", "refused", "closed"),
    "complete": ("carried_out", "refused", "closed"),
    "notify": ("notified",),
}
"""The steps that end a term; the first of them counts."""


@dataclass(frozen=True, slots=True)
class Term:
    """One term: ``due`` is absent where the calendar does not know the year, and ``problem`` says so."""

    what: What
    due: datetime | None
    done_at: datetime | None
    state: State
    problem: Problem | None = None


def ends(span: Span, begin: datetime, calendar: Calendar) -> datetime:
    """When a span that begins at a moment ends; refused where the calendar does not know the year."""
    if span.hours is not None:
        return after_hours(begin, span.hours)
    if span.working_days is not None:
        return calendar.after_working_days(begin, span.working_days)
    assert span.days is not None
    return calendar.after_days(begin, span.days)


def of(
    kind: Kind, law: Law, received: datetime, steps: Mapping[str, datetime], calendar: Calendar, now: datetime
) -> tuple[Term, ...]:
    """The terms of a case; ``steps`` are the first moments of its steps by action."""
    limits = law.limits.get(kind)
    if limits is None:
        return ()
    complete = limits.with_others if "shared" in steps and limits.with_others else limits.complete
    spans: dict[What, Span | None] = {"answer": limits.answer, "complete": complete, "notify": limits.notify}
    found = []
    for what, span in spans.items():
        if span is not None:
            longer = law.extension if what == "complete" and "extended" in steps else None
            found.append(_term(what, span, longer, received, steps, calendar, now))
    return tuple(found)


def _term(
    what: What, span: Span, longer: Span | None, received: datetime, steps: Mapping[str, datetime],
    calendar: Calendar, now: datetime,
) -> Term:  # fmt: skip
    done = min((steps[action] for action in DONE_BY[what] if action in steps), default=None)
    try:
        due = ends(span, received, calendar)
        due = ends(longer, due, calendar) if longer is not None else due
    except Refused as refused:
        return Term(what, None, done, "done" if done else "running", refused.problems[0])
    if done is not None:
        return Term(what, due, done, "late" if done > due else "done")
    return Term(what, due, None, "overdue" if now > due else "running")
