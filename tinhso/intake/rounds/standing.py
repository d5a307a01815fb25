"""How rounds stand: of each unit what came, what waits with errors, what is late. Read with the transaction's scope."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from tinhso.access.scope import Scope
from tinhso.foundation.clock import VIETNAM
from tinhso.foundation.database import Connection
from tinhso.foundation.problems import refuse

State = Literal["sent", "partly", "errors", "waiting", "late", "due"]
STATES: tuple[State, ...] = ("errors", "late", "partly", "waiting", "due", "sent")
"""In the order of what wants attention."""
FEWER = 90
"""Sent are fewer rows than expected below so many per cent."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something done about a round; ``area`` is None where it was about all units."""

    id: int
    area: int | None
    action: str
    until: date | None
    words: str | None
    actor: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Arrived:
    """What came of one unit for one register: ``rows`` recorded (None for nothing), ``expected`` as many as it had.

    ``waiting`` says that a file waits for its sender, with so many rows with ``errors`` and so many ``good``.
    """

    register: str
    expected: int
    rows: int | None
    at: datetime | None
    waiting: bool
    errors: int
    good: int

    @property
    def share(self) -> int | None:
        """Rows that came in per cent of those expected, at most 100; None where none were expected or none came."""
        return min(100, self.rows * 100 // self.expected) if self.expected and self.rows is not None else None


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit that was asked; ``due`` with what it was given more."""

    area: int
    code: str
    name: str
    kind: str
    due: date
    arrived: tuple[Arrived, ...]
    state: State
    reminded: int

    @property
    def late(self) -> bool:
        return self.state != "sent" and self.overdue

    overdue: bool = False


@dataclass(frozen=True, slots=True)
class Round:
    """A round with the units that the scope sees; ``leads`` whether it may be led by it."""

    id: int
    title: str
    note: str | None
    registers: tuple[str, ...]
    due: date
    opened_at: datetime
    opened_by: str
    events: tuple[Event, ...]
    units: tuple[Unit, ...]
    leads: bool

    @property
    def closed(self) -> bool:
        return any(event.action == "closed" for event in self.events)

    def count(self, *states: State) -> int:
        return sum(unit.state in states for unit in self.units)

    @property
    def late(self) -> int:
        return sum(unit.late for unit in self.units)


def one(conn: Connection, number: int, today: date, *, scope: Scope) -> Round:
    """A round by number; refused where there is none, or none of its units is the scope's."""
    found = _rounds(conn, "id = %s", [number], today, scope)
    if not found:
        raise refuse("intake.unknown_round", value=number)
    return found[0]


def every(conn: Connection, today: date, *, scope: Scope, closed: bool = False, size: int = 30) -> list[Round]:
    """Open rounds, what is due first on top; with ``closed`` the closed ones, newest first."""
    where = "exists (select from rounds.event e where e.round = round.id and e.action = 'closed')"
    if closed:
        return _rounds(conn, where + " order by id desc limit %s", [size], today, scope)
    return _rounds(conn, f"not {where} order by due, id limit %s", [size], today, scope)


def _rounds(conn: Connection, where: str, params: list[object], today: date, scope: Scope) -> list[Round]:
    """All of them in four questions, however many there are."""
    rows = conn.execute(f"{_ROUND} where {where}".encode(), params).fetchall()
    numbers = [row[0] for row in rows]
    told = _Told(_events(conn, numbers), _places(conn, numbers), _arrived(conn, numbers, scope)) if rows else None
    return [_round(row, told, today) for row in rows if told is not None]


_ROUND = """
select id, title, note, registers, due, opened_at, opened_by, rounds.leads(id) from rounds.round
"""


@dataclass(frozen=True, slots=True)
class _Told:
    """What the database says of some rounds, by their numbers."""

    events: Mapping[int, Sequence[Event]]
    units: Mapping[int, Sequence[tuple[int, str, str, str]]]
    arrived: Mapping[tuple[int, int, str], Arrived]


def _round(row: Sequence[Any], told: _Told, today: date) -> Round:
    number, title, note, registers, due, at, by, leads = row
    events = tuple(told.events.get(number, ()))
    units = []
    for named in told.units.get(number, ()):
        places = ((number, named[0], register) for register in registers)
        came = tuple(told.arrived[place] for place in places if place in told.arrived)
        if came:
            units.append(_unit(named, came, due_of(named[0], due, events), events, today))
    units.sort(key=lambda each: STATES.index(each.state))
    return Round(number, title, note, tuple(registers), due, at, by, events, tuple(units), leads)


def _events(conn: Connection, numbers: list[int]) -> Mapping[int, Sequence[Event]]:
    found: dict[int, list[Event]] = {}
    for number, *event in conn.execute(_EVENTS, [numbers]).fetchall():
        found.setdefault(number, []).append(Event(*event))
    return found


_EVENTS = """
select round, id, area, action, until, words, actor, at from rounds.event where round = any(%s) order by id
"""


def _places(conn: Connection, numbers: list[int]) -> Mapping[int, Sequence[tuple[int, str, str, str]]]:
    found: dict[int, list[tuple[int, str, str, str]]] = {}
    for number, area, code, name, kind in conn.execute(_UNITS, [numbers]).fetchall():
        found.setdefault(number, []).append((area, code, name, kind))
    return found


_UNITS = """
select u.round, u.area, t.code, t.name, t.kind from rounds.unit u join areas.tree t on t.area = u.area
where u.round = any(%s) order by u.round, t.sort_key
"""


def _arrived(conn: Connection, numbers: list[int], scope: Scope) -> Mapping[tuple[int, int, str], Arrived]:
    """What came, of units where the scope reads or proposes (the database's own functions see to it too)."""
    rows = conn.execute(_ARRIVED, [numbers]).fetchall()
    return {(number, area, register): Arrived(register, expected, came, at, bool(waiting), errors, good)
            for number, area, low, register, expected, came, at, waiting, errors, good in rows
            if _sees(scope, register, low)}  # fmt: skip


def _sees(scope: Scope, register: str, place: int) -> bool:
    ranges = (*scope.ranges(register, "read"), *scope.ranges(register, "propose"))
    return any(low <= place <= high for low, high in ranges)


_ARRIVED = """
select r.id, a.area, t.low, a.register, e.records, a.rows, a.last_at, a.waiting, a.errors, a.good
from rounds.round r cross join rounds.arrived(r.id) a join areas.tree t on t.area = a.area
join rounds.expected e on e.round = r.id and e.area = a.area and e.register = a.register where r.id = any(%s)
"""


def due_of(area: int, due: date, events: Sequence[Event]) -> date:
    """The day a unit's answer is due: the last it was given, itself or with all others."""
    given = [event.until for event in events if event.until is not None and event.area in (None, area)]
    return given[-1] if given else due


def _unit(
    named: tuple[int, str, str, str], came: tuple[Arrived, ...], due: date, events: Sequence[Event], today: date
) -> Unit:  # fmt: skip
    reminded = sum(event.action == "reminded" and event.area in (None, named[0]) for event in events)
    return Unit(*named, due, came, _state(came, due, today), reminded, overdue=today > due)


def _state(came: tuple[Arrived, ...], due: date, today: date) -> State:
    sent = sum(each.rows is not None for each in came)
    if sent == len(came):
        return "sent"
    missing = [each for each in came if each.rows is None]
    if any(each.waiting and each.errors for each in missing):
        return "errors"
    if today > due:
        return "late"
    if any(each.waiting for each in missing):
        return "waiting"
    return "partly" if sent else "due"


def closed_on(found: Round) -> date | None:
    """The day it was closed."""
    ended = [event.at.astimezone(VIETNAM).date() for event in found.events if event.action == "closed"]
    return ended[0] if ended else None
