"""Carry a register's records out as CSV, now or as they were known at a moment."""

from __future__ import annotations

import csv
import os
from datetime import datetime
from pathlib import Path

import polars as pl

from tinhso.access.readings import Seen
from tinhso.access.scope import Scope
from tinhso.foundation.database import SQL, Connection, Database, frame, ident, made_sql
from tinhso.foundation.problems import refuse
from tinhso.registers import changes, declared, history, looking
from tinhso.registers.declaration import Declaration
from tinhso.registers.masking import Mask
from tinhso.registers.records import visible_fields


def write_csv(db: Database, register: str, file: Path, *, scope: Scope, as_of: datetime | None = None) -> int:
    """Write the records of the scope to a file with English field names as headings; returns how many.

    That they are carried out is noted before the first is written.
    """
    changes.demand(scope, "export", register)
    if file.is_dir() or not os.access(file if file.exists() else file.absolute().parent, os.W_OK):
        raise refuse("registers.file_not_writable", value=file)
    with db.app(scope.settings()) as conn:
        declaration = declared.one(conn, register)
        fields = visible_fields(declaration, scope)
        if as_of is not None:
            known = history.as_of(conn, declaration, history.leaf_at(conn, as_of), scope=scope, verb="export")
        else:
            rows = _now(conn, declaration, fields, scope)
    if as_of is not None:
        return _write_rows(file, fields, [[row[name] for name in fields] for row in known])
    rows.write_csv(file, include_bom=True)
    return rows.height


def _now(conn: Connection, declaration: Declaration, fields: list[str], scope: Scope) -> pl.DataFrame:
    """The records as texts, masked."""
    columns = SQL(", ").join(ident(name) for name in (*fields, *_SEEN))
    name = declaration.register
    where = made_sql(f"{scope.predicate(name)} and {scope.predicate(name, verb='export')}")
    query = SQL("select {} from registers.{} where {} order by id").format(columns, ident(name), where)
    told = frame(conn, query, schema=dict.fromkeys(fields, pl.String) | dict.fromkeys(_SEEN, pl.Int64))
    seen = [Seen(*row) for row in told.select(_SEEN).iter_rows()]
    looking.at_several(conn, declaration, seen, scope=scope, action="export", verb="export")
    return Mask(declaration, scope).columns(told).drop(_SEEN)


_SEEN = ("id", "area", "place")


def _write_rows(file: Path, fields: list[str], rows: list[list[object]]) -> int:
    with file.open("w", encoding="utf-8-sig", newline="") as target:
        writer = csv.writer(target)
        writer.writerow(fields)
        writer.writerows(rows)
    return len(rows)
