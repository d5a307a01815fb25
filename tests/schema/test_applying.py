"""The platform's tables: applied once, whole, by the owner; the application owns nothing."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.conftest import Copies
from tinhso import schema
from tinhso.foundation.database import Database
from tinhso.schema.applying import FOLDER

START = """
import sys
from tinhso import schema
from tinhso.foundation.database import Database
schema.apply(Database(dsn_app=sys.argv[1], dsn_owner=sys.argv[2]))
"""


@pytest.fixture
def empty(copies: Copies) -> Iterator[Database]:
    name, database = copies.make()
    yield database
    database.close()
    copies.drop(name)


def test_all_tables_of_all_versions_are_there(db: Database) -> None:
    text = "".join(file.read_text(encoding="utf-8") for file in sorted((FOLDER / "versions").glob("*.sql")))
    named = set(re.findall(r"(?m)^create (?:unlogged )?table (\w+\.\w+)", text))
    named -= set(re.findall(r"(?m)^drop table (\w+\.\w+)", text))
    with db.owner() as conn:
        rows = conn.execute("select schemaname || '.' || tablename from pg_tables").fetchall()
    assert named and named <= {name for (name,) in rows}


def test_the_owner_owns_everything(db: Database) -> None:
    with db.owner() as conn:
        owners = conn.execute(
            "select distinct tableowner from pg_tables where schemaname not in ('pg_catalog', 'information_schema')"
        ).fetchall()
    assert owners == [("tinhso_owner",)]


def test_every_version_is_a_pair() -> None:
    python, sql = ({file.stem for file in (FOLDER / "versions").glob(f"[0-9]*.{kind}")} for kind in ("py", "sql"))
    assert python == sql


def test_applying_again_changes_nothing(db: Database) -> None:
    schema.apply(db)
    with db.owner() as conn:
        assert schema.applied(conn) == schema.newest()


def test_two_servers_applying_at_once_take_turns(empty: Database) -> None:
    with empty.owner() as conn:
        assert schema.applied(conn) is None
    starts = [subprocess.Popen([sys.executable, "-c", START, empty.dsn_app, empty.dsn_owner]) for _ in range(2)]
    assert [start.wait() for start in starts] == [0, 0]
    with empty.owner() as conn:
        assert schema.applied(conn) == schema.newest()
