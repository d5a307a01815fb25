"""Links that let somebody set a password: an invitation, a reset, a forgotten one. Each works once, for a while."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from tinhso.access import events
from tinhso.access.people import passwords
from tinhso.access.people.door import Door, digest, token
from tinhso.foundation import clock
from tinhso.foundation.database import Connection
from tinhso.foundation.problems import refuse

PATH = "/welcome/"
VALID = {"invitation": timedelta(days=7), "reset": timedelta(hours=24), "forgotten": timedelta(minutes=30)}
"""How long each kind of link holds."""


@dataclass(frozen=True, slots=True)
class Link:
    """Whom a link is for; ``kind`` is ``invitation``, ``reset`` or ``forgotten``."""

    login: str
    name: str
    kind: str


def made(conn: Connection[Any], person: int, login: str, kind: str, actor: str, *, by_mail: bool = False) -> str:
    """The path of a new link, on a connection of the owner's; earlier ones are over.

    A forgotten password's ends only its like: who asks for it has proved nothing, so it takes no invitation away.
    """
    secret, now = token(), clock.now()
    conn.execute(
        "update access.link set used_at = %s where person = %s and used_at is null"
        " and (kind = %s or %s <> 'forgotten')",
        [now, person, kind, kind],
    )
    conn.execute(
        "insert into access.link (token, person, kind, made_by, made_at, until) values (%s, %s, %s, %s, %s, %s)",
        [digest(secret), person, kind, actor, now, now + VALID[kind]],
    )
    events.note(conn, actor=actor, action=f"{kind}.made", subject=login, **({"by": "mail"} if by_mail else {}))
    return PATH + secret


def holds(conn: Connection[Any], path: str) -> bool:
    """Whether a link still opens something, asked by the owner."""
    return conn.execute(
        "select from access.link where token = %s and used_at is null and until > %s",
        [digest(path.removeprefix(PATH)), clock.now()],
    ).fetchone() is not None  # fmt: skip


def read(door: Door, secret: str) -> Link:
    """Whom a link is for.

    Raises:
        Refused: ``access.link_over`` where it is unknown, used, replaced or too old.
    """
    with door.db.app() as conn:
        found = conn.execute(
            "select login, name, kind from access.link_of(%s, %s)", [digest(secret), clock.now()]
        ).fetchone()
    if found is None:
        raise refuse("access.link_over")
    return Link(*found)


def use(door: Door, secret: str, wanted: str) -> str:
    """Set the password; all sessions of the person end. Gives the token by which this browser is known from now on.

    Raises:
        Refused: ``access.link_over``, or what ``passwords.chosen`` refuses (the link stays good then).
    """
    link = read(door, secret)
    proof = door.hashing.fresh(passwords.chosen(wanted, link.login, link.name))
    device = token()
    with door.db.app() as conn:
        found = conn.execute(
            "select access.use_link(%s, %s, %s, %s, %s, %s, %s, %s)",
            [digest(secret), *proof.values(), digest(device), clock.now()],
        ).fetchone()
    if found != (True,):
        raise refuse("access.link_over")
    return device
