"""Row policies: PostgreSQL keeps An's rows from Bình, whatever the query."""

from __future__ import annotations

import pytest

from tinhso.access import grants, policies
from tinhso.access.scope import Scope
from tinhso.foundation.database import Database


@pytest.fixture
def notes(province: Database) -> Database:
    """A table with one row in each unit, under a row policy."""
    with province.owner() as conn:
        conn.execute("create table registers.notes as select code, low as place from areas.tree")
        conn.execute("grant select on registers.notes to tinhso_app")
        for _ in range(2):
            for statement in policies.row_policy("registers", "notes", "notes"):
                conn.execute(statement)
    return province


def seen(db: Database, scope: Scope | None) -> set[str]:
    with db.app(scope.settings() if scope else None) as conn:
        return {code for (code,) in conn.execute("select code from registers.notes").fetchall()}


def test_each_sees_their_own(notes: Database) -> None:
    with notes.app() as conn:
        an, binh = (grants.over(conn, [code], ["read"], who) for code, who in (("026", "An"), ("027", "Bình")))
        both = grants.over(conn, ["026", "027"], ["read"], "Cả hai")
        four = grants.over(conn, ["00715", "00724", "00733", "00796"], ["read"], "Bốn xã")
    assert seen(notes, binh) == {"027", "00796"}
    assert "00715" in seen(notes, an) and not seen(notes, an) & seen(notes, binh)
    assert seen(notes, both) == seen(notes, an) | seen(notes, binh)
    assert seen(notes, four) == {"00715", "00724", "00733", "00796"}


def test_the_whole_province(notes: Database) -> None:
    assert len(seen(notes, grants.public_scope())) == 13


def test_no_scope_sees_nothing_even_on_a_connection_used_before(notes: Database) -> None:
    assert seen(notes, None) == set()
    assert len(seen(notes, grants.public_scope())) == 13
    assert seen(notes, None) == set()
    assert seen(notes, Scope("nobody", {})) == set()


def test_settings_are_read_once_for_a_query(notes: Database) -> None:
    with notes.app(grants.public_scope().settings()) as conn:
        plan = conn.execute("explain select * from registers.notes").fetchall()
    assert sum(line.strip().startswith("InitPlan") for (line,) in plan) == 3


def test_names_are_quoted() -> None:
    assert policies.row_policy("registers", 'x"; drop', "x")[0] == (
        'alter table "registers"."x""; drop" enable row level security'
    )
