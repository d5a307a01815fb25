"""Keys made, listed and revoked: one's own by one's session, anybody's by whoever sits at the machine."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from tinhso.access import events
from tinhso.access.people.door import Door, digest, token
from tinhso.access.people.logins import login_of, new_login
from tinhso.foundation import clock
from tinhso.foundation.database import Connection, class_row, errors, made_sql
from tinhso.foundation.problems import refuse
from tinhso.foundation.text import clean

VERBS = ("read", "propose", "approve", "export")
"""What a key may be made for; people and declarations are not looked after by programs."""
LONGEST = 365
"""Days after which a key is over at the latest."""
PER_MINUTE = 120
FASTEST = 6000
_name = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")


@dataclass(frozen=True, slots=True)
class Wish:
    """A key as it is wanted: its name, what it may do (``registers`` none for all, ``area`` a code), how long (days),
    and how many requests a minute. ``clear``: sensitive fields as the account itself sees them, else masked."""

    name: str
    verbs: Sequence[str] = ("read",)
    registers: Sequence[str] = ()
    area: str | None = None
    clear: bool = False
    days: int = 90
    per_minute: int = PER_MINUTE


@dataclass(frozen=True, slots=True)
class Made:
    """A new key; ``token`` is to be shown this once, the house does not keep it."""

    id: int
    token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Key:
    """A key as a list shows it; ``used_at`` is exact to a minute."""

    id: int
    login: str
    name: str
    verbs: list[str]
    registers: list[str] | None
    area: str | None
    clear: bool
    per_minute: int
    made_by: str
    made_at: datetime
    until: datetime
    used_at: datetime | None
    revoked_at: datetime | None

    @property
    def open(self) -> bool:
        """Whether it opens anything still."""
        return self.revoked_at is None and self.until > clock.now()

    def as_json(self) -> dict[str, Any]:
        """The shape of ``tinhso key list --json``."""
        told = {
            name: value.isoformat() if isinstance(value, datetime) else value for name, value in asdict(self).items()
        }
        return told | {"open": self.open}


def client(conn: Connection[Any], login: str, name: str, *, actor: str) -> str:
    """Make an account of a program: it holds grants and keys, and nobody can sign in as it. Gives its login.

    Raises:
        Refused: ``access.bad_login``, ``access.no_name`` or ``access.login_taken``.
    """
    login, name = new_login(login), clean(name)
    if not name:
        raise refuse("access.no_name", value=login)
    made = conn.execute(
        "insert into access.person (login, name, state, client) values (%s, %s, 'active', true) on conflict do nothing"
        " returning id",
        [login, name],
    ).fetchone()
    if made is None:
        raise refuse("access.login_taken", value=login)
    events.note(conn, actor=actor, action="client.added", subject=login, name=name)
    return login


def add(conn: Connection[Any], login: str, wish: Wish, *, actor: str) -> Made:
    """Make a key for an account; on a connection of the owner's.

    Raises:
        Refused: ``access.unknown_person``, or what the wish is refused for.
    """
    person = conn.execute("select id from access.person where login = %s", [login_of(login)]).fetchone()
    if person is None:
        raise refuse("access.unknown_person", value=login)
    made = _kept(conn, wish, "select access.keep_key(%s, %s, {})", [person[0], actor])
    assert made is not None
    return made


def add_own(door: Door, session: str, wish: Wish) -> Made:
    """Make a key for oneself; ``session`` is the token of a session whose password was given lately.

    Raises:
        Refused: ``access.prove_first``, or what the wish is refused for.
    """
    with door.db.app() as conn:
        made = _kept(conn, wish, "select access.add_key(%s, %s, {})", [digest(session), clock.now()])
    if made is None:
        raise refuse("access.prove_first")
    return made


def every(conn: Connection[Any], login: str | None = None) -> list[Key]:
    """All keys, or those of an account, the open ones first; on a connection of the owner's."""
    with conn.cursor(row_factory=class_row(Key)) as cursor:
        return cursor.execute(
            "select k.* from access.keys_listed(null) k where %s::text is null or k.login = %s", [login, login]
        ).fetchall()


def own(door: Door, session: str) -> list[Key]:
    """The keys of whoever's session it is."""
    with door.db.app() as conn, conn.cursor(row_factory=class_row(Key)) as cursor:
        return cursor.execute("select * from access.keys_of(%s, %s)", [digest(session), clock.now()]).fetchall()


def revoke(conn: Connection[Any], number: int, *, actor: str) -> None:
    """End a key at once, whoever's it is; refused with ``access.unknown_key`` where there is none left to end."""
    if conn.execute("select access.end_key(null, %s, %s)", [actor, number]).fetchone() != (True,):
        raise refuse("access.unknown_key", value=number)


def revoke_own(door: Door, session: str, number: int) -> None:
    """End a key of one's own at once; refused likewise for somebody else's."""
    with door.db.app() as conn:
        done = conn.execute("select access.revoke_key(%s, %s, %s)", [digest(session), clock.now(), number]).fetchone()
    if done != (True,):
        raise refuse("access.unknown_key", value=number)


_ASKED = "%s, %s, %s, %s::text[], %s::bigint, %s, %s, %s"


def _kept(conn: Connection[Any], wish: Wish, call: str, first: list[Any]) -> Made | None:
    _expect(wish)
    secret = token()
    asked = [wish.name, digest(secret), list(wish.verbs), _registers(conn, wish), _area(conn, wish.area), wish.clear,
             wish.per_minute, wish.days]  # fmt: skip
    try:
        row = conn.execute(made_sql(call.format(_ASKED)), [*first, *asked]).fetchone()
    except errors.UniqueViolation as error:
        raise refuse("access.key_name_taken", value=wish.name) from error
    except errors.Error as error:
        if error.sqlstate == "TS013":
            raise refuse("access.too_many_keys") from error
        raise
    return None if row is None or row[0] is None else Made(row[0], f"tinhso_{row[0]}_{secret}")


def _expect(wish: Wish) -> None:
    if not _name.fullmatch(wish.name):
        raise refuse("access.key_name", value=wish.name)
    if not wish.verbs:
        raise refuse("access.key_verbs", verbs=", ".join(VERBS))
    for verb in wish.verbs:
        if verb not in VERBS:
            raise refuse("access.unknown_verb", value=verb, verbs=", ".join(VERBS))
    if not 1 <= wish.days <= LONGEST:
        raise refuse("access.key_days", value=wish.days, most=LONGEST)
    if not 1 <= wish.per_minute <= FASTEST:
        raise refuse("access.key_rate", value=wish.per_minute, most=FASTEST)


def _registers(conn: Connection[Any], wish: Wish) -> list[str] | None:
    known = {name for (name,) in conn.execute("select register from registers.register").fetchall()}
    for name in wish.registers:
        if name not in known:
            raise refuse("access.unknown_register", value=name)
    return sorted(set(wish.registers)) or None


def _area(conn: Connection[Any], code: str | None) -> int | None:
    if not code:
        return None
    found = conn.execute("select area from areas.tree where code = %s", [code]).fetchone()
    if found is None:
        raise refuse("access.unknown_area", value=code)
    return int(found[0])
