"""A record as a form finds it: each of its versions with its true values, to be compared and written back, never shown.

Only of records that the scope may both read and propose to, as for ``records.recalled``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from tinhso.access.scope import Scope
from tinhso.foundation.database import SQL, Connection, ident, made_sql
from tinhso.foundation.problems import refuse
from tinhso.registers.changes import ChangeSet
from tinhso.registers.declaration import Declaration

_SYSTEM = ("id", "version", "key", "place", "change_set")


@dataclass(frozen=True, slots=True)
class Stand:
    """One version of a record. ``gone``: the record left the register with it; ``erased``: its values are all None."""

    record: int
    version: int
    key: str
    place: int
    change_set: int
    gone: bool
    erased: bool
    values: Mapping[str, Any]


def stands(conn: Connection, declaration: Declaration, record: int, *, scope: Scope) -> tuple[Stand, ...]:
    """The versions of a record within the scope, newest first; refused where there is none."""
    fields = SQL(", ").join(SQL("v.{}").format(ident(name)) for name in (*_SYSTEM, *declaration.fields))
    own = " and ".join(scope.predicate(declaration.register, "v.place", verb) for verb in ("read", "propose"))
    query = SQL(_STANDS).format(
        kept=SQL(", ").join(ident(name) for name in (*_SYSTEM, *declaration.fields)), columns=fields,
        register=ident(declaration.register), scope=made_sql(own),
    )  # fmt: skip
    rows = conn.execute(query, (record, record)).fetchall()
    if not rows:
        raise refuse("registers.unknown_record", value=record, register=declaration.register)
    return tuple(_stand(declaration, *row) for row in rows)


_STANDS = """
select coalesce(v.op = 'gone', false), v.erased, {columns} from (
  select {kept}, null::text as op, fingerprint is null as erased from registers.{register} where id = %s
  union all select {kept}, op, fingerprint is null from history.{register} where id = %s
) v where {scope} order by v.version desc, v.op is null desc
"""


def _stand(declaration: Declaration, gone: bool, erased: bool, *row: Any) -> Stand:
    record, version, key, place, change_set, *values = row
    told = dict(zip(declaration.fields, values, strict=True))
    return Stand(record, version, key or "", place, change_set, gone, erased, told)


def of_record(change_set: ChangeSet, stand: Stand, *, taken: str) -> ChangeSet:
    """What rows of a record's own form come to: they change this very record, as it stood, also where its key was
    wrong. Refused as ``taken`` where another record of the scope has the key."""
    rows = change_set.rows
    if rows.is_empty():
        return change_set
    if rows["op"][0] == "changed" and rows["id"][0] != stand.record:
        raise refuse(taken)
    same = rows.with_columns(
        op=pl.lit("changed"), id=pl.lit(stand.record, pl.Int64), base=pl.lit(stand.version, pl.Int64)
    )
    return replace(change_set, rows=same)
