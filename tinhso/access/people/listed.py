"""People as who administers sees them: accounts, how each signs in, what the log says of them. Never a proof."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tinhso.access.people.sessions import IDLE
from tinhso.access.scope import Scope
from tinhso.foundation import clock
from tinhso.foundation.database import Connection, Database, class_row
from tinhso.foundation.problems import refuse
from tinhso.foundation.text import fold

TRAIL = 50
"""Lines of the log that a page shows."""


@dataclass(frozen=True, slots=True)
class Somebody:
    """An account: ``codes`` and ``passkeys`` are its second factors, ``link`` the kind of one not used yet, ``client``
    whether it is a program's, ``grants`` how many are in force.
    """

    login: str
    name: str
    mail: str | None
    state: str
    client: bool
    created_at: datetime
    codes: bool
    passkeys: int
    has_password: bool
    outside: bool
    open_sessions: int
    seen_at: datetime | None
    link: str | None
    link_until: datetime | None
    grants: int

    @property
    def second_factor(self) -> bool:
        return self.codes or self.passkeys > 0


@dataclass(frozen=True, slots=True)
class Event:
    """A line of the log about somebody: who did what, with its facts."""

    id: int
    at: datetime
    actor: str
    action: str
    facts: dict[str, Any]


def everybody(conn: Connection[Any]) -> list[Somebody]:
    """All accounts by login, for a transaction whose scope administers; nobody for any other."""
    with conn.cursor(row_factory=class_row(Somebody)) as cursor:
        return cursor.execute("select * from access.accounts(%s, %s)", [clock.now(), IDLE]).fetchall()


def one(conn: Connection[Any], login: str) -> Somebody:
    """One of them; refused with ``access.unknown_person``."""
    found = next((each for each in everybody(conn) if each.login == login), None)
    if found is None:
        raise refuse("access.unknown_person", value=login)
    return found


def fitting(people: list[Somebody], words: str, state: str) -> list[Somebody]:
    """Those whose login, name or mail has the words, marks not needed, and who are in the state where one is told."""
    wanted = fold(words)
    return [
        each for each in sorted(people, key=lambda each: each.login)
        if (not state or each.state == state) and wanted in fold(f"{each.login} {each.name} {each.mail or ''}")
    ]  # fmt: skip


def trail(conn: Connection[Any], login: str, before: int | None = None) -> list[Event]:
    """What the log of changes says of somebody, newest first, ``TRAIL`` lines."""
    with conn.cursor(row_factory=class_row(Event)) as cursor:
        return cursor.execute("select * from access.trail(%s, %s, %s)", [login, before, TRAIL]).fetchall()


@dataclass(frozen=True, slots=True)
class Change(Event):
    """The same with whom or what it was about."""

    subject: str


def lately(conn: Connection[Any], size: int = 12) -> list[Change]:
    """What was changed about people and rights lately, newest first, for a transaction whose scope administers."""
    with conn.cursor(row_factory=class_row(Change)) as cursor:
        return cursor.execute("select * from access.recent_changes(%s)", [size]).fetchall()


@dataclass(frozen=True, slots=True)
class OpenKey:
    """A key that opens something, as a list shows it."""

    login: str
    name: str
    until: datetime
    used_at: datetime | None


def keys(conn: Connection[Any]) -> list[OpenKey]:
    """All keys that open something, those that end first on top; for a transaction whose scope administers."""
    with conn.cursor(row_factory=class_row(OpenKey)) as cursor:
        return cursor.execute("select * from access.open_keys()").fetchall()


def owing(conn: Connection[Any]) -> list[tuple[str, str]]:
    """Login and name of the active people whose role demands a second factor and who have none."""
    return conn.execute("select login, name from access.owing_factor()").fetchall()


@contextmanager
def keeping(db: Database, mine: Scope) -> Iterator[Connection[Any]]:
    """A connection on which accounts are changed, for whoever administers the whole tree.

    Accounts belong to no area, and a link opens whatever its person may do: who administers a part only would raise
    their own rights with it. The database says from the sealed scope whether it is so, not this process alone.

    Raises:
        Refused: ``access.may_not_administer``.
    """
    with db.app(mine.settings()) as conn:
        row = conn.execute("select access.everywhere('*', 'administer')").fetchone()
    if row != (True,):
        raise refuse("access.may_not_administer")
    with db.owner() as conn:
        yield conn
