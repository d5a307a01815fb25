"""People with grants in the small province, given by the station."""

from __future__ import annotations

from typing import Any

from tinhso.access import giving, grants, roles
from tinhso.access.declaration import Basis, Purpose, Role, Text
from tinhso.foundation.database import Database

SAID = Text("Vai trò", "Role")
ROLES = (
    Role("reader", SAID, {"read": ("people",)}),
    Role("writer", SAID, {"read": ("people",), "propose": ("people",), "approve": ("people",)}, {"people": ("phone",)}),
    Role("leader", SAID, {"read": "*"}, reveal={"*": ("*",)}),
    Role("clerk", SAID, administer=True),
)
PURPOSES = (Purpose("work", SAID, (Basis("Luật A"),)),)


def station(db: Database, call: Any, *args: Any, **named: Any) -> Any:
    with db.app(grants.station().settings()) as conn:
        return call(conn, *args, **named)


def add(db: Database, *logins: str, state: str = "active") -> None:
    with db.owner() as conn:
        for login in logins:
            conn.execute("insert into access.person (login, name, state) values (%s, %s, %s)", [login, login, state])


def declare(db: Database) -> None:
    with db.owner() as conn:
        roles.apply(conn, ROLES, PURPOSES)


def give(db: Database, login: str, role: str, area: str, **named: Any) -> int:
    return int(station(db, giving.give, login, role, area, "work", **named))
