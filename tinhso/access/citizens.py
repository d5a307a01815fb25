"""A citizen's own view: a code from the counter and the own number open ten minutes over what is recorded about them.

A code opens what whoever gave it approves, and no more, so that nobody looks in a citizen's place at what another
office keeps. No scope is made of it: the database's functions answer for one session and one number, and hand out
nothing else. Numbers are kept blurred or sealed, codes as HMAC under the installation's secret key.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import randbelow
from typing import Any

from tinhso.access.people.door import Caller, Door, digest, token
from tinhso.access.people.tries import held_back
from tinhso.access.readings import inet
from tinhso.access.scope import Scope
from tinhso.foundation import clock
from tinhso.foundation.database import Connection
from tinhso.foundation.problems import refuse

CODE = timedelta(minutes=15)
"""How long a code waits for being used."""
SESSION = timedelta(minutes=10)
"""How long the view stays open."""
DIGITS = 8
LINES = 100
"""Lines of who looked that are shown, newest first."""


@dataclass(frozen=True, slots=True)
class Own:
    """A record that names the citizen: its register, its unit, and its values by field as JSON has them."""

    register: str
    record: int
    unit: int | None
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Waits:
    """That something about the citizen waits: a row for the department that decides for the unit, or a ``file`` for the
    decision of its sender, an office of the unit (None for the whole province). Never what it says, nor a name."""

    register: str
    unit: int | None
    since: datetime
    file: bool


Naming = Callable[[str, Sequence[str]], Collection[str]]


@dataclass(frozen=True, slots=True)
class Look:
    """That somebody looked: when, at which register, how, and as what. Never a name or a login.

    ``who`` is officer, station or citizen; role and purpose are texts in both languages, None where no grant is named;
    ``among`` is how many records were shown at once.
    """

    at: datetime
    register: str
    action: str
    who: str
    role: Mapping[str, str] | None
    unit: int | None
    purpose: Mapping[str, str] | None
    fields: tuple[str, ...]
    among: int


def issue(conn: Connection, door: Door, register: str, record: int, *, scope: Scope) -> str:
    """A code for whoever a record names, to be handed over after the identity card was checked.

    Refused with ``access.no_code`` where the scope does not approve at the record's place, or it names no citizen. An
    earlier code of the same citizen is over. The transaction must bear the scope's settings.
    """
    code, now = _code(), clock.now()
    asked = [register, record, _mark(door, code), now, now + CODE]
    return _issued(conn.execute("select access.issue_citizen_code(%s, %s, %s, %s, %s)", asked).fetchone(), code, scope)


def issue_for(conn: Connection, door: Door, number: str, *, scope: Scope) -> str:
    """The same for a number that was typed, where the scope approves everywhere; it tells nothing recorded."""
    code, now = _code(), clock.now()
    asked = [plain(number), _mark(door, code), now, now + CODE]
    return _issued(conn.execute("select access.issue_citizen_code_for(%s, %s, %s, %s)", asked).fetchone(), code, scope)


def enter(door: Door, number: str, code: str, caller: Caller) -> str:
    """Use a code; the token of the session.

    Raises:
        Refused: ``access.wait`` after too many tries for the number or from the address; ``access.wrong_citizen_code``
            in all other cases, alike for a wrong code, one that is over, and a number that nobody has.
    """
    made, now = token(), clock.now()
    sealed = door.sealing.seal(plain(number).encode(), _belonging(made))
    with door.db.app() as conn:
        row = conn.execute(
            "select access.enter_as_citizen(%s, %s, %s, %s, %s, %s, %s)",
            [plain(number), _mark(door, code.strip()), digest(made), sealed, caller.address, now, now + SESSION],
        ).fetchone()
    answer = row[0] if row else -1
    if answer > 0:
        raise held_back(answer)
    if answer < 0:
        raise refuse("access.wrong_citizen_code")
    return made


def records(conn: Connection, door: Door, held: str, address: str) -> list[Own] | None:
    """The records that name the citizen of a session, where its code reaches, unmasked; None where the session is over.

    That they were looked at is noted as the citizen's own reading.
    """
    own = _number(conn, door, held)
    if own is None:
        return None
    asked = [digest(held), own, inet(address), clock.now()]
    rows = conn.execute("select * from access.own_records(%s, %s, %s, %s)", asked).fetchall()
    return [Own(*row) for row in rows]


def waiting(conn: Connection, door: Door, held: str, naming: Naming) -> list[Waits]:
    """What names the citizen and waits, where the code reaches: rows for the department, files for their sender.

    ``naming`` tells which of some stored files (by SHA-256) hold a number.
    """
    own = _number(conn, door, held)
    if own is None:
        return []
    asked = [digest(held), own, clock.now()]
    rows = conn.execute("select * from access.rows_waiting_for_own(%s, %s, %s)", asked).fetchall()
    files = conn.execute("select * from access.files_waiting(%s, %s, %s)", asked).fetchall()
    found = naming(own, [each[-1] for each in files])
    return [
        *(Waits(register, unit, since, file=False) for register, unit, since in rows),
        *(Waits(register, unit, since, file=True) for register, unit, since, sha256 in files if sha256 in found),
    ]


def looks(conn: Connection, door: Door, held: str) -> list[Look]:
    """Who looked at these records, newest first."""
    asked = [digest(held), _number(conn, door, held) or "", clock.now(), LINES]
    rows = conn.execute("select * from access.looked_at_own(%s, %s, %s, %s)", asked).fetchall()
    return [_look(*row) for row in rows]


def _look(*values: Any) -> Look:
    told: list[Any] = [tuple(value) if isinstance(value, list) else value for value in values]
    return Look(*told)


def number(conn: Connection, door: Door, held: str) -> str | None:
    """The number of the citizen of a session; None where it is over."""
    return _number(conn, door, held)


def leave(door: Door, held: str) -> None:
    """End the session."""
    with door.db.app() as conn:
        conn.execute("select access.leave_as_citizen(%s)", [digest(held)])


def plain(number: str) -> str:
    """A citizen's number as it is kept: without blanks and points."""
    return "".join(sign for sign in number if sign not in " .-\u00a0")[:20]


def _number(conn: Connection, door: Door, held: str) -> str | None:
    row = conn.execute("select access.citizen_of(%s, %s)", [digest(held), clock.now()]).fetchone()
    sealed = row[0] if row else None
    return door.sealing.open(bytes(sealed), _belonging(held)).decode() if sealed else None


def _code() -> str:
    return f"{randbelow(10**DIGITS):0{DIGITS}}"


def _mark(door: Door, code: str) -> bytes:
    return door.sealing.blur(f"citizen's code {code}")


def _belonging(held: str) -> str:
    return f"citizen {digest(held).hex()}"


def _issued(row: tuple[Any, ...] | None, code: str, scope: Scope) -> str:
    if row != (True,):
        raise refuse("access.no_code", actor=scope.actor)
    return code
