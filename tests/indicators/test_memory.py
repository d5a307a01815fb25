"""What a process remembers is never older than the last commit, and never what was rolled back."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl

from tinhso.foundation.memory import Memory
from tinhso.indicators import figures, states
from tinhso.indicators.fold import fold, waiting
from tinhso.registers import changes
from tinhso.registers.changes import Source

AS_AT = date(2023, 11, 30)


def test_a_value_is_given_only_under_its_stamp() -> None:
    memory: Memory[str, int] = Memory(2)
    memory.put("a", 1, 10)
    assert (memory.get("a", 1), memory.get("a", 2), memory.get("b", 1)) == (10, None, None)


def test_the_oldest_goes_first() -> None:
    memory: Memory[str, int] = Memory(2)
    for name in "abc":
        memory.put(name, 1, 1)
    assert [memory.get(name, 1) for name in "abc"] == [None, 1, 1]


def test_a_figure_read_twice_asks_the_cells_once(province: Any) -> None:
    province.commit(province.team("a"))
    assert province.figures("teams") == [1]
    with province.db.owner() as conn:
        conn.execute("update indicators.delta set value = 5")
    assert province.figures("teams") == [1]
    province.commit(province.team("b"))
    assert province.figures("teams") == [6]


def test_what_a_transaction_wrote_and_took_back_is_not_remembered(province: Any) -> None:
    province.commit(province.team("a"))
    with province.db.app(province.scope.settings()) as conn:
        rows = province.rows(province.team("b"))
        change = changes.difference(conn, province.declaration(), rows, scope=province.scope)
        changes.write(conn, change, source=Source("form"))
        assert not states.read(conn).settled
        (inside,) = figures.compute(conn, ["teams"], "02", AS_AT, scope=province.scope)
        conn.rollback()
    assert inside.value == 2
    province.commit(province.team("a", members=9))
    assert province.figures("teams") == [1]


def test_a_commit_under_way_is_folded_the_next_time(province: Any) -> None:
    province.commit(province.team("a"))
    with province.db.app(province.scope.settings()) as conn:
        change = changes.ChangeSet(province.declaration(), _new(province), _NOTHING, 0)
        changes.write(conn, change, source=Source("form"))
        with province.db.owner() as other:
            assert fold(other) > 0
            assert waiting(other) == 0
    with province.db.owner() as conn:
        assert waiting(conn) > 0
    assert province.figures("teams") == [2]


_NOTHING = pl.DataFrame(schema={"id": pl.Int64, "base": pl.Int64})


def _new(province: Any) -> pl.DataFrame:
    rows: pl.DataFrame = province.rows(province.team("b"))
    unknown = pl.lit(None, pl.Int64)
    return rows.with_columns(pl.lit("new").alias("op"), unknown.alias("id"), unknown.alias("base"))
