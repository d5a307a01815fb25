"""The seal: what the application's role sets for itself counts for nothing."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest

from tinhso.access import grants, policies, sealing
from tinhso.access.scope import EVERYWHERE, Reach, Scope
from tinhso.foundation.database import Connection, Database, errors

WHOLE = grants.public_scope()
SET = "select set_config('tinhso.scope', %s, %s)"


@pytest.fixture
def notes(province: Database) -> Iterator[Database]:
    """A register's table with one row in each of 13 units."""
    with province.owner() as conn:
        conn.execute("create table registers.notes as select code, low as place from areas.tree")
        conn.execute("grant select on registers.notes to tinhso_app")
        for statement in policies.row_policy("registers", "notes", "notes"):
            conn.execute(statement)
    yield province


def seen(conn: Connection) -> int:
    row = conn.execute("select count(*) from registers.notes").fetchone()
    assert row is not None
    return int(row[0])


def told(conn: Connection) -> str:
    """What injected SQL can read: the setting of its own transaction."""
    row = conn.execute("select current_setting('tinhso.scope', true)").fetchone()
    assert row is not None
    return str(row[0] or "")


def an(db: Database) -> Scope:
    with db.app() as conn:
        return grants.over(conn, ["026"], ["read"], "An")


def test_a_sealed_scope_holds_for_its_own_transaction_however_long(notes: Database) -> None:
    with notes.app(WHOLE.settings()) as conn:
        assert seen(conn) == 13
        time.sleep(0.05)
        conn.execute("savepoint later")
        assert seen(conn) == 13
        conn.execute("rollback to savepoint later")
        assert seen(conn) == 13


def test_injected_settings_show_nothing(notes: Database) -> None:
    forged = '{"actor": "station", "read": {"*": "{0,9223372036854775807}"}}'
    for text in (forged, f"1@2 {forged}.{'0' * 64}", "x" * 200, ".", "." + "0" * 64, "…" * 70):
        for locally in (True, False):
            with notes.app() as conn:
                conn.execute(SET, (text, locally))
                conn.execute("select set_config('tinhso.whole', 'on', true)")
                assert seen(conn) == 0
                conn.execute("select set_config('tinhso.scope', '', false)")


def test_an_altered_payload_shows_nothing(notes: Database) -> None:
    with notes.app(an(notes).settings()) as conn:
        own = told(conn)
        few = seen(conn)
        assert 0 < few < 13
        start, end = own.index('"{'), own.index('}"') + 2
        wider = (own[:start] + '"{0,1,' + own[start + 2 :], own[:start] + f'"{sealing.WHOLE}"' + own[end:])
        for altered in (*wider, own.replace("An", "Bo"), own[:-1] + ("0" if own[-1] != "0" else "1")):
            assert altered != own
            conn.execute(SET, (altered, True))
            assert seen(conn) == 0
        conn.execute(SET, (own, True))
        assert seen(conn) == few


def test_a_replay_in_another_backend_shows_nothing(notes: Database) -> None:
    with notes.app(WHOLE.settings()) as conn, notes.app() as other:
        other.execute(SET, (told(conn), True))
        assert seen(other) == 0 and seen(conn) == 13


def test_a_replay_in_a_later_transaction_of_the_same_backend_shows_nothing(notes: Database) -> None:
    with notes.app(WHOLE.settings()) as conn:
        before, backend = told(conn), conn.info.backend_pid
    with notes.app() as conn:
        assert conn.info.backend_pid == backend, "the pool hands the same connection out again"
        conn.execute(SET, (before, True))
        assert seen(conn) == 0


def test_the_seal_ends_with_its_transaction(notes: Database) -> None:
    with notes.app(WHOLE.settings()):
        pass
    with notes.app() as conn:
        assert told(conn) == "" and seen(conn) == 0


def test_another_key_seals_nothing(notes: Database) -> None:
    def forged(db: Database, transaction: str) -> dict[str, str]:
        payload = f'{transaction} {{"actor": "station", "read": {{"*": "{{0,9223372036854775807}}"}}}}'
        return {"tinhso.scope": sealing.sealed(b"guessed", payload)}

    with notes.app(forged) as conn:
        assert seen(conn) == 0


@pytest.mark.parametrize("statement", [
    "select secret from access.secret",
    "update access.secret set secret = ''",
    "create or replace function access.told(text, text) returns text language sql as $$ select null $$",
    "alter table registers.notes disable row level security",
    "drop policy within_scope on registers.notes",
    "create table access.mine (x int)",
    "set role tinhso_owner",
    "alter role tinhso_app bypassrls",
])  # fmt: skip
def test_the_application_cannot_touch_what_guards_it(notes: Database, statement: str) -> None:
    with pytest.raises(errors.InsufficientPrivilege), notes.app(WHOLE.settings()) as conn:
        conn.execute(statement.encode())


def test_functions_of_the_same_name_elsewhere_mean_nothing(notes: Database) -> None:
    with notes.app(an(notes).settings()) as conn:
        few = seen(conn)
        for made, cast in (("function pg_temp.sha256(bytea) returns bytea", "::bytea"),
                           ("function pg_temp.pg_backend_pid() returns int", "::int")):  # fmt: skip
            conn.execute(f"create {made} language sql as $$ select null{cast} $$".encode())
        conn.execute("create temporary table secret (secret bytea)")
        conn.execute("set local search_path = pg_temp, pg_catalog")
        assert seen(conn) == few


def test_each_verb_has_its_own_ranges_in_the_database(notes: Database) -> None:
    low, high = 3, 5
    scope = Scope(
        "An", {"*": Reach({"read": EVERYWHERE}), "notes": Reach({"read": ((low, high),), "approve": EVERYWHERE})}
    )
    asked: list[tuple[str, Any]] = [
        ("select access.actor()", "An"),
        ("select access.everywhere('notes')", False),
        ("select access.everywhere('other')", True),
        ("select access.everywhere('notes', 'approve')", True),
        ("select access.bounds('notes')", [low, high + 1]),
        ("select access.may('notes', 'propose')", False),
        ("select access.may('other', 'approve')", False),
        ("select access.whole_registers('read')", ["*"]),
        ("select access.whole_registers('approve')", ["notes"]),
        ("select access.named_registers('read')", ["*", "notes"]),
    ]
    with notes.app(scope.settings()) as conn:
        for query, answer in asked:
            assert conn.execute(query.encode()).fetchone() == (answer,), query
        assert seen(conn) == 3
    with notes.app() as conn:
        empty = [conn.execute(query.encode()).fetchone() for query, _ in asked]
    assert empty[0] == (None,) and empty[1:4] == [(False,)] * 3 and empty[-1] == ([],)
