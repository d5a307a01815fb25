"""History: every version of a record with the change set that brought it, and the register as of a commit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tinhso.access.readings import Seen
from tinhso.access.scope import Scope
from tinhso.foundation.database import SQL, Composable, Connection, ident, made_sql
from tinhso.foundation.problems import refuse
from tinhso.registers import looking
from tinhso.registers.declaration import Declaration
from tinhso.registers.masking import Mask
from tinhso.registers.records import visible_fields


@dataclass(frozen=True, slots=True)
class Erasure:
    """That a version's content was erased: by which change set, when, by whom, why."""

    change_set: int
    at: datetime
    actor: str
    reason: str


@dataclass(frozen=True, slots=True)
class Ending:
    """That a version's record was taken out of the register: by which change set, when, by whom, by which way, why."""

    change_set: int
    at: datetime
    author: str
    way: str
    reason: str | None
    proposer: str | None = None


@dataclass(frozen=True, slots=True)
class Version:
    """One version: its number, values, the change set that brought it and where in which file it stood.

    Of an ``erased`` version the values are all ``None``.
    """

    version: int
    change_set: int
    at: datetime
    author: str
    way: str
    reason: str | None
    file: str | None
    sheet: str | None
    row: int | None
    ended_by: int | None
    ended_as: str | None
    values: Mapping[str, Any]
    erased: Erasure | None = None
    gone: Ending | None = None
    """Where ``ended_as`` is ``gone``."""
    area: int | None = None
    proposer: str | None = None
    """Who proposed it, where the author approved it."""


@dataclass(frozen=True, slots=True)
class ChangeSetInfo:
    """One line of the list of change sets."""

    id: int
    register: str
    author: str
    way: str
    file_name: str | None
    reason: str | None
    at: datetime
    new: int
    changed: int
    gone: int
    same: int
    undoes: int | None
    undone_by: int | None
    """The set that took this one back, as long as that holds."""


def versions(conn: Connection, declaration: Declaration, record: int, *, scope: Scope) -> list[Version]:
    """All versions of a record, newest first."""
    fields = visible_fields(declaration, scope)
    query = SQL(_VERSIONS).format(**_names(declaration, scope, fields))
    asked = (declaration.register, record, record, record, declaration.register, record)
    rows = conn.execute(query, asked).fetchall()
    if not rows:
        raise refuse("registers.unknown_record", value=record, register=declaration.register)
    looking.at_record(conn, declaration, Seen(record, rows[0][16], rows[0][11]), scope=scope)
    mask = Mask(declaration, scope)
    return [_version(fields, mask, row) for row in rows]


def _version(fields: list[str], mask: Mask, row: tuple[Any, ...]) -> Version:
    erased = Erasure(*row[12:16]) if row[12] is not None else None
    values = mask.row(dict(zip(fields, row[24:], strict=True)), row[11])
    gone = Ending(*(*row[17:22], row[23])) if row[10] == "gone" and row[17] is not None else None
    return Version(*(*row[:11], values, erased, gone, row[16], row[22]))


_KEPT = ("id", "key", "area", "place", "version", "change_set", "origin", "source_sheet", "source_row")


def _names(declaration: Declaration, scope: Scope, fields: list[str]) -> dict[str, Composable]:
    """What the queries below leave open; columns are named, for the two tables may hold them in other orders."""
    return {
        "register": ident(declaration.register),
        "scope": made_sql(scope.predicate(declaration.register, "v.place")),
        "columns": SQL(", ").join(SQL("v.{}").format(ident(name)) for name in fields),
        "kept": SQL(", ").join(ident(name) for name in (*_KEPT, *fields)),
    }


_VERSIONS = """
with told as materialized (select * from registers.told(%s, array[%s::bigint]))
select v.version, v.change_set, s.at, s.author, s.way, s.reason, o.file_name,
  o.sheets[v.source_sheet + 1], v.source_row, v.until_change_set, v.op, v.place,
  e.change_set, e.at, e.actor, e.reason, v.area, u.change_set, u.at, u.author, u.way, u.reason,
  s.proposer, u.proposer, {columns}
from (
  select {kept}, null::bigint as until_change_set, null::text as op from registers.{register} where id = %s
  union all select {kept}, until_change_set, op from history.{register} where id = %s
) v join told s on s.change_set = v.change_set join told o on o.change_set = v.origin
left join told u on u.change_set = v.until_change_set and v.op = 'gone'
left join privacy.erased e on e.register = %s and e.record = %s and e.version = v.version
where {scope} order by v.version desc, v.until_change_set desc nulls first
"""


def as_of(
    conn: Connection, declaration: Declaration, leaf: int, *, scope: Scope, verb: str = "read"
) -> list[Mapping[str, Any]]:
    """The records as they were known after the commit with that leaf, in order of id; those that the scope may read,
    and with another verb only where that holds too. Erased ones are left out."""
    fields = visible_fields(declaration, scope)
    also = made_sql(scope.predicate(declaration.register, "v.place", verb))
    query = SQL(_AS_OF).format(also=also, **_names(declaration, scope, fields))
    names, mask = ["id", "key", "area", "version", "change_set", *fields], Mask(declaration, scope)
    rows = conn.execute(query, (leaf, leaf)).fetchall()
    seen = [Seen(row[1], row[3], row[0]) for row in rows]
    action = "as_of" if verb == "read" else verb
    looking.at_several(conn, declaration, seen, scope=scope, action=action, verb=verb)
    return [mask.row(dict(zip(names, row[1:], strict=True)), row[0]) for row in rows]


_AS_OF = """
select v.place, v.id, v.key, v.area, v.version, v.change_set, {columns}
from (
  select {kept}, null::bigint as until_change_set from registers.{register}
  union all select {kept}, until_change_set from history.{register}
) v
join registers.leaf b on b.change_set = v.change_set and b.leaf <= %s
left join registers.leaf e on e.change_set = v.until_change_set
where (e.leaf is null or e.leaf > %s) and v.key is not null and {scope} and {also} order by v.id
"""


def moments(conn: Connection, change_sets: Iterable[int]) -> dict[int, datetime]:
    """When change sets were committed; that is told to everybody (``registers.leaf``)."""
    query = "select change_set, at from registers.leaf where change_set = any(%s)"
    return dict(conn.execute(query, (sorted(change_sets),)).fetchall())


def leaf_at(conn: Connection, moment: datetime) -> int:
    """The last leaf committed at or before a moment; 0 when there was none."""
    row = conn.execute("select coalesce(max(leaf), 0) from registers.leaf where at <= %s", (moment,)).fetchone()
    return int(row[0]) if row else 0


def change_sets(
    conn: Connection, *, scope: Scope, register: str | None = None, before: int | None = None, size: int = 50
) -> list[ChangeSetInfo]:
    """Change sets, newest first: of registers that the scope may read in the whole tree, and those its holder made."""
    query = SQL(_CHANGE_SETS).format(whole=made_sql(scope.registers("s.register")))
    params = {"register": register, "before": before, "size": size, "actor": scope.actor}
    rows = conn.execute(query, params).fetchall()
    by = undone(conn, [row[0] for row in rows])
    return [ChangeSetInfo(*(*row, by.get(row[0]))) for row in rows]


def undone(conn: Connection, change_sets: Sequence[int]) -> dict[int, int]:
    """Which of these change sets are taken back, and by which one; not those whose undoing was itself taken back.

    A set can be taken back again once its undoing was, so the newest act of each counts.
    """
    rows = conn.execute(_UNDONE, (list(change_sets),)).fetchall()
    return dict(rows)


_UNDONE = """
with recursive act as materialized (
  select undoes, max(id) as id from registers.change_set where undoes is not null group by undoes
), chain as (
  select base, act.id, act.id as by, 1 as depth from unnest(%s::bigint[]) base join act on act.undoes = base
  union all select c.base, act.id, c.by, c.depth + 1 from chain c join act on act.undoes = c.id
)
select base, by from chain group by base, by having max(depth) %% 2 = 1
"""


_CHANGE_SETS = """
select s.id, s.register, s.author, s.way, s.file_name, s.reason, s.at, s.new_count, s.changed_count, s.gone_count,
  s.same_count, s.undoes
from registers.change_set s
where ({whole} or s.author = %(actor)s) and (%(register)s::text is null or s.register = %(register)s)
  and (%(before)s::bigint is null or s.id < %(before)s)
order by s.id desc limit %(size)s
"""
