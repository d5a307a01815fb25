"""Sessions: who is signed in, by a random token of which the database keeps the SHA-256 only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from tinhso.access.people.door import Door, digest
from tinhso.foundation import clock
from tinhso.foundation.database import class_row

IDLE = timedelta(minutes=30)
"""Without a request for so long, a session is over (OWASP ASVS 3.3.2 asks for at most that at level 2)."""
ABSOLUTE = timedelta(hours=12)
"""However busy, a session is over after a working day."""
PROVED = timedelta(minutes=10)
"""For so long after a password was given, its holder may change how they sign in; the database holds to it too."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with an account."""

    id: int
    login: str
    name: str
    mail: str | None


@dataclass(frozen=True, slots=True)
class Session:
    """A person signed in, in one browser.

    ``pending``: the second factor is still to come, so nothing is open yet. ``must_change``: the password was given by
    somebody else and has to be replaced first. ``factor_due``: a role demands a second factor, and there is none yet.
    """

    id: int
    person: Person
    created_at: datetime
    second_factor: bool
    pending: bool = False
    must_change: bool = False
    has_password: bool = True
    proved_at: datetime | None = None
    factor_due: bool = False

    @property
    def proved(self) -> bool:
        """Whether the password was given lately enough to change how one signs in."""
        return self.proved_at is not None and clock.now() - self.proved_at < PROVED


@dataclass(frozen=True, slots=True)
class Listed:
    """One of a person's open sessions, as its owner sees it; ``own`` is the one that asks."""

    id: int
    began_at: datetime
    seen_at: datetime
    address: str
    device: str
    way: str
    second_factor: bool
    own: bool


def read(door: Door, token: str) -> Session | None:
    """Whose session a token is; None where it is unknown, ended, too old or its person disabled. One query."""
    with door.db.app() as conn:
        found = conn.execute(
            "select id, person, login, name, mail, began_at, second_factor, pending, must_change, has_password,"
            " proved_at, factor_due from access.session_of(%s, %s, %s)",
            [digest(token), clock.now(), IDLE],
        ).fetchone()
    if found is None:
        return None
    number, person, login, name, mail, *rest = found
    return Session(number, Person(person, login, name, mail), *rest)


def mine(door: Door, token: str) -> list[Listed]:
    """All open sessions of the holder, the latest seen first."""
    with door.db.app() as conn, conn.cursor(row_factory=class_row(Listed)) as cursor:
        return cursor.execute(
            "select * from access.sessions_of(%s, %s, %s)", [digest(token), clock.now(), IDLE]
        ).fetchall()


def end(door: Door, token: str, number: int | None = None) -> bool:
    """End one of the holder's sessions, the one asking where no number is given; whether there was one."""
    with door.db.app() as conn:
        found = conn.execute("select access.end_session(%s, %s::bigint, %s)", [digest(token), number, clock.now()])
        return bool(_one(found.fetchone()))


def end_others(door: Door, token: str) -> int:
    """End all other sessions of the holder; how many there were."""
    with door.db.app() as conn:
        found = conn.execute("select access.end_others(%s, %s)", [digest(token), clock.now()])
        return int(_one(found.fetchone()))


def _one(row: tuple[int | bool, ...] | None) -> int | bool:
    assert row is not None
    return row[0]
