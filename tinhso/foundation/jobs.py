"""Work for later, kept in the same PostgreSQL: deferred inside a transaction, done only if that one commits.

::

    @jobs.job("indicators.fold")
    def fold(db: Database, part: int) -> None: ...

    jobs.defer(conn, "indicators.fold", part=3)
    with jobs.Worker(db): ...
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from functools import partial
from importlib import resources
from importlib.metadata import version
from threading import Event, Thread
from typing import Any

from procrastinate import App, PsycopgConnector, RetryStrategy, SyncPsycopgConnector
from procrastinate.exceptions import ConnectorException
from procrastinate.schema import SchemaManager

from tinhso.foundation.database import Connection, Database, errors

SCHEMA = "jobs"
RETRIES = RetryStrategy(max_attempts=5, exponential_wait=4)
"""A failed job is tried again after 4, 16, 64 and 256 seconds."""

PAUSE = 5
"""Seconds before a worker that lost its database tries again."""

Jobs = Mapping[str, Callable[..., None]]
"""By name what is called with the database and the deferred arguments."""

logger = logging.getLogger(__name__)
_jobs: dict[str, Callable[..., None]] = {}
_deferring = App(connector=SyncPsycopgConnector())


def job(name: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Declare a job, named ``room.verb``. It is called with the database and the deferred arguments.

    It may run twice (after a crash), so it must do no harm when there is nothing left to do.
    """

    def declare(function: Callable[..., None]) -> Callable[..., None]:
        _jobs[name] = function
        return function

    return declare


def defer(
    conn: Connection[Any], name: str, *, lock: str | None = None, at: datetime | None = None, **arguments: Any
) -> int:
    """Defer a job within the transaction of ``conn``; its number is returned.

    Jobs with the same ``lock`` run one after another. ``at`` is the earliest moment. Arguments must be JSON.
    """
    task = _deferring.configure_task(name, lock=lock, schedule_at=at, connection=conn)
    return task.defer(**arguments)


class Worker:
    """Does the jobs in a thread of this process while its ``with`` block lasts; a running job is finished first.

    ``more`` are jobs of this process beside the declared ones: those that need something of its own, such as its keys.
    """

    def __init__(self, db: Database, concurrency: int = 2, more: Jobs | None = None) -> None:
        self._db, self._concurrency, self._more = db, concurrency, more or {}
        self._loop, self._open = asyncio.new_event_loop(), Event()
        self._thread = Thread(target=self._run, name="tinhso-jobs", daemon=True)

    def __enter__(self) -> Worker:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._open.wait()  # cut off while it connects, its pool would be left behind
        with suppress(RuntimeError):  # its loop is closed already
            self._loop.call_soon_threadsafe(self._work.cancel)
        self._thread.join()

    def _run(self) -> None:
        self._work = self._loop.create_task(self._on_and_on())
        with suppress(asyncio.CancelledError):  # the way it is asked to end
            self._loop.run_until_complete(self._work)
        self._loop.close()

    async def _on_and_on(self) -> None:
        while True:
            try:
                return await _work(self._db, self._open, self._more, concurrency=self._concurrency)
            except (ConnectorException, errors.OperationalError):
                logger.warning("the database went away; the worker comes back in %s s", PAUSE)
                self._open.set()
                await asyncio.sleep(PAUSE)


def run_waiting(db: Database, more: Jobs | None = None) -> None:
    """Do the jobs that wait now, then return; for the terminal and for tests."""
    asyncio.run(_work(db, Event(), more or {}, wait=False))


def install(conn: Connection[Any]) -> None:
    """Make the job tables, or bring them to the installed library's version."""
    if installed(conn):
        return
    found = _version_there(conn)
    conn.execute(f"create schema if not exists {SCHEMA}")
    before = conn.execute("select current_setting('search_path')").fetchone() or ("public",)
    conn.execute(f"set local search_path = {SCHEMA}")
    for script in _scripts_after(found):
        conn.execute(script.encode())
    conn.execute(f"comment on schema {SCHEMA} is 'procrastinate {version('procrastinate')}'")
    conn.execute("select set_config('search_path', %s, true)", before)
    for grant in ("usage on schema", "all on all tables in schema", "usage on all sequences in schema"):
        conn.execute(f"grant {grant} {SCHEMA} to tinhso_app".encode())


def installed(conn: Connection[Any]) -> bool:
    """Whether the job tables are those of the installed library."""
    return _version_there(conn) == version("procrastinate")


async def _work(db: Database, opened: Event, more: Jobs, **options: Any) -> None:
    app = App(connector=PsycopgConnector(conninfo=db.dsn_app, min_size=1, max_size=4))
    for name, function in {**_jobs, **more}.items():
        app.task(name=name, retry=RETRIES)(partial(function, db))
    async with app.open_async():
        opened.set()
        await app.run_worker_async(install_signal_handlers=False, delete_jobs="successful", **options)


def _version_there(conn: Connection[Any]) -> str | None:
    found = conn.execute("select obj_description(to_regnamespace(%s), 'pg_namespace')", (SCHEMA,)).fetchone()
    return found[0].removeprefix("procrastinate ") if found and found[0] else None


def _scripts_after(found: str | None) -> list[str]:
    """The library's whole schema, or its migrations newer than the version found."""
    if found is None:
        return [SchemaManager.get_schema()]
    files = sorted(resources.files("procrastinate.sql.migrations").iterdir(), key=lambda file: file.name)
    newer = [file for file in files if file.name.endswith(".sql") and _numbers(file.name) > _numbers(found)]
    return [file.read_text(encoding="utf-8") for file in newer]


def _numbers(text: str) -> tuple[int, ...]:
    found = re.match(r"(\d+)\.(\d+)\.(\d+)", text)
    return tuple(map(int, found.groups())) if found else ()
