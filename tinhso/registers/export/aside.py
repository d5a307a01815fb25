"""Long files, made one after another by a process of their own: pages stay quick, and its memory goes with it.

A thread of the server waits for its turn, starts the process, and says so where it died. The process is told
everything over its standard input and ends with whoever started it.
"""

from __future__ import annotations

import logging
import pickle
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from threading import Semaphore, Thread

from tinhso.access.scope import Scope
from tinhso.foundation import parents
from tinhso.foundation.database import Database
from tinhso.foundation.problems import Problem, Refused
from tinhso.registers import export as exports
from tinhso.registers.export import kept
from tinhso.registers.export.kept import Export
from tinhso.registers.export.wish import Wish

SHORT = 5_000
"""Up to so many records a file is made while its maker waits: a second or two."""
EVERY = 1.0
"""Seconds between two words about how far it is."""
PATIENCE = 20.0
"""Seconds after which one that waits for its turn says that it still does."""
_turn = Semaphore(1)
_log = logging.getLogger("tinhso.export")


@dataclass(frozen=True, slots=True)
class Task:
    """What the process is told."""

    dsn_app: str
    dsn_owner: str
    home: Path
    export: int
    wish: Wish
    scope: Scope


def begin(db: Database, home: Path, asked: Export, wish: Wish, *, scope: Scope) -> Thread | None:
    """Have a file made: at once where it is short, else beside whatever else is done; the thread that waits for it."""
    task = Task(db.dsn_app, db.dsn_owner, home, asked.id, wish, scope)
    if asked.total <= SHORT:
        make(db, task)
        return None
    thread = Thread(target=_waited, args=(db, task), name=f"export-{asked.id}", daemon=True)
    thread.start()
    return thread


def make(db: Database, task: Task) -> None:
    """Write the file and keep how far it is. A refusal is kept with it."""
    path, last = kept.place(task.home, task.export), time.monotonic()
    _tell(db, task, "running", 0)

    def told(done: int, count: int) -> None:
        nonlocal last
        if time.monotonic() - last >= EVERY:
            last = time.monotonic()
            _tell(db, task, "running", done)

    try:
        done = exports.write(db, task.wish, path, scope=task.scope, told=told)
    except BaseException as error:
        path.unlink(missing_ok=True)
        problem = error.problems[0] if isinstance(error, Refused) else Problem("registers.export_broken")
        _tell(db, task, "failed", problem=problem)
        if not isinstance(error, Refused):
            raise
    else:
        _tell(db, task, "done", done)


def _tell(db: Database, task: Task, state: str, done: int | None = None, problem: Problem | None = None) -> None:
    with db.app(task.scope.settings()) as conn:
        kept.told(conn, task.export, state, done, problem)


def _waited(db: Database, task: Task) -> None:
    """Wait for the turn, have the process do it, and say so where it could not."""
    while not _turn.acquire(timeout=PATIENCE):
        _tell(db, task, "waiting")
    try:
        command = [sys.executable, "-m", __name__]
        done = subprocess.run(command, input=pickle.dumps(task), capture_output=True)
        if done.returncode:
            _log.error("export %s: %s", task.export, done.stderr.decode("utf-8", "replace")[-4000:])
            kept.place(task.home, task.export).unlink(missing_ok=True)
            _tell(db, task, "failed", problem=Problem("registers.export_broken"))
    except Exception:  # the page shows it as interrupted
        _log.exception("export %s", task.export)
    finally:
        _turn.release()


def _work() -> None:
    parents.leave_with_parent()
    task: Task = pickle.load(sys.stdin.buffer)  # nosec B301
    with Database(dsn_app=task.dsn_app, dsn_owner=task.dsn_owner) as db:
        make(db, task)


if __name__ == "__main__":
    _work()
