"""The first page in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from tinhso.access.scope import Scope
from tinhso.foundation import clock
from tinhso.intake.batches import Batch
from tinhso.intake.rounds.standing import Round, Unit
from tinhso.privacy import handling
from tinhso.privacy.cases import Case
from tinhso.registers.proposals import Proposal
from tinhso.registers.quality.behind import SINCE
from tinhso.registers.transfers import Own
from tinhso.web.kit import writing
from tinhso.web.kit.sight import Sight
from tinhso.web.staff.views import rounds
from tinhso.web.staff.views.rounds import Line, Told

MOST = 12
FRESH = timedelta(days=14)
"""How long rows that came back stand on the first page."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What was found: open rounds, files and rows of one's own, how many rows of others wait, records that changed by
    register since the commit ``leaf``, the last visit, and requests of people and officers."""

    rounds: Sequence[Round]
    batches: Sequence[Batch]
    own: Sequence[Own]
    proposals: Sequence[Proposal]
    waiting: int
    changed: Mapping[str, int]
    leaf: int
    since: datetime | None
    cases: Sequence[Case] = ()


@dataclass(frozen=True, slots=True)
class Due:
    """Something that a unit still has to send; ``first`` is the register to begin with."""

    round: int
    title: str
    unit: str
    registers: str
    first: str
    shape: str
    said: str
    due: date
    left: str


@dataclass(frozen=True, slots=True)
class Back:
    """Something that came back, with why."""

    title: str
    link: str
    words: str
    shape: str
    said: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Task:
    """Something that waits for a decision."""

    title: str
    link: str
    shape: str
    said: str


@dataclass(frozen=True, slots=True)
class Changed:
    """A register with records that came or changed."""

    title: str
    link: str
    count: int


@dataclass(frozen=True, slots=True)
class View:
    """The whole page."""

    today: date
    greeting: str
    finding: str
    proposes: bool
    reads: bool
    due: tuple[Due, ...]
    more: int
    back: tuple[Back, ...]
    led: tuple[Line, ...]
    desk: tuple[Task, ...]
    changed: tuple[Changed, ...]
    since: datetime | None


def view(facts: Facts, told: Told, mine: Scope, duties: int = 0) -> View:
    """The page's values; ``duties`` is how much whoever administers has to look after."""
    sight = told.sight
    led = tuple(rounds.line(each, told) for each in facts.rounds if _followed(each, mine))
    due = tuple(item for each in facts.rounds if each.opened_by != mine.actor for item in _due(each, told, mine))
    back = tuple(_back(facts, told, mine))[:MOST]
    greeting = sight.gettext("Good day, %(name)s.", name=sight.person) if sight.person else ""
    return View(
        told.today, greeting, _finding(due, back, led, facts, mine, sight, duties),
        mine.may("propose"), mine.may("read"), due[:MOST],
        len(due) - len(due[:MOST]), back, led,
        tuple(_desk(facts, mine, sight)), _changed(facts, told), facts.since,
    )  # fmt: skip


def _followed(found: Round, mine: Scope) -> bool:
    """Whether somebody looks after a round rather than answers to it: who opened it, leads all its units, or reads."""
    sends = any(mine.may("propose", register) for register in found.registers)
    return found.opened_by == mine.actor or (found.leads and len(found.units) > 1) or not sends


def _finding(
    due: Sequence[Due], back: Sequence[Back], led: Sequence[Line], facts: Facts, mine: Scope, sight: Sight, duties: int
) -> str:
    """What matters most, as the title."""
    late = sum(each.late for each in led)
    if due:
        return sight.ngettext("%(num)s thing is due", "%(num)s things are due", len(due))
    if back:
        return sight.ngettext("%(num)s thing came back to you", "%(num)s things came back to you", len(back))
    if late:
        return sight.ngettext("%(num)s unit is late", "%(num)s units are late", late)
    if facts.waiting:
        return sight.ngettext(
            "%(num)s row waits for your decision", "%(num)s rows wait for your decision", facts.waiting
        )
    waiting = sum(each.waiting > 0 and not each.own for each in facts.proposals)
    if waiting:
        return sight.ngettext(
            "%(num)s change set waits for your approval", "%(num)s change sets wait for your approval", waiting
        )
    asked = len(_to_handle(facts, mine))
    if asked:
        return sight.ngettext("%(num)s request is to be handled", "%(num)s requests are to be handled", asked)
    if duties:
        return sight.ngettext("%(num)s thing to look after", "%(num)s things to look after", duties)
    return sight.gettext("Nothing is waiting for you")


def _due(found: Round, told: Told, mine: Scope) -> Iterator[Due]:
    for unit in found.units:
        wanted = [each.register for each in unit.arrived if each.rows is None and mine.may("propose", each.register)]
        if wanted and unit.state != "sent":
            yield _wanted(found, unit, wanted, told)


def _wanted(found: Round, unit: Unit, wanted: Sequence[str], told: Told) -> Due:
    return Due(
        found.id, found.title, unit.name, ", ".join(map(told.title, wanted)), wanted[0], rounds.SHAPES[unit.state],
        rounds.state(unit.state, told.sight), unit.due, rounds.left(unit.due, told),
    )  # fmt: skip


def _back(facts: Facts, told: Told, mine: Scope) -> Iterator[Back]:
    """Own files that wait with errors, and own rows that the department refused."""
    sight = told.sight
    for batch in facts.batches:
        errors = batch.summary.get("errors", 0)
        if batch.sender == mine.actor and batch.state in ("received", "checked"):
            words = sight.gettext("%(register)s: %(errors)s rows with errors", register=told.title(batch.register),
                                  errors=writing.number(errors, sight.language))  # fmt: skip
            said = sight.gettext("has errors") if errors else sight.gettext("waits for your decision")
            link = f"/staff/intake/{batch.id}"
            yield Back(batch.file_name, link, words, "off" if errors else "new", said, batch.received_at)
    for each in facts.proposals:
        if each.own and each.returned and each.decided_at and each.decided_at > clock.now() - FRESH:
            said = sight.ngettext(
                "%(n)s row came back", "%(n)s rows came back", each.returned,
                n=writing.number(each.returned, sight.language),
            )  # fmt: skip
            link = f"/staff/intake/{each.batch}" if each.batch else f"/staff/approvals/{each.id}"
            yield Back(each.file_name or "–", link, told.title(each.register), "off", said, each.decided_at)
    yield from _answered(facts, told, mine)
    for row in facts.own:
        if row.state == "refused" and (facts.since is None or row.at > facts.since):
            title = f"{told.title(row.register)}: {row.file_name or '–'}"
            yield Back(title, "/staff/transfers", row.reason or "–", "off", sight.gettext("refused"), row.at)


def _answered(facts: Facts, told: Told, mine: Scope) -> Iterator[Back]:
    """Own requests for corrections that were decided lately."""
    for each in facts.cases:
        done = next((step for step in each.steps if step.action in ("carried_out", "refused")), None)
        if each.asker == mine.actor and done is not None and done.at > clock.now() - FRESH:
            taken = done.action == "carried_out"
            said = told.sight.gettext("corrected") if taken else told.sight.gettext("turned down")
            title = told.sight.gettext("Your request %(number)s for a correction", number=each.id)
            words = told.title(each.register) if each.register else ""
            yield Back(title, f"/staff/cases/{each.id}", words, "ok" if taken else "off", said, done.at)


def _to_handle(facts: Facts, mine: Scope) -> list[Case]:
    """Open requests that somebody here may handle and nobody else was given."""
    mine_or_free = (None, mine.actor)
    return [each for each in facts.cases
            if not each.closed and each.handler in mine_or_free and handling.may(each, "propose", mine)]  # fmt: skip


def _desk(facts: Facts, mine: Scope, sight: Sight) -> Iterator[Task]:
    asked = _to_handle(facts, mine)
    if asked:
        late = sum(any(term.state == "overdue" for term in each.terms) for each in asked)
        count = writing.number(len(asked), sight.language)
        said = sight.ngettext("%(n)s, of these %(late)s overdue", "%(n)s, of these %(late)s overdue", len(asked),
                              n=count, late=late) if late else count  # fmt: skip
        yield Task(sight.gettext("Requests of people"), "/staff/cases", "off" if late else "new", said)
    if facts.waiting:
        count = writing.number(facts.waiting, sight.language)
        yield Task(sight.gettext("Waiting rows"), "/staff/transfers", "new", count)
    waiting = sum(each.waiting > 0 and not each.own for each in facts.proposals)
    if waiting:
        count = writing.number(waiting, sight.language)
        yield Task(sight.gettext("Change sets for approval"), "/staff/approvals", "new", count)


def _changed(facts: Facts, told: Told) -> tuple[Changed, ...]:
    found = [Changed(told.title(name), f"/staff/registers/{name}?only={SINCE}{facts.leaf}", count)
             for name, count in facts.changed.items()]  # fmt: skip
    return tuple(sorted(found, key=lambda each: -each.count))
