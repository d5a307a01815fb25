"""Rounds as those who lead them and those who were asked see them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from tinhso.foundation.text import sort_key
from tinhso.intake.rounds import days
from tinhso.intake.rounds.standing import FEWER, Arrived, Event, Round, State, Unit
from tinhso.registers.declaration import Declaration
from tinhso.web.kit import writing
from tinhso.web.kit.sight import Sight

SHAPES: Mapping[State, str] = {
    "sent": "ok", "partly": "risk", "errors": "off", "waiting": "new", "late": "off", "due": "none",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Told:
    """What rounds are put into words with."""

    known: Mapping[str, Declaration]
    today: date
    sight: Sight

    def title(self, register: str) -> str:
        return self.sight.say(self.known[register].title) if register in self.known else register


@dataclass(frozen=True, slots=True)
class Line:
    """A round in a list: how many have sent, of how many."""

    id: int
    title: str
    registers: str
    due: date
    left: str
    sent: int
    of: int
    late: int
    errors: int
    closed: bool


@dataclass(frozen=True, slots=True)
class CameLine:
    """What came of a unit for one register; ``fewer`` where it is much less than was expected."""

    title: str
    words: str
    waits: str
    fewer: bool


@dataclass(frozen=True, slots=True)
class UnitLine:
    """A unit: how it stands, what came, since when it is late."""

    code: str
    name: str
    state: State
    shape: str
    said: str
    due: date
    left: str
    came: tuple[CameLine, ...]
    reminded: int
    at: datetime | None


@dataclass(frozen=True, slots=True)
class EventLine:
    """Something that was done, in words."""

    title: str
    who: str
    at: datetime
    words: str | None


@dataclass(frozen=True, slots=True)
class View:
    """One round. ``open_units`` have not sent everything."""

    line: Line
    note: str | None
    finding: str
    leads: bool
    opened_by: str
    opened_at: datetime
    units: tuple[UnitLine, ...]
    events: tuple[EventLine, ...]
    registers: tuple[tuple[str, str], ...]

    @property
    def open_units(self) -> int:
        return sum(unit.state != "sent" for unit in self.units)


def line(found: Round, told: Told) -> Line:
    """A round in a list."""
    due = max((unit.due for unit in found.units if unit.state != "sent"), default=found.due)
    shown = due if len({unit.due for unit in found.units}) == 1 else found.due
    return Line(
        found.id, found.title, ", ".join(map(told.title, found.registers)), shown, left(shown, told),
        found.count("sent"), len(found.units), found.late, found.count("errors"), found.closed,
    )  # fmt: skip


def opened(found: Round, told: Told, people: Mapping[str, str]) -> View:
    """One round in full."""
    names = {unit.area: unit.name for unit in found.units}
    events = tuple(_event(each, names, people, told.sight) for each in reversed(found.events))
    units = tuple(_unit(each, found.due, told) for each in found.units)
    return View(
        line(found, told), found.note, _finding(found, told.sight), found.leads and not found.closed,
        people.get(found.opened_by, found.opened_by), found.opened_at, units, events,
        tuple((name, told.title(name)) for name in found.registers),
    )  # fmt: skip


def titles(known: Mapping[str, Declaration], sight: Sight) -> list[tuple[str, str]]:
    """Registers by title."""
    return sorted(((name, sight.say(each.title)) for name, each in known.items()), key=lambda pair: sort_key(pair[1]))


def left(due: date, told: Told) -> str:
    """How many working days are left, or how long it is overdue."""
    count = days.left(told.today, due)
    if due == told.today:
        return told.sight.gettext("due today")
    if count is None:
        count = (due - told.today).days
        if count < 0:
            return told.sight.ngettext("%(num)s day late", "%(num)s days late", -count)
        return told.sight.ngettext("%(num)s day left", "%(num)s days left", count)
    if due < told.today:
        return told.sight.ngettext("%(num)s working day late", "%(num)s working days late", -count)
    return told.sight.ngettext("%(num)s working day left", "%(num)s working days left", count)


def state(word: State, sight: Sight) -> str:
    """How a unit stands, in words."""
    said: Mapping[State, str] = {
        "sent": sight.gettext("has sent"), "partly": sight.gettext("has sent a part"),
        "errors": sight.gettext("file has errors"), "waiting": sight.gettext("file not recorded yet"),
        "late": sight.gettext("late"), "due": sight.gettext("not yet"),
    }  # fmt: skip
    return said[word]


def _finding(found: Round, sight: Sight) -> str:
    sent, of = found.count("sent"), len(found.units)
    if sent == of:
        return sight.gettext("All %(of)s units have sent", of=of)
    facts = {"sent": sent, "of": of, "late": found.late, "errors": found.count("errors")}
    if found.late:
        return sight.gettext("%(sent)s of %(of)s units have sent, %(late)s are late", **facts)
    if found.count("errors"):
        return sight.gettext("%(sent)s of %(of)s units have sent, %(errors)s have errors in their file", **facts)
    return sight.gettext("%(sent)s of %(of)s units have sent", **facts)


def _unit(unit: Unit, due: date, told: Told) -> UnitLine:
    """A unit; how many days are left is said only where it is not what is said of the round, or where it is late."""
    came = tuple(_came(each, told) for each in unit.arrived)
    moments = [each.at for each in unit.arrived if each.at is not None]
    own = unit.state != "sent" and (unit.due != due or unit.late)
    return UnitLine(
        unit.code, unit.name, unit.state, SHAPES[unit.state], state(unit.state, told.sight), unit.due,
        left(unit.due, told) if own else "", came, unit.reminded, max(moments, default=None),
    )  # fmt: skip


def _came(each: Arrived, told: Told) -> CameLine:
    sight = told.sight
    expected = writing.number(each.expected, sight.language)
    words = sight.gettext("nothing yet, %(expected)s rows last time", expected=expected)
    if each.rows is not None:
        rows = writing.number(each.rows, sight.language)
        words = sight.gettext("%(rows)s rows, %(expected)s last time", rows=rows, expected=expected)
    waits = ""
    if each.waiting:
        errors = writing.number(each.errors, sight.language)
        waits = sight.gettext("a file waits, %(errors)s rows with errors", errors=errors) if each.errors else (
            sight.gettext("a file waits to be recorded"))  # fmt: skip
    return CameLine(told.title(each.register), words, waits, each.share is not None and each.share < FEWER)


def _event(event: Event, names: Mapping[int, str], people: Mapping[str, str], sight: Sight) -> EventLine:
    whom = names.get(event.area, "–") if event.area is not None else sight.gettext("all units")
    until = writing.day(event.until, sight.language) if event.until else ""
    said = {
        "opened": sight.gettext("Round opened"), "reminded": sight.gettext("Reminded: %(whom)s", whom=whom),
        "extended": sight.gettext("More time until %(until)s: %(whom)s", until=until, whom=whom),
        "escalated": sight.gettext("Reported upwards: %(whom)s", whom=whom),
        "noted": sight.gettext("Remark: %(whom)s", whom=whom), "closed": sight.gettext("Round closed"),
    }  # fmt: skip
    return EventLine(said[event.action], people.get(event.actor, event.actor), event.at, event.words)
