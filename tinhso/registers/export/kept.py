"""Files that somebody asked for: how far each is, and the file itself for a day, for its maker alone.

The file lies in ``exports`` of the house's folder. It is not handed out any more once its maker may see other things
than when it was made, or content of the register was erased.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec

from tinhso.access.scope import Scope
from tinhso.foundation import clock
from tinhso.foundation.database import Connection
from tinhso.foundation.problems import Problem, refuse
from tinhso.registers import changes, declared
from tinhso.registers.clauses import ONLY
from tinhso.registers.export.streaming import total
from tinhso.registers.export.wish import Format, Wish

KEPT = timedelta(days=1)
SILENT = timedelta(minutes=2)
"""After so long without a word whoever wrote the file is taken for dead."""
AT_ONCE = 3
"""Files of one person that may be unfinished at a time."""
FOLDER = "exports"
_UNFINISHED = ("waiting", "running")


@dataclass(frozen=True, slots=True)
class Export:
    """``state``: waiting, running, done, failed, interrupted (nobody writes it any more) or over (the day is)."""

    id: int
    register: str
    format: Format
    reason: str
    file_name: str
    state: str
    total: int
    done: int
    problem: Mapping[str, Any] | None
    asked_at: datetime
    begun_at: datetime | None
    made_at: datetime | None
    rights: str
    now: datetime

    @property
    def unfinished(self) -> bool:
        """Whether somebody is still writing it."""
        return self.state in _UNFINISHED

    @property
    def until(self) -> datetime | None:
        """Until when the file can be had."""
        return self.made_at + KEPT if self.made_at else None

    @property
    def seconds_left(self) -> float | None:
        """How long it will take from now on, where that can be told."""
        if self.state != "running" or not self.done or self.begun_at is None:
            return None
        return (self.now - self.begun_at).total_seconds() / self.done * max(0, self.total - self.done)


def asked(conn: Connection, wish: Wish, *, scope: Scope) -> Export:
    """Open a file for a wish, with what ``only`` means right now among its filters (it is counted, not kept); refused
    without the verb, and where too many are unfinished."""
    changes.demand(scope, "export", wish.register)
    declaration = declared.one(conn, wish.register)
    if sum(each.unfinished for each in recent(conn)) >= AT_ONCE:
        raise refuse("registers.too_many_exports", count=AT_ONCE)
    count = total(conn, declaration, wish, scope=scope)
    name = f"{wish.register}-{clock.today():%Y-%m-%d}.{wish.format}"
    row = conn.execute(
        "insert into registers.export (register, wish, rights, file_name, total) values (%s, %s, %s, %s, %s)"
        " returning id",
        (wish.register, msgspec.json.encode(_kept(wish)).decode(), rights(scope, wish.register), name, count),
    ).fetchone()
    assert row is not None
    return one(conn, row[0])


def _kept(wish: Wish) -> Wish:
    filters = {name: wanted for name, wanted in wish.filters.items() if name != ONLY}
    return msgspec.structs.replace(wish, filters=filters)


def one(conn: Connection, export: int) -> Export:
    """Somebody's own file by number; refused where it is another's or none."""
    found = _select(conn, export, 1)
    if not found:
        raise refuse("registers.unknown_export", value=export)
    return found[0]


def recent(conn: Connection, size: int = 20) -> list[Export]:
    """Somebody's own latest files, newest first."""
    return _select(conn, None, size)


def told(conn: Connection, export: int, state: str, done: int | None = None, problem: Problem | None = None) -> None:
    """Keep how far a file is; that somebody is at it is kept too."""
    said = None if problem is None else msgspec.json.encode(problem.as_json()).decode()
    conn.execute(
        "update registers.export set state = %s, done = coalesce(%s, done), problem = %s, beat_at = clock_timestamp(),"
        " begun_at = coalesce(begun_at, case when %s = 'running' then clock_timestamp() end),"
        " made_at = case when %s = 'done' then clock_timestamp() end where id = %s",
        (state, done, said, state, state, export),
    )


def place(home: Path, export: int) -> Path:
    """Where a file lies, or shall lie."""
    folder = home / FOLDER
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder / f"{export}"


def fetched(conn: Connection, home: Path, export: int, *, scope: Scope) -> tuple[Export, Path]:
    """A finished file for its maker; refused where it is not, not any more, or must be made again."""
    found, path = one(conn, export), place(home, export)
    changes.demand(scope, "export", found.register)
    if found.unfinished or found.state in ("failed", "interrupted"):
        raise refuse("registers.export_unfinished", value=export)
    row = conn.execute("select registers.erased_since(%s, %s)", (found.register, found.asked_at)).fetchone()
    moved = found.rights != rights(scope, found.register) or (row is not None and row[0])
    if found.state == "over" or moved or not path.is_file():
        path.unlink(missing_ok=True)
        raise refuse("registers.export_over", value=export)
    return found, path


def sweep(home: Path) -> int:
    """Delete the files whose day is over; how many they were."""
    gone, oldest = 0, time.time() - KEPT.total_seconds()
    for path in (home / FOLDER).glob("*") if (home / FOLDER).is_dir() else ():
        if path.is_file() and path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)
            gone += 1
    return gone


def rights(scope: Scope, register: str) -> str:
    """A digest of what somebody may carry out of a register."""
    reach = scope.reach(register)
    verbs = [scope.ranges(register, verb) for verb in ("read", "export")]
    return sha256(msgspec.json.encode([scope.actor, verbs, sorted(reach.unmasked.items())])).hexdigest()


def _select(conn: Connection, export: int | None, size: int) -> list[Export]:
    return [_export(*row) for row in conn.execute(_OWN, {"export": export, "size": size}).fetchall()]


_OWN = """
select id, register, wish ->> 'format', coalesce(wish ->> 'reason', ''), file_name, state, total, done, problem,
  asked_at, begun_at, made_at, rights, beat_at, clock_timestamp()
from registers.export
where maker = access.actor() and (%(export)s::bigint is null or id = %(export)s) order by id desc limit %(size)s
"""


def _export(*row: Any) -> Export:
    number, register, form, reason, name, state, count, done, problem, at, begun, made, digest, beat, now = row
    if state in _UNFINISHED and now - beat > SILENT:
        state = "interrupted"
    if state == "done" and now - made > KEPT:
        state = "over"
    return Export(number, register, form, reason, name, state, count, done, problem, at, begun, made, digest, now)
