"""Carry a register's records out as CSV, now or as they were known at a moment."""

from __future__ import annotations

import csv
import os
from datetime import datetime
from pathlib import Path

import polars as pl

from tinhso.access.scope import Scope
from tinhso.foundation.database import SQL, Database, frame, ident, made_sql
from tinhso.foundation.problems import refuse
from tinhso.registers import changes, declared, history
from tinhso.registers.masking import Mask
from tinhso.registers.records import visible_fields


def write_csv(db: Database, register: str, file: Path, *, scope: Scope, as_of: datetime | None = None) -> int:
    """Write the records of the scope to a file with English field names as headings; returns how many."""
    changes.demand(scope, "export", register)
    if file.is_dir() or not os.access(file if file.exists() else file.absolute().parent, os.W_OK):
        raise refuse("registers.file_not_writable", value=file)
    with db.app(scope.settings()) as conn:
        declaration = declared.one(conn, register)
        fields = visible_fields(declaration, scope)
        if as_of is not None:
            leaf = history.leaf_at(conn, as_of)
            known = history.as_of(conn, declaration, leaf, scope=scope, verb="export")
            return _write_rows(file, fields, [[row[name] for name in fields] for row in known])
        columns = SQL(", ").join(ident(name) for name in (*fields, "place"))
        where = made_sql(f"{scope.predicate(register)} and {scope.predicate(register, verb='export')}")
        query = SQL("select {} from registers.{} where {} order by id").format(columns, ident(register), where)
        told = frame(conn, query, schema=dict.fromkeys(fields, pl.String) | {"place": pl.Int64})
        rows = Mask(declaration, scope).columns(told).drop("place")
    rows.write_csv(file, include_bom=True)
    return rows.height


def _write_rows(file: Path, fields: list[str], rows: list[list[object]]) -> int:
    with file.open("w", encoding="utf-8-sig", newline="") as target:
        writer = csv.writer(target)
        writer.writerow(fields)
        writer.writerows(rows)
    return len(rows)
