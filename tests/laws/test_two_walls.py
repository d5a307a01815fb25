"""Each of the two walls stands by itself: with either taken away the other still hides An's records from Bình, and a
law of its own notices which one is missing.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.laws.communes import PACK, Province
from tinhso.access.scope import Scope
from tinhso.foundation.database import Connection, made_sql
from tinhso.foundation.problems import Refused
from tinhso.registers import history, records

REGISTERS = sorted(PACK.registers)


def reading(conn: Connection, province: Province, register: str) -> list[str]:
    """By which ways of reading Bình learns of An's record."""
    declaration, scope = province.pack.registers[register], province.bình
    ways = {
        "page": lambda: records.page(conn, declaration, scope=scope).rows,
        "count": lambda: records.count(conn, declaration, scope=scope),
        "one": lambda: records.one(conn, declaration, 1, scope=scope),
        "versions": lambda: history.versions(conn, declaration, 1, scope=scope),
        "as_of": lambda: history.as_of(conn, declaration, 10_000, scope=scope),
        "change_sets": lambda: history.change_sets(conn, scope=scope, register=register),
    }
    return [name for name, way in ways.items() if _told(way)]


def _told(way: object) -> bool:
    assert callable(way)
    try:
        return bool(way())
    except Refused:
        return False


def without_policies(conn: Connection, register: str) -> list[str]:
    """The law of the first wall: tables that show Bình's transaction a row to a query that forgot its scope."""
    tables = [f"registers.{register}", f"history.{register}", "registers.change_set", "intake.batch"]
    return [table for table in tables if conn.execute(made_sql(f"select from {table} limit 1")).fetchall()]


def without_predicates(province: Province, register: str) -> list[str]:
    """The law of the second wall: ways of reading that show An's record where no row policy holds, as for an owner."""
    with province.db.owner() as conn:
        return reading(conn, province, register)


@contextmanager
def breached(province: Province, tables: list[str]) -> Iterator[None]:
    """Row security switched off on the tables for a while."""
    try:
        _security(province, tables, "disable")
        yield
    finally:
        _security(province, tables, "enable")


def _security(province: Province, tables: list[str], how: str) -> None:
    with province.db.owner() as conn:
        for table in tables:
            conn.execute(made_sql(f"alter table {table} {how} row level security"))


@pytest.mark.parametrize("register", REGISTERS)
def test_both_walls_stand(province: Province, register: str) -> None:
    with province.db.app(province.bình.settings()) as conn:
        assert reading(conn, province, register) == []
        assert without_policies(conn, register) == []
    assert without_predicates(province, register) == []


@pytest.mark.parametrize("register", REGISTERS)
def test_a_missing_policy_is_noticed_and_the_predicates_still_hold(province: Province, register: str) -> None:
    for table in (f"registers.{register}", f"history.{register}", "registers.change_set"):
        with breached(province, [table]), province.db.app(province.bình.settings()) as conn:
            assert without_policies(conn, register) == [table]
            assert reading(conn, province, register) == []


@pytest.mark.parametrize("register", REGISTERS)
def test_a_missing_predicate_is_noticed_and_the_policies_still_hold(
    province: Province, register: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Scope, "predicate", lambda *_, **__: "true")
    monkeypatch.setattr(Scope, "registers", lambda *_, **__: "true")
    assert set(without_predicates(province, register)) >= {"page", "count", "one", "as_of", "change_sets"}
    with province.db.app(province.bình.settings()) as conn:
        assert reading(conn, province, register) == []
