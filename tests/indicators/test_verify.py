"""Verification recounts from the records and catches what is planted wrong."""

from __future__ import annotations

from datetime import date
from typing import Any

from tinhso.indicators import verify
from tinhso.indicators.fold import fold


def _commits(province: Any) -> None:
    team = province.team
    province.commit(
        team("a", at="00712001", since=date(2023, 1, 15)),
        team("b", at="00769", members=5, kind=None, since=date(2022, 5, 1), until=date(2023, 6, 30)),
        team("c", at="00715", members=None, since=date(2024, 2, 29)),
        team("d", at="00715", since=date(2023, 5, 1), until=date(2023, 4, 1)),
    )
    province.commit(team("a", at="00712002", members=7, kind="street", since=date(2023, 1, 15)), team("e", at="027"))
    province.remove("c")


def test_nothing_to_verify(province: Any) -> None:
    assert verify.verify(province.db).ok


def test_all_is_well_before_and_after_folding(province: Any) -> None:
    _commits(province)
    first = verify.verify(province.db)
    assert first.differences == ()
    assert first.checked > 20
    with province.db.owner() as conn:
        assert fold(conn) > 0
    assert verify.verify(province.db).as_json() == {"ok": True, "checked": first.checked, "differences": []}


def test_a_planted_delta_is_caught(province: Any) -> None:
    _commits(province)
    with province.db.owner() as conn:
        conn.execute(
            "insert into indicators.delta select change_set, part, area, day, dimension, member, 1"
            " from indicators.delta where dimension = '' and area = 6 limit 1"
        )
    found = verify.verify(province.db)
    assert not found.ok
    (one,) = found.differences
    assert (one.register, one.area) == ("teams", "00769")
    assert float(one.kept) - float(one.recounted) == 1


def test_a_wrong_counter_is_caught(province: Any) -> None:
    _commits(province)
    with province.db.owner() as conn:
        conn.execute("update registers.change_set set new_count = new_count + 1 where id = 1")
    (one,) = verify.verify(province.db).differences
    assert (one.what, one.kept, one.recounted) == ("change_set 1 versions", "5", "4")
