"""A commit that is killed in its middle is there whole or not at all."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.registers.conftest import PEOPLE
from tinhso import schema
from tinhso.foundation.database import Database
from tinhso.foundation.postgres import server
from tinhso.foundation.settings import Settings
from tinhso.registers import evolution, indexes

COMMITTER = """
import sys
import polars as pl
from pathlib import Path
from tinhso.access import grants
from tinhso.foundation.database import Database
from tinhso.foundation.postgres import server
from tinhso.foundation.settings import Settings
from tinhso.registers import changes, declared
from tinhso.registers.changes import Source

cluster = server.start(Settings(home=Path(sys.argv[1])), durable=True)
db = Database(dsn_app=cluster.dsn_app, dsn_owner=cluster.dsn_owner)
with db.app() as conn:
    scope = grants.station()
    people = declared.one(conn, "people")
    area, place = conn.execute("select area, low from areas.tree limit 1").fetchone()
number = 100_000
rows = pl.DataFrame({"code": [f"p{at}" for at in range(number)]}).with_columns(
    name=pl.lit("Vừ Mí Bình"), job=pl.lit(None, pl.String), age=pl.lit(1, pl.Int64), seen=pl.lit(None, pl.Date),
    area=pl.lit(area), place=pl.lit(place), sheet=pl.lit(0, pl.Int32), row=pl.int_range(2, number + 2),
    key=pl.col("code"))
with db.app(scope.settings()) as conn:
    proposed = changes.difference(conn, people, rows, scope=scope)
print("committing", flush=True)
changes.commit(db, proposed, source=Source("file"), scope=scope)
print("committed", flush=True)
"""


@pytest.fixture
def home() -> Iterator[Path]:
    """A home of its own with a durable server, since it is going to be killed."""
    folder = Path(tempfile.mkdtemp(prefix="tinhso-killed-"))
    folder.chmod(0o755)
    settings = Settings(home=folder)
    with _database(settings) as db:
        schema.apply(db)
        with db.owner() as conn:
            conn.execute("insert into areas.area (level) values (1)")
            conn.execute("insert into areas.tree select id, null, 1, 1, 1, '02', 'Hà Giang', 'tỉnh', 'ha giang', 'x'"
                         " from areas.area")  # fmt: skip
            evolution.apply(conn, PEOPLE)
    yield folder
    server.remove(settings)


@pytest.mark.parametrize("delay", [0.1, 0.6])
@pytest.mark.parametrize("victim", ["client", "server"])
def test_all_of_it_or_none(home: Path, victim: str, delay: float) -> None:
    committer = subprocess.Popen(
        [sys.executable, "-c", COMMITTER, str(home)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert committer.stdout is not None
    assert committer.stdout.readline() == "committing\n"
    time.sleep(delay)
    if victim == "client":
        committer.kill()
    else:
        os.kill(_postmaster(home), signal.SIGKILL)
    committer.wait(30)
    with _database(Settings(home=home)) as db, db.owner() as conn:
        (records, sets) = conn.execute(
            "select (select count(*) from registers.people), (select count(*) from registers.change_set)"
        ).fetchone() or (0, 0)
        assert (records, sets) in {(0, 0), (100_000, 1)}
        assert conn.execute("select count(*) from pg_indexes where tablename = 'people' and schemaname = 'registers'"
                            ).fetchone() == (1 + len(indexes.after_rows(PEOPLE)),)  # fmt: skip


def _database(settings: Settings) -> Database:
    cluster = server.start(settings)
    return Database(dsn_app=cluster.dsn_app, dsn_owner=cluster.dsn_owner)


def _postmaster(home: Path) -> int:
    data = server.start(Settings(home=home)).data
    return int((data / "postmaster.pid").read_text().split()[0])
