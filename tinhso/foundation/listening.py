"""Notifications of PostgreSQL as an iterator that outlives a restart of the server."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import psycopg
from psycopg.sql import SQL, Identifier

CALM = 1.0
"""Seconds after which a closed listener is noticed, and between attempts to connect again."""


class Listener:
    """One dedicated connection on one channel. Iterating blocks; ``close`` (from any thread) ends it."""

    def __init__(self, dsn: str, channel: str, every: float | None = None) -> None:
        self._dsn, self._channel, self._every = dsn, channel, every
        self._closed = False
        self._conn = self._connected()  # at once, so that nothing after this call is missed

    def __iter__(self) -> Iterator[str | None]:
        quiet_since = time.monotonic()
        while not self._closed:
            for payload in self._received():
                quiet_since = time.monotonic()
                yield payload
            if self._every is not None and time.monotonic() - quiet_since >= self._every:
                quiet_since = time.monotonic()
                yield None
        self._conn.close()

    def close(self) -> None:
        """End the iteration within a second."""
        self._closed = True

    def __enter__(self) -> Listener:
        return self

    def __exit__(self, *_: object) -> None:
        self._closed = True
        self._conn.close()

    def _received(self) -> Iterator[str | None]:
        try:
            calm = min(CALM, self._every or CALM)
            yield from (note.payload for note in self._conn.notifies(timeout=calm, stop_after=1))
        except psycopg.OperationalError:
            if self._reconnected():
                yield None

    def _reconnected(self) -> bool:
        while not self._closed:
            try:
                self._conn = self._connected()
                return True
            except psycopg.OperationalError:
                time.sleep(CALM)
        return False

    def _connected(self) -> psycopg.Connection[Any]:
        conn = psycopg.connect(self._dsn, autocommit=True)
        conn.execute(SQL("listen {}").format(Identifier(self._channel)))
        return conn
