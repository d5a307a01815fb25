"""Roles and purposes as they stand in the database: those of the pack, and what was edited on screen since."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import msgspec
import yaml

from tinhso.access import events
from tinhso.access.declaration import Purpose, Role
from tinhso.foundation.database import Connection, errors
from tinhso.foundation.problems import refuse

PACK = "pack"
"""The actor of what applying a pack changes."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A role in force, and as the pack declared it (None where a pack never did)."""

    role: Role
    packed: Role | None

    @property
    def edited(self) -> bool:
        """Whether somebody changed it on screen since the pack was applied."""
        return self.role != self.packed


def every(conn: Connection) -> dict[str, Kept]:
    """All roles by name."""
    rows = conn.execute("select role, declaration::text, packed::text from access.role order by role").fetchall()
    return {name: Kept(decoded(text), decoded(packed) if packed else None) for name, text, packed in rows}


def purposes(conn: Connection) -> dict[str, Purpose]:
    """All purposes by name."""
    rows = conn.execute("select purpose, declaration::text from access.purpose order by purpose").fetchall()
    return {name: msgspec.json.decode(text, type=Purpose) for name, text in rows}


def change(conn: Connection, role: Role) -> None:
    """Put a role in force as somebody edited it; the transaction's scope must administer everywhere."""
    text = msgspec.json.encode(role).decode()
    try:
        conn.execute("select access.change_role(%s, %s)", [role.role, text])
    except errors.Error as error:
        raise refused(error) from error


def written(name: str, text: str) -> Role:
    """A role as somebody wrote it in YAML, the shape of ``access/roles.yaml``; refused with the first fault."""
    try:
        document = yaml.safe_load(text)
        role = msgspec.convert({**document, "role": name} if isinstance(document, dict) else document, Role)
    except (yaml.YAMLError, msgspec.ValidationError) as error:
        raise refuse("access.role_not_understood", value=" ".join(str(error).split())[:300]) from error
    return role


def as_yaml(role: Role) -> str:
    """A role as ``written`` reads it, without its name."""
    document = {name: value for name, value in msgspec.to_builtins(role).items() if name != "role" and value}
    return str(yaml.safe_dump(document, allow_unicode=True, sort_keys=False, width=100))


def apply(conn: Connection, roles: Iterable[Role], declared: Iterable[Purpose]) -> None:
    """Bring roles and purposes to a pack's (as owner). A role edited on screen stays as it was edited."""
    known = every(conn)
    for purpose in declared:
        text = msgspec.json.encode(purpose).decode()
        done = conn.execute(
            "insert into access.purpose as p values (%s, %s) on conflict (purpose) do update set"
            " declaration = excluded.declaration where p.declaration::text <> excluded.declaration::text",
            [purpose.purpose, text],
        )
        if done.rowcount:
            events.note(conn, actor=PACK, action="purpose", subject=purpose.purpose)
    for role in roles:
        kept = known.get(role.role)
        if kept is not None and (kept.role == role or kept.edited):
            continue
        _keep(conn, role)


def _keep(conn: Connection, role: Role) -> None:
    text = msgspec.json.encode(role).decode()
    try:
        conn.execute(
            "insert into access.role (role, declaration, packed, changed_by) values (%s, %s, %s, %s)"
            " on conflict (role) do update set declaration = excluded.declaration, packed = excluded.packed,"
            " changed_by = excluded.changed_by, changed_at = clock_timestamp()",
            [role.role, text, text, PACK],
        )
    except errors.Error as error:
        raise refused(error) from error
    events.note(conn, actor=PACK, action="role", subject=role.role, declaration=msgspec.to_builtins(role))


def refused(error: errors.Error) -> Exception:
    """The refusal that an error of the database's own guards means, or the error itself."""
    codes = {"TS003": "access.may_not_administer", "TS010": "access.last_administrator", "TS011": "access.own_grant",
             "TS015": "access.program_administers"}  # fmt: skip
    code = codes.get(error.sqlstate or "")
    return refuse(code) if code else error


@lru_cache(maxsize=256)
def decoded(text: str) -> Role:
    """A role of its JSON; the same text is read once."""
    return msgspec.json.decode(text, type=Role)
