"""The database: transactions of two roles, notifications, and the few words of the driver that other rooms need.

``db.app()`` is the application's role, held by row policies; ``db.owner()`` owns the tables and is for
migrations and declared changes. Only this room imports psycopg.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from threading import Lock
from typing import Any

import psycopg
from psycopg import Connection, errors
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.rows import class_row, dict_row, namedtuple_row, scalar_row
from psycopg.sql import SQL, Composable, Composed, Identifier, Literal
from psycopg.types.json import Jsonb
from psycopg.types.range import Range
from psycopg_pool import ConnectionPool

from tinhso.foundation.copying import copy_in, frame
from tinhso.foundation.listening import Listener
from tinhso.foundation.problems import refuse

__all__ = [
    "SQL", "Composable", "Composed", "Connection", "Database", "Jsonb", "Listener",
    "Literal", "Range", "Settings", "class_row", "copy_in",
    "dict_row", "errors", "frame", "ident", "made_sql", "namedtuple_row", "notify", "scalar_row",
]  # fmt: skip

POOL_SIZE = 12
OPTIONS = "-c jit=off -c timezone=Asia/Ho_Chi_Minh -c search_path=public,jobs"


def ident(*names: str) -> Identifier:
    """A quoted name, dotted when there are several: ``ident("registers", name)``."""
    return Identifier(*names)


class Database:
    """Both roles' connections, opened when first needed; ``close`` when done. Safe to share between threads."""

    def __init__(self, *, dsn_app: str, dsn_owner: str, pool_size: int = POOL_SIZE) -> None:
        self.dsn_app = make_conninfo(dsn_app, options=OPTIONS)
        self.dsn_owner = make_conninfo(dsn_owner, options=OPTIONS)
        self._pool_size = pool_size
        self._pools: dict[str, ConnectionPool[Connection[tuple[Any, ...]]]] = {}
        self._opening = Lock()

    @contextmanager
    def app(self, settings: Settings | None = None) -> Iterator[Connection[tuple[Any, ...]]]:
        """One transaction as the application: committed at the end, rolled back on an exception.

        ``settings`` (a ``Scope``'s) hold until the end of the transaction only; a function is asked for them once
        the transaction has begun, and told its name, so that it can bind them to it. Somebody's text with a NUL, which
        PostgreSQL cannot keep, is refused with ``foundation.unwritable_text``, a number too large likewise.
        """
        with _refusing_misfits(), self._pool(self.dsn_app).connection() as conn:
            if settings:
                transaction = _begun(conn)
                _set_locally(conn, settings(self, transaction) if callable(settings) else settings)
            yield conn

    @contextmanager
    def owner(self) -> Iterator[Connection[tuple[Any, ...]]]:
        """One transaction as the owner of the tables; never for a request's own queries."""
        with self._pool(self.dsn_owner).connection() as conn:
            yield conn

    def listen(self, channel: str, every: float | None = None) -> Listener:
        """Listen from this call on: iterate for the payloads. ``None`` comes after ``every`` quiet seconds and
        after a lost connection was made anew, when notifications may have been missed.
        """
        return Listener(self.dsn_app, channel, every)

    def owner_parameters(self) -> dict[str, Any]:
        """The owner's connection as separate parameters, for a tool that connects by itself."""
        return conninfo_to_dict(self.dsn_owner)

    def close(self) -> None:
        """Give all connections back. The next use opens new ones."""
        with self._opening:
            pools, self._pools = list(self._pools.values()), {}
        for pool in pools:
            pool.close()

    def __enter__(self) -> Database:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _pool(self, dsn: str) -> ConnectionPool[Connection[tuple[Any, ...]]]:
        if dsn not in self._pools:
            with self._opening:
                if dsn not in self._pools:
                    self._pools[dsn] = ConnectionPool(
                        dsn, min_size=0, max_size=self._pool_size, open=True, max_idle=300, name="tinhso",
                        check=ConnectionPool.check_connection, timeout=60,
                    )  # fmt: skip
        return self._pools[dsn]


Settings = Mapping[str, str] | Callable[[Database, str], Mapping[str, str]]
"""Settings of one transaction by name, or what makes them, given the transaction's name (``_BEGIN``)."""
_BEGIN = b"begin; select pg_backend_pid() || '@' || extract(epoch from now())"
"""Begins a transaction and asks for its name, which none before or after has: process and moment, in microseconds."""


def made_sql(text: str) -> SQL:
    """SQL that the house itself made from checked names and numbers; never from anybody's input."""
    return SQL(text)


def notify(conn: Connection[Any], channel: str, payload: str) -> None:
    """Tell all listeners when (and only if) the transaction commits."""
    conn.execute("select pg_notify(%s, %s)", (channel, payload))


@contextmanager
def _refusing_misfits() -> Iterator[None]:
    try:
        yield
    except errors.DataError as error:
        if isinstance(error, errors.UntranslatableCharacter) or "NUL" in str(error):
            raise refuse("foundation.unwritable_text") from error
        if isinstance(error, errors.NumericValueOutOfRange):
            raise refuse("foundation.number_too_large") from error
        raise


def _begun(conn: psycopg.Connection[Any]) -> str:
    """Begin a transaction and return its name, both on one way to the server and back."""
    answer = conn.pgconn.exec_(_BEGIN)
    name = answer.get_value(0, 0) if answer.ntuples else None
    if name is None:
        raise psycopg.OperationalError(conn.pgconn.get_error_message())
    return name.decode()


def _set_locally(conn: psycopg.Connection[Any], settings: Mapping[str, str]) -> None:
    calls = ", ".join(f"set_config(${2 * at + 1}, ${2 * at + 2}, true)" for at in range(len(settings)))
    parts = [part.encode() for item in settings.items() for part in item]
    answer = conn.pgconn.exec_params(f"select {calls}".encode(), parts)  # each transaction waits for it: no cursor
    if not answer.ntuples:
        raise psycopg.OperationalError(conn.pgconn.get_error_message())
