"""The counting statement: one pass per kind of day, for parts with and without dimensions."""

from __future__ import annotations

from typing import Any

from tinhso.indicators import declared


def test_a_register_without_dimensions_follows_too(bare: Any) -> None:
    province = bare()
    wanted = {
        "indicator": "plain", "title": {"vi": "x", "en": "x"}, "unit": {"vi": "x", "en": "x"}, "kind": "count",
        "register": "teams",
    }  # fmt: skip
    with province.db.owner() as conn:
        declared.apply(conn, province.indicators([wanted]))
    province.commit(province.team("a"), province.team("b"))
    assert province.figures("plain") == [2]


def test_equal_parts_are_counted_once(province: Any) -> None:
    with province.db.owner() as conn:
        known = declared.every(conn)
    teams, shares = known.formulas["teams"], known.formulas["big"]
    assert shares.denominator == teams.numerator
    assert len(set(known.numbers.values())) == len(known.numbers)


def test_a_register_whose_indicators_go_follows_no_more(province: Any) -> None:
    with province.db.owner() as conn:
        declared.apply(conn, [])
        left = conn.execute("select to_regprocedure('indicators.follow_teams(bigint, regclass)')").fetchone()
        parts = conn.execute("select count(*) from indicators.part").fetchone()
    assert (left, parts) == ((None,), (0,))
    province.commit(province.team("a"))
