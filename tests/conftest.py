"""Fixtures for all rooms: one PostgreSQL for the whole run, and a fresh database for each test.

``cluster`` the server · ``template`` a database with the platform's tables · ``db`` a copy of it, gone afterwards.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import psycopg
import pytest
from psycopg import errors
from psycopg.conninfo import make_conninfo
from psycopg.sql import SQL, Identifier

from tinhso import schema
from tinhso.foundation.database import Database
from tinhso.foundation.postgres import server
from tinhso.foundation.postgres.server import Cluster
from tinhso.foundation.settings import Settings

TEMPLATE = "tinhso"
"""The cluster's own database is the template: the tests never write to it."""

PATIENCE = 100
_numbers = count(1)


def pytest_configure(config: pytest.Config) -> None:
    """One home for the run, made by the main process and handed to the workers of pytest-xdist by environment."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        home = tempfile.mkdtemp(prefix="tinhso-tests-")
        os.chmod(home, 0o755)  # our own folder: PostgreSQL's account has to get in
        os.environ["TINHSO_TESTS_HOME"] = home
    for name in ("TINHSO_HOME", "TINHSO_DATABASE_URL", "TINHSO_PORT"):
        os.environ.pop(name, None)


def pytest_unconfigure(config: pytest.Config) -> None:
    if "PYTEST_XDIST_WORKER" not in os.environ:
        home = Path(os.environ.pop("TINHSO_TESTS_HOME"))
        server.remove(_settings(home / "cluster"))
        shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(scope="session")
def cluster() -> Cluster:
    """The run's server. Starting takes a lock, so all workers get the same one; fsync is off."""
    return server.start(_settings(Path(os.environ["TINHSO_TESTS_HOME"]) / "cluster"), durable=False)


@pytest.fixture(scope="session")
def template(cluster: Cluster) -> str:
    """The name of a database with all tables of ``tinhso.schema``; to be copied, not written to."""
    with Database(dsn_app=cluster.dsn_app, dsn_owner=cluster.dsn_owner) as database:
        schema.apply(database)
    return TEMPLATE


@dataclass(frozen=True)
class Copies:
    """Makes and drops databases on the run's server."""

    cluster: Cluster

    def make(self, template: str = "template0") -> tuple[str, Database]:
        name = f"test_{os.getpid()}_{next(_numbers)}"
        self._do("create database {} template {} owner tinhso_owner", name, template)
        self._do("grant connect, temporary on database {} to tinhso_app", name)
        app, owner = (make_conninfo(dsn, dbname=name) for dsn in (self.cluster.dsn_app, self.cluster.dsn_owner))
        return name, Database(dsn_app=app, dsn_owner=owner)

    def drop(self, name: str) -> None:
        self._do("drop database {} with (force)", name)

    def _do(self, statement: str, *names: str) -> None:
        """Another worker may look into the template just now, which the server then does not copy: ask again."""
        for _ in range(PATIENCE):
            try:
                return self._ask(statement, *names)
            except errors.ObjectInUse:
                time.sleep(0.1)
        raise TimeoutError(statement)

    def _ask(self, statement: str, *names: str) -> None:
        with psycopg.connect(make_conninfo(self.cluster.dsn_admin, dbname="postgres"), autocommit=True) as conn:
            conn.execute(SQL(statement).format(*map(Identifier, names)))


@pytest.fixture
def copies(cluster: Cluster) -> Copies:
    """For tests that need a database of their own making."""
    return Copies(cluster)


@pytest.fixture
def db(cluster: Cluster, template: str) -> Iterator[Database]:
    """A fresh database with the platform's tables and nothing in them."""
    copies = Copies(cluster)
    name, database = copies.make(template)
    try:
        yield database
    finally:
        database.close()
        copies.drop(name)


def _settings(home: Path) -> Settings:
    pg_bin = os.environ.get("TINHSO_PG_BIN")
    return Settings(home=home, pg_bin=Path(pg_bin) if pg_bin else None)
