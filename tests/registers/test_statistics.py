"""A register that has just been filled is counted before autovacuum comes round."""

from __future__ import annotations

import time

from tests.registers.conftest import People
from tinhso.registers import statistics


def test_a_register_that_has_grown_is_counted_once(people: People) -> None:
    people.put(*({"code": str(at), "name": f"Vàng Mí {at}"} for at in range(600)))
    assert _counted(people) == -1, "never counted so far"
    deadline = time.monotonic() + 20
    while not (stale := statistics.freshen(people.db)) and time.monotonic() < deadline:
        time.sleep(0.2)  # a server process tells the others what it changed within a second or so
    assert stale == ["people"]
    assert _counted(people) == 600
    assert statistics.freshen(people.db) == []


def test_a_few_records_are_not_worth_counting(people: People) -> None:
    people.put(*({"code": str(at), "name": f"Vàng Mí {at}"} for at in range(20)))
    time.sleep(1.5)
    assert statistics.freshen(people.db) == []


def _counted(people: People) -> float:
    with people.db.owner() as conn:
        row = conn.execute("select reltuples from pg_class where oid = 'registers.people'::regclass").fetchone()
    assert row is not None
    return float(row[0])
