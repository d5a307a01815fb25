"""People to sign in as in the synthetic province, with a role each; their one password is drawn anew for each home."""

from __future__ import annotations

import csv
import os
from dataclasses import dataclass
from pathlib import Path
from secrets import choice

from tinhso.access import giving, grants, roles
from tinhso.access.people import accounts, links
from tinhso.access.people.door import Door
from tinhso.foundation.database import Connection

ACTOR = "demo"
LETTERS = "abcdefghkmnpqrstuvwxyz23456789"


@dataclass(frozen=True, slots=True)
class Login:
    """Somebody of the pack's ``demo/logins.csv``: login, name, role, area and purpose of the grant."""

    login: str
    name: str
    role: str
    area: str
    purpose: str


def read(pack: Path) -> list[Login]:
    """The people of a pack; none where it names none."""
    file = pack / "demo" / "logins.csv"
    if not file.is_file():
        return []
    with file.open(encoding="utf-8", newline="") as rows:
        return [Login(**row) for row in csv.DictReader(rows)]


def make(door: Door, pack: Path, home: Path) -> tuple[list[Login], str]:
    """Make the accounts that are not there yet; gives the people and their password."""
    people, password = read(pack), _password(home)
    with door.db.owner() as conn:
        known = {account.login for account in accounts.every(conn)}
    for person in people:
        if person.login not in known:
            _add(door, person, password)
    return people, password


def _add(door: Door, person: Login, password: str) -> None:
    with door.db.owner() as conn:
        accounts.add(conn, person.login, person.name, None, actor=ACTOR)
        link = accounts.invite(conn, person.login, actor=ACTOR)
    links.use(door, link.removeprefix(links.PATH), password)
    with door.db.app(grants.station().settings()) as conn:
        _give(conn, person)


def _give(conn: Connection, person: Login) -> None:
    if person.role in roles.every(conn):
        giving.give(conn, person.login, person.role, person.area, person.purpose)


def first_administrator(door: Door, home: Path, password: str | None) -> str | None:
    """The administrator's one-time password, kept here since the demo's filling would scroll it away; None once it was
    changed.

    ``password`` is the one just made, None at a later start.
    """
    file = home / "demo" / "administrator"
    if password is not None:
        _kept(file, password)
    with door.db.owner() as conn:
        waits = accounts.must_change(conn, accounts.FIRST)
    if not waits:
        file.unlink(missing_ok=True)
    return file.read_text(encoding="utf-8") if file.is_file() else None


def _password(home: Path) -> str:
    """The password of this home, readable by its owner alone."""
    file = home / "demo" / "password"
    if not file.is_file():
        _kept(file, "-".join("".join(choice(LETTERS) for _ in range(5)) for _ in range(3)))
    return file.read_text(encoding="utf-8")


def _kept(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.unlink(missing_ok=True)
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        out.write(text)
