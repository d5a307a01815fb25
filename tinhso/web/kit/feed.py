"""What everybody sees alike, computed once a commit: filled boards and whatever else is made from them."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import replace
from datetime import date, datetime
from threading import Lock
from typing import Any, TypeVar

from tinhso.access import grants
from tinhso.dashboards import boards, withholding
from tinhso.dashboards.boards import FilledBoard
from tinhso.foundation.database import Connection, Database
from tinhso.indicators import states
from tinhso.indicators.states import State

KEPT = 256
"""Answers that are kept at most."""

Made = TypeVar("Made")
_kept: dict[Hashable, tuple[State, Any]] = {}
_lock = Lock()


def kept(db: Database, key: Hashable, make: Callable[[Connection], Made]) -> Made:
    """What ``make`` gives on a public connection, kept until a commit or a new declaration makes it old."""
    with db.app(grants.public_scope().settings()) as conn:
        now = states.read(conn)
        with _lock:
            known = _kept.get(key)
        if known is not None and known[0] == now:
            found: Made = known[1]
            return found
        made = make(conn)
    with _lock:
        if len(_kept) >= KEPT:
            _kept.clear()
        _kept[key] = (now, made)
    return made


def filled(db: Database, board: str, area: str) -> FilledBoard:
    """The board over an area."""
    return kept(db, (board, area), lambda conn: boards.fill(conn, board, area, grants.public_scope()))


def withheld(db: Database, indicator: str, as_at: date) -> frozenset[str]:
    """The areas whose figure the public is not told."""
    scope = grants.public_scope()
    return kept(db, ("withheld", indicator, as_at), lambda conn: withholding.areas(conn, indicator, as_at, scope))


def public(db: Database, filled: FilledBoard) -> FilledBoard:
    """A board as everybody may see it; what of all its figures is withheld is asked for at once."""
    ids, scope = tuple(row.id for row in filled.rows if row.numerator is not None), grants.public_scope()
    away = kept(
        db, ("withheld", ids, filled.as_at),
        lambda conn: {name: withholding.areas(conn, name, filled.as_at, scope) for name in ids},
    )  # fmt: skip
    rows = (withholding.row(row) if row.area in away.get(row.id, ()) else row for row in filled.rows)
    return replace(filled, rows=tuple(rows))


def last_commit(conn: Connection) -> datetime | None:
    """When the last change set became true."""
    row = conn.execute("select max(at) from registers.leaf").fetchone()
    return row[0] if row else None
