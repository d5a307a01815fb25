"""A throw-away PostgreSQL as in daily use (fsync on), and fresh databases on it."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.sql import SQL, Identifier

from tinhso import schema
from tinhso.foundation.database import Database
from tinhso.foundation.files import Files
from tinhso.foundation.postgres import server
from tinhso.foundation.postgres.server import Cluster
from tinhso.foundation.settings import Settings
from tinhso.intake.desk import Desk
from tinhso.packs import apply as packs

PACK = Path(__file__).resolve().parent.parent / "provinces" / "hagiang"
EMPTY = "bench_empty"
"""A database with the pack applied and nothing recorded; the others are copied from it."""


@dataclass(frozen=True)
class Ground:
    """The server and the folder of the run. ``fresh`` makes databases by copying."""

    cluster: Cluster
    folder: Path
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def fresh(self, template: str = EMPTY) -> str:
        """The name of a new copy of a database that nobody is connected to."""
        name = f"bench_{next(self.numbers)}"
        self._make(name, template)
        return name

    def bare(self) -> str:
        """The name of a new database with nothing in it at all."""
        name = f"bench_{next(self.numbers)}"
        self._make(name, "template0")
        return name

    @property
    def served(self) -> str:
        """The name of the database that a server of this home uses."""
        return str(conninfo_to_dict(self.cluster.dsn_app)["dbname"])

    def put_in_service(self, template: str) -> None:
        """Make the home's own database a copy of another."""
        self.drop(self.served)
        self._make(self.served, template)

    def drop(self, name: str) -> None:
        self.administer(SQL("drop database if exists {} with (force)").format(Identifier(name)))

    def settle(self) -> None:
        """Write out what earlier cases left to be written, so that it does not fall into the next one."""
        self.administer(SQL("checkpoint"))

    def dsns(self, name: str) -> tuple[str, str]:
        """How the application and the owner connect to a database."""
        return make_conninfo(self.cluster.dsn_app, dbname=name), make_conninfo(self.cluster.dsn_owner, dbname=name)

    @contextmanager
    def desk(self, name: str) -> Iterator[Desk]:
        """A desk over a database, with the run's store of files."""
        app, owner = self.dsns(name)
        with Database(dsn_app=app, dsn_owner=owner) as db:
            yield Desk.open(db, Files(self.folder))

    def administer(self, statement: SQL | psycopg.sql.Composed) -> None:
        with psycopg.connect(make_conninfo(self.cluster.dsn_admin, dbname="postgres"), autocommit=True) as conn:
            conn.execute(statement)

    def _make(self, name: str, template: str) -> None:
        words = {"name": Identifier(name), "template": Identifier(template)}
        self.administer(SQL("create database {name} template {template} owner tinhso_owner").format(**words))
        self.administer(SQL("grant connect, temporary on database {name} to tinhso_app").format(**words))


@contextmanager
def laid() -> Iterator[Ground]:
    """A server in a temporary home, gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="tinhso-bench-"))
    os.chmod(folder, 0o755)  # our own folder: PostgreSQL's account has to get in
    settings = Settings(home=folder, pg_bin=_programs())
    try:
        ground = Ground(server.start(settings), folder)
        _prepare(ground)
        yield ground
    finally:
        server.remove(settings)
        shutil.rmtree(folder, ignore_errors=True)


def _prepare(ground: Ground) -> None:
    ground._make(EMPTY, "template0")
    app, owner = ground.dsns(EMPTY)
    with Database(dsn_app=app, dsn_owner=owner) as db:
        schema.apply(db)
        packs.apply(db, PACK)


def _programs() -> Path | None:
    named = os.environ.get("TINHSO_PG_BIN")
    return Path(named) if named else None
