"""Boards as everybody sees them, filled once for everybody who looks at the same commit."""

from __future__ import annotations

from datetime import datetime
from threading import Lock

from tinhso.access import grants
from tinhso.dashboards import boards
from tinhso.dashboards.boards import FilledBoard
from tinhso.foundation.database import Connection, Database
from tinhso.indicators import states
from tinhso.indicators.states import State

KEPT = 64
_kept: dict[tuple[str, str], tuple[State, FilledBoard]] = {}
_lock = Lock()


def filled(db: Database, board: str, area: str) -> FilledBoard:
    """The board over an area, kept until a commit or a new declaration makes it old."""
    scope = grants.public_scope()
    with db.app(scope.settings()) as conn:
        now = states.read(conn)
        with _lock:
            known = _kept.get((board, area))
        if known is not None and known[0] == now:
            return known[1]
        made = boards.fill(conn, board, area, scope)
    with _lock:
        if len(_kept) >= KEPT:
            _kept.clear()
        _kept[board, area] = (now, made)
    return made


def last_commit(conn: Connection) -> datetime | None:
    """When the last change set became true."""
    row = conn.execute("select max(at) from registers.change_set where leaf is not null").fetchone()
    return row[0] if row else None
