"""Files that belong to a record: a picture, a scanned paper. The bytes lie in the store of files under their SHA-256;
who put one there or took it off, when and why, stays and is noted among the events.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import datetime

from tinhso.access.readings import Seen
from tinhso.access.scope import Scope
from tinhso.foundation import text
from tinhso.foundation.database import SQL, Connection, errors, ident, made_sql
from tinhso.foundation.files import Files
from tinhso.foundation.problems import refuse
from tinhso.registers import attachment_kinds, looking
from tinhso.registers.declaration import Declaration

NAME_LENGTH, NOTE_LENGTH = 120, 500
MOST = 50
"""Files of one record at most."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of a record. ``taken_at``, ``taken_by`` and ``why`` tell that it was taken off."""

    id: int
    name: str
    sha256: str
    media_type: str
    size: int
    note: str
    actor: str
    at: datetime
    taken_at: datetime | None = None
    taken_by: str | None = None
    why: str | None = None


def of(conn: Connection, declaration: Declaration, record: int, *, scope: Scope) -> list[Attachment]:
    """The files of a record, those taken off too, newest first."""
    _standing(conn, declaration, record, scope, "read")
    rows = conn.execute(_LISTED + " order by a.id desc", (declaration.register, record)).fetchall()
    return [Attachment(*row) for row in rows]


def one(conn: Connection, declaration: Declaration, record: int, attachment: int, *, scope: Scope) -> Attachment:
    """A file to hand out; that it was looked at is noted."""
    found = _one(conn, declaration, record, attachment, scope, "read")
    seen = _standing(conn, declaration, record, scope, "read")
    looking.at_record(conn, declaration, seen, scope=scope, action="attachment")
    return found


def add(
    conn: Connection, files: Files, declaration: Declaration, record: int, content: bytes, name: str, note: str, *,
    scope: Scope,
) -> int:  # fmt: skip
    """Keep a file with a record; gives its number. The same file twice is kept once and refused."""
    _standing(conn, declaration, record, scope, "propose")
    kind = attachment_kinds.kind_of(content, name)
    kept = [each for each in of(conn, declaration, record, scope=scope) if each.taken_at is None]
    if len(kept) >= MOST:
        raise refuse("registers.attachment_many", value=name, most=MOST)
    stored = files.put(io.BytesIO(content))
    if any(each.sha256 == stored.sha256 for each in kept):
        raise refuse("registers.attachment_twice", value=name)
    shown, said = named(name, kind), text.clean(note)[:NOTE_LENGTH]
    asked = (declaration.register, record, stored.sha256, shown, kind, stored.size, said, scope.actor)
    return _written(conn, _ADD, asked)


def remove(
    conn: Connection, declaration: Declaration, record: int, attachment: int, reason: str, *, scope: Scope
) -> None:
    """Take a file off a record. It stays in the store, for history tells of it, and is handed out no more."""
    _one(conn, declaration, record, attachment, scope, "propose")
    if not reason.strip():
        raise refuse("registers.attachment_no_reason")
    _written(conn, _REMOVE, (attachment, scope.actor, text.clean(reason)[:NOTE_LENGTH]))


_LISTED = """
select a.id, a.name, a.sha256, a.media_type, a.size, a.note, a.actor, a.at, d.at, d.actor, d.reason
from workbench.attachment a left join workbench.detachment d on d.attachment = a.id
where a.register = %s and a.record = %s
"""
_ADD = """
insert into workbench.attachment (register, record, sha256, name, media_type, size, note, actor)
values (%s, %s, %s, %s, %s, %s, %s, %s) returning id
"""
_REMOVE = "insert into workbench.detachment (attachment, actor, reason) values (%s, %s, %s) returning attachment"


def _written(conn: Connection, query: str, params: tuple[object, ...]) -> int:
    try:
        row = conn.execute(made_sql(query), params).fetchone()
    except errors.InsufficientPrivilege as error:
        raise refuse("registers.outside_scope") from error
    assert row is not None
    return int(row[0])


def _one(
    conn: Connection, declaration: Declaration, record: int, attachment: int, scope: Scope, verb: str
) -> Attachment:
    _standing(conn, declaration, record, scope, verb)
    row = conn.execute(_LISTED + " and a.id = %s", (declaration.register, record, attachment)).fetchone()
    if row is None or row[8] is not None:
        raise refuse("registers.unknown_attachment", value=attachment)
    return Attachment(*row)


def _standing(conn: Connection, declaration: Declaration, record: int, scope: Scope, verb: str) -> Seen:
    """Where the record stands; refused where the scope may not read it there, or not do that."""
    name = declaration.register
    read, may = made_sql(scope.predicate(name)), made_sql(scope.predicate(name, verb=verb))
    query = SQL("select id, area, place, {} from registers.{} where id = %s and {}").format(may, ident(name), read)
    row = conn.execute(query, (record,)).fetchone()
    if row is None:
        raise refuse("registers.unknown_record", value=record, register=name)
    if not row[3]:
        raise refuse("registers.may_not", actor=scope.actor, verb=verb, register=name)
    return Seen(row[0], row[1], row[2])


def named(name: str, kind: attachment_kinds.MediaType) -> str:
    """The sender's name with the ending that the content has."""
    ending = attachment_kinds.ENDINGS[kind]
    stem = text.clean(name).replace("\\", "/").rpartition("/")[2]
    stem = stem.rpartition(".")[0] or stem
    return f"{stem[: NAME_LENGTH - len(ending)] or '?'}{ending}"
