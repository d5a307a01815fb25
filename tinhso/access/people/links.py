"""Links that let somebody set a password: an invitation or a reset. Each works once, for a while."""

from __future__ import annotations

from dataclasses import dataclass

from tinhso.access.people import passwords
from tinhso.access.people.door import Door, digest, token
from tinhso.foundation import clock
from tinhso.foundation.problems import refuse

PATH = "/welcome/"


@dataclass(frozen=True, slots=True)
class Link:
    """Whom a link is for; ``kind`` is ``invitation`` or ``reset``."""

    login: str
    name: str
    kind: str


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
