"""Asking for a correction: an officer about a record that is read, a citizen about the own, somebody about anything.

All become a case of the kind ``correct``. Who asks without an account gets a number and a code with which alone the
state is read; nothing that is recorded of anybody is looked at for them, unless a code from the counter opened their
own records.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from secrets import choice
from typing import Any

import msgspec

from tinhso.access.people.door import Caller, Door, digest
from tinhso.access.scope import Scope
from tinhso.foundation import clock
from tinhso.foundation.clock import VIETNAM
from tinhso.foundation.database import Connection, errors
from tinhso.foundation.problems import Refused, refuse
from tinhso.foundation.text import clean
from tinhso.privacy import evidence, terms
from tinhso.privacy.cases import Action
from tinhso.privacy.evidence import Sent
from tinhso.privacy.office import Office
from tinhso.privacy.terms import Term

SIGNS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Signs of a code: none that is taken for another."""
LENGTH, GROUP = 12, 4
LONGEST: Mapping[str, int] = {"request": 2_000, "name": 120, "contact": 200, "value": 2_000}
"""Signs of each text at most."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked: ``request`` in own words, ``values`` as written by field of the record, files as evidence.

    ``register`` and ``record`` as far as they are known; ``area`` is the code of the unit where it belongs.
    """

    request: str
    values: Mapping[str, str] = field(default_factory=dict)
    files: Sequence[Sent] = ()
    register: str | None = None
    record: int | None = None
    area: str | None = None
    citizen_id: str | None = None
    name: str | None = None
    contact: str | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """The number of a request and the code that opens its state; the code is shown this once."""

    case: int
    code: str


@dataclass(frozen=True, slots=True)
class StateStep:
    """A step as whoever asked may know it: fields that were ``accepted`` and ``declined`` as (register, field), whether
    the correction ``waits`` for a second person, and the answer's words."""

    action: Action
    at: datetime
    accepted: tuple[tuple[str, str], ...]
    declined: tuple[tuple[str, str], ...]
    waits: bool
    words: str | None


@dataclass(frozen=True, slots=True)
class State:
    """How far a request is."""

    case: int
    received_at: datetime
    register: str | None
    steps: tuple[StateStep, ...]
    terms: tuple[Term, ...]

    def has(self, *actions: Action) -> bool:
        return any(step.action in actions for step in self.steps)

    @property
    def due(self) -> datetime | None:
        """When the answer is due at the latest, unless it was given."""
        last = [term.due for term in self.terms if term.what == "complete" and term.done_at is None]
        return last[0] if last else None


def as_officer(conn: Connection, office: Office, asked: Asked, *, scope: Scope) -> int:
    """Ask for a correction of a record that the scope reads; gives the case's number. The transaction must bear the
    scope's settings."""
    if asked.register is None or asked.record is None:
        raise refuse("registers.unknown_record", value=asked.record, register=asked.register or "")
    told = _told(office, asked, office.law_on(clock.today(), "officer").law)
    try:
        row = conn.execute("select privacy.ask(%s)", (msgspec.json.encode(told).decode(),)).fetchone()
    except errors.Error as error:
        if error.sqlstate == "TS002":
            raise refuse("registers.unknown_record", value=asked.record, register=asked.register) from error
        raise
    assert row is not None
    return int(row[0])


def publicly(office: Office, door: Door, asked: Asked, caller: Caller, *, held: str | None = None) -> Receipt:
    """Ask without an account; ``held`` is the token of a citizen's own view, for the own record.

    Raises:
        Refused: ``privacy.ask_…`` where something is missing or too long, ``privacy.ask_wait`` after too many requests,
            ``registers.attachment_…`` for a file that cannot be taken.
    """
    number = _complete(asked)
    expect_short(asked)
    now, code = clock.now(), "".join(choice(SIGNS) for _ in range(LENGTH))
    with office.db.app() as conn:
        row = conn.execute("select privacy.knock(%s, %s, %s)", (caller.address, number, now)).fetchone()
    if row and row[0] > 0:
        raise _held_back(row[0])
    told = _told(office, asked, office.law_on(clock.today()).law)
    params = (msgspec.json.encode(told).decode(), _mark(door, code), digest(held) if held else None,
              office.mark(number), now)  # fmt: skip
    with office.db.app() as conn:
        try:
            made = conn.execute("select privacy.ask_publicly(%s, %s, %s, %s, %s)", params).fetchone()
        except errors.Error as error:
            if error.sqlstate == "TS002":
                raise refuse("privacy.not_own_record") from error
            raise
    assert made is not None
    return Receipt(made[0], "-".join(code[at : at + GROUP] for at in range(0, LENGTH, GROUP)))


def state(office: Office, door: Door, number: str, code: str, caller: Caller) -> State:
    """How far a request is, to whoever has its number and code.

    Raises:
        Refused: ``privacy.ask_wait`` after too many tries, else ``privacy.wrong_code``, alike for a wrong code and a
            number that there is not.
    """
    plain = "".join(sign for sign in number if sign.isdecimal() and sign.isascii())
    case = int(plain) if 0 < len(plain) <= 18 else 0
    now, said = clock.now(), "".join(sign for sign in code.upper() if sign in SIGNS)
    with office.db.app() as conn:
        query = "select privacy.asked_state(%s, %s, %s, %s)"
        row = conn.execute(query, (case, _mark(door, said), caller.address, now)).fetchone()
    answer: Mapping[str, Any] | None = row[0] if row else None
    if answer is None:
        raise refuse("privacy.wrong_code")
    if "wait" in answer:
        raise _held_back(int(answer["wait"]))
    return _state(office, case, answer, now)


def _state(office: Office, case: int, answer: Mapping[str, Any], now: datetime) -> State:
    steps = tuple(_step(each) for each in answer["steps"])
    first: dict[str, datetime] = {}
    for each in steps:
        first.setdefault(each.action, each.at)
    received = datetime.fromisoformat(answer["received_at"])
    due = terms.of("correct", office.law(answer["law"]), received.astimezone(VIETNAM), first, office.calendar, now)
    return State(case, received, answer["register"], steps, due)


def _step(said: Mapping[str, Any]) -> StateStep:
    facts = said["facts"]
    at, of = datetime.fromisoformat(said["at"]), {name: facts.get(name, ()) for name in ("accepted", "declined")}
    accepted, declined = (tuple((each[0], each[2]) for each in fields) for fields in of.values())
    return StateStep(said["action"], at, accepted, declined, bool(facts.get("waits")), said["words"])


def _complete(asked: Asked) -> str:
    """The number of whoever asks; refused where anything is missing that an answer needs."""
    number = asked.citizen_id or ""
    if not (number.isascii() and number.isdecimal() and len(number) == 12):
        raise refuse("privacy.ask_number")
    for name in ("name", "contact"):
        if not clean(getattr(asked, name) or ""):
            raise refuse(f"privacy.ask_{name}")
    return number


def expect_short(asked: Asked) -> None:
    """Refuse what is longer than anybody reads, and what asks nothing."""
    said: dict[str, list[str | None]] = {
        "request": [asked.request], "name": [asked.name], "contact": [asked.contact], "value": [*asked.values.values()],
    }  # fmt: skip
    for name, texts in said.items():
        for text in texts:
            if len(text or "") > LONGEST[name]:
                raise refuse("privacy.ask_long", count=len(text or ""), most=LONGEST[name])
    if not clean(asked.request) and not asked.values:
        raise refuse("privacy.ask_nothing")


def _told(office: Office, asked: Asked, law: str) -> dict[str, Any]:
    """What the database is told; files are stored by now."""
    expect_short(asked)
    return {
        "law": law, "at": clock.now(), "register": asked.register, "record": asked.record, "area": asked.area,
        "citizen_id": asked.citizen_id, "name": clean(asked.name or "") or None,
        "contact": clean(asked.contact or "") or None, "request": _lines(asked.request) or None,
        "values": {name: clean(value) for name, value in asked.values.items()},
        "files": evidence.keep(office.files, asked.files),
    }  # fmt: skip


def _lines(text: str) -> str:
    """The text line by line, without what no keyboard writes."""
    return "\n".join(clean(line) for line in text.splitlines()).strip()


def _held_back(seconds: int) -> Refused:
    minutes = -(-seconds // 60)
    waits = (f"{seconds} giây", f"{seconds} s") if seconds < 60 else (f"{minutes} phút", f"{minutes} min")
    return refuse("privacy.ask_wait", wait_vi=waits[0], wait_en=waits[1], seconds=seconds)


def _mark(door: Door, code: str) -> bytes:
    return door.sealing.blur(f"request's code {code}")
