"""Laws of figures, tried on generated sequences of commits."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tinhso.indicators import amounts, figures, verify
from tinhso.indicators.breakdown import month_end
from tinhso.indicators.fold import fold

AS_AT, YEAR_END = date(2023, 11, 30), date(2023, 12, 31)
PLACES = ("02", "026", "00712", "00712001", "00712002", "00715", "00769")
ADDITIVE = ("teams", "active", "members", "founded", "old")

days = st.one_of(st.none(), st.dates(date(2022, 6, 1), date(2024, 6, 30)))
team = st.fixed_dictionaries({
    "at": st.sampled_from(PLACES), "members": st.one_of(st.none(), st.integers(0, 9)),
    "kind": st.sampled_from(["village", "street", "closed", None]), "since": days, "until": days,
})  # fmt: skip
step = st.dictionaries(st.sampled_from("abcdef"), st.one_of(st.none(), team), min_size=1, max_size=4)
"""One step: keys to be recorded so, or (None) to go."""

Rows = dict[str, Mapping[str, Any]]
tried = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def _walk(province: Any, known: Rows, wanted: Mapping[str, Mapping[str, Any] | None]) -> Rows:
    """Do a step and give the records that are then there."""
    coming = {key: row for key, row in wanted.items() if row is not None and known.get(key) != row}
    going = [key for key, row in wanted.items() if row is None and key in known]
    if coming:
        province.commit(*({**row, "code": key, "name": key} for key, row in coming.items()))
    if going:
        province.remove(*going)
    return {key: row for key, row in {**known, **coming}.items() if key not in going}


def _clear(province: Any, known: Rows) -> None:
    if known:
        province.remove(*known)


def _leaf(province: Any) -> int:
    with province.db.app(province.scope.settings()) as conn:
        return figures.latest_leaf(conn)


def _expected(rows: Rows, as_at: date = AS_AT) -> list[float]:
    """The additive figures by plain counting."""

    def active(row: Mapping[str, Any]) -> bool:
        return (row["since"] or date.min) <= as_at <= (row["until"] or date.max)

    members = [row["members"] or 0 for row in rows.values() if row["kind"] not in ("closed", None)]
    founded = [
        row for row in rows.values() if row["since"] and date(2023, 1, 1) <= row["since"] <= min(as_at, YEAR_END)
    ]
    old = [row for row in rows.values() if row["since"] and row["since"].year < as_at.year]
    return [len(rows), sum(map(active, rows.values())), sum(members), len(founded), len(old)]


@tried
@given(wanted=step, asked=st.lists(st.dates(date(2022, 5, 1), date(2024, 7, 31)), min_size=1, max_size=8))
def test_any_day_by_its_months_and_the_days_since(province: Any, wanted: Any, asked: list[date]) -> None:
    known = _walk(province, {}, wanted)
    found = [province.figures(*ADDITIVE, as_at=as_at) for as_at in asked]
    _clear(province, known)
    assert found == [_expected(known, as_at) for as_at in asked] or not known


@tried
@given(steps=st.lists(step, min_size=1, max_size=4))
def test_any_sequence_of_commits_then_as_of(province: Any, steps: list[Any]) -> None:
    known: Rows = {}
    seen = []
    for wanted in steps:
        known = _walk(province, known, wanted)
        seen.append((_leaf(province), _expected(known)))
        if seen[-1][0]:
            assert province.figures(*ADDITIVE) == seen[-1][1]
    with province.db.owner() as conn:
        fold(conn)
    for leaf, expected in seen:
        if leaf:
            assert province.figures(*ADDITIVE, as_of=leaf) == expected
    assert verify.verify(province.db).ok
    _clear(province, known)


@tried
@given(wanted=step)
def test_communes_sum_to_their_districts_and_these_to_the_province(province: Any, wanted: Any) -> None:
    known = _walk(province, {}, wanted)
    if known:
        whole = {place: province.figures(*ADDITIVE, area=place) for place in ("02", "026", "027", *PLACES)}
        own = {place: _expected(_at(known, place)) for place in ("02", "026", "027")}
        _sums(whole["02"], own["02"], whole["026"], whole["027"])
        _sums(whole["026"], own["026"], whole["00712"], whole["00715"])
        _sums(whole["027"], own["027"], whole["00769"])
    _clear(province, known)


def _at(known: Rows, place: str) -> Rows:
    return {key: row for key, row in known.items() if row["at"] == place}


def _sums(whole: list[float], *parts: list[float]) -> None:
    assert whole == [sum(column) for column in zip(*parts, strict=True)]


@tried
@given(day=st.dates(date(2022, 1, 1), date(2024, 12, 31)), wanted=step)
def test_cells_and_records_say_the_same(province: Any, day: date, wanted: Any) -> None:
    """A month's last day is read from cells, any other from records; over a village always from records."""
    known = _walk(province, {}, wanted)
    if known:
        last = month_end(day)
        for area in ("00712", "026", "02"):
            amounts.forget()
            from_cells = province.figures("active", area=area, as_at=last)
            rows = {key: row for key, row in known.items() if _inside(row["at"], area)}
            assert from_cells == [_active(rows, last)]
            assert province.figures("active", area=area, as_at=day) == [_active(rows, day)]
    _clear(province, known)


def _active(rows: Rows, day: date) -> int:
    return sum((row["since"] or date.min) <= day <= (row["until"] or date.max) for row in rows.values())


def _inside(place: str, area: str) -> bool:
    districts = {"026": ("026", "00712", "00712001", "00712002", "00715"), "00712": PLACES[2:5]}
    return area == "02" or place in districts[area]
