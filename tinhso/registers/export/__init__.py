"""Carry a register's records out: a list exactly as it was narrowed, or the records as they were known at a moment.

``wish`` what is asked for · ``streaming`` records a portion at a time · ``layout`` headings, names, types ·
``workbook``, ``texts``, ``tables``, ``maps`` the kinds of file · ``kept`` files that wait a day for their maker ·
``aside`` long ones, made by a process of their own.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path

import msgspec
import polars as pl

from tinhso.access.scope import Scope
from tinhso.foundation.database import Database
from tinhso.foundation.problems import refuse
from tinhso.registers import changes, declared, history
from tinhso.registers.clauses import ONLY
from tinhso.registers.export import maps, tables, texts, workbook
from tinhso.registers.export.layout import Layout
from tinhso.registers.export.streaming import portions, total
from tinhso.registers.export.wish import FORMATS, MEDIA_TYPES, Format, Wish
from tinhso.registers.quality import behind
from tinhso.registers.records import visible_fields

__all__ = ["FORMATS", "MEDIA_TYPES", "Format", "Wish", "resolved", "write", "write_as_of", "write_csv"]

Opened = Callable[[Path, Layout, int], AbstractContextManager[Callable[[pl.DataFrame], None]]]
OPENED: dict[Format, Opened] = {
    "xlsx": workbook.opened, "csv": texts.opened, "parquet": tables.opened, "geojson": maps.opened
}  # fmt: skip


def write(
    db: Database, wish: Wish, file: Path, *, scope: Scope, told: Callable[[int, int], None] = lambda done, all: None
) -> int:
    """Write a list's records to a file, in the list's order; returns how many. Memory is that of one portion.

    ``told`` hears after each portion how many are written, of how many. Refused without the verb ``export``.
    """
    changes.demand(scope, "export", wish.register)
    _expect_writable(file)
    wish, done = resolved(db, wish, scope=scope), 0
    with db.app(scope.settings()) as conn:
        declaration = declared.one(conn, wish.register)
        layout = Layout.read(conn, declaration, wish, scope=scope)
        count = total(conn, declaration, wish, scope=scope)
        with OPENED[wish.format](file, layout, count) as add:
            for frame in portions(conn, declaration, wish, layout.fields, scope=scope):
                add(frame)
                done += frame.height
                told(done, max(count, done))
    return done


def resolved(db: Database, wish: Wish, *, scope: Scope) -> Wish:
    """The wish with what ``only`` means right now among its filters; to be carried out, not to be kept."""
    if not wish.only:
        return wish
    with db.app(scope.settings()) as conn:
        declaration = declared.one(conn, wish.register)
    asked = behind.clause(db, declaration, wish.only, scope=scope)
    return msgspec.structs.replace(wish, filters={**wish.filters, ONLY: asked})


def write_csv(db: Database, register: str, file: Path, *, scope: Scope, as_of: datetime | None = None) -> int:
    """Write the records of the scope as CSV with English field names as headings; returns how many.

    That they are carried out is noted with them.
    """
    if as_of is None:
        return write(db, Wish(register, "csv", named=True), file, scope=scope)
    return write_as_of(db, register, file, as_of, scope=scope)


def write_as_of(db: Database, register: str, file: Path, as_of: datetime, *, scope: Scope) -> int:
    """The same as they were known at a moment."""
    changes.demand(scope, "export", register)
    _expect_writable(file)
    with db.app(scope.settings()) as conn:
        declaration = declared.one(conn, register)
        fields = visible_fields(declaration, scope)
        known = history.as_of(conn, declaration, history.leaf_at(conn, as_of), scope=scope, verb="export")
    with file.open("w", encoding="utf-8-sig", newline="") as target:
        writer = csv.writer(target)
        writer.writerow(fields)
        writer.writerows(_plain([row[name] for name in fields]) for row in known)
    return len(known)


def _plain(row: list[object]) -> Iterator[object]:
    """Cells that no spreadsheet takes for a formula."""
    return (f"'{value}" if isinstance(value, str) and value[:1] in "=+-@\t\r" and value else value for value in row)


def _expect_writable(file: Path) -> None:
    if file.is_dir() or not os.access(file if file.exists() else file.absolute().parent, os.W_OK):
        raise refuse("registers.file_not_writable", value=file)
