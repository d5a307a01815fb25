"""The planned records give the article's figures, counted here without any of the house's counting."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction

import polars as pl
import pytest

from tinhso.dashboards.declaration import Published
from tinhso.demo.planning import Plan
from tinhso.indicators.declaration import Indicator, Measure
from tinhso.registers import expressions

DAY = date(2023, 11, 30)
EXACT: dict[str, int | Fraction] = {
    "A01": 2071, "A02": 100, "A03": 12131, "A04": 3, "A05": 17623, "A06": 23716, "A07": 241, "A08": 207,
    "A09": 296681, "A10": 24108, "A11": 100, "A12": 2833, "A13": 3, "A14": 17, "A15": 53,
    "A16": Fraction(203500, 2071), "A17": 117846, "A18": 2731, "A19": 3012457000, "A20": 4396000, "A21": 10, "A22": 60,
    "A23": 160, "A24": 609, "A25": 470, "A26": Fraction(40600, 410),
}  # fmt: skip
BOUNDS = {
    "nearly": (Fraction(98, 100), Fraction(1)),
    "more_than": (Fraction(1), Fraction(105, 100)),
    "about": (Fraction(95, 100), Fraction(105, 100)),
}


def counted(plan: Plan, records: Mapping[str, pl.DataFrame], measure: Indicator | Measure) -> Fraction:
    """A measure's count, sum or number of different values on the board's day."""
    fields = {name: field.type for name, field in plan.pack.registers[measure.register].fields.items()}
    frame = records[measure.register]
    frame = frame.with_columns(pl.lit(None, pl.String).alias(name) for name in fields if name not in frame.columns)
    if measure.where:
        where = expressions.condition(measure.where, fields, {"as_at": "date"})
        frame = frame.filter(where.polars({"as_at": pl.lit(DAY)}).fill_null(False))
    if measure.at and measure.at.from_:
        frame = frame.filter(pl.col(measure.at.from_).is_null() | (pl.col(measure.at.from_) <= DAY))
    if measure.at and measure.at.until and measure.at.until in records[measure.register].columns:
        frame = frame.filter(pl.col(measure.at.until).is_null() | (pl.col(measure.at.until) >= DAY))
    if measure.on:
        frame = frame.filter(pl.col(measure.on) <= DAY)
        if measure.period and measure.period.from_:
            frame = frame.filter(pl.col(measure.on) >= measure.period.from_)
        if measure.period and measure.period.to:
            frame = frame.filter(pl.col(measure.on) <= measure.period.to)
    if measure.distinct:
        return Fraction(frame.select(expressions.parse(measure.distinct, fields).polars().n_unique()).item())
    if measure.value:
        return Fraction(int(frame.select(expressions.parse(measure.value, fields).polars().sum()).item()))
    return Fraction(frame.height)


@pytest.mark.parametrize("name", EXACT)
def test_the_figure_of_the_article_comes_out(name: str, plan: Plan, records: Mapping[str, pl.DataFrame]) -> None:
    indicator = plan.pack.indicators[name]
    value = counted(plan, records, indicator)
    if indicator.over is not None:
        value = value * indicator.scale / counted(plan, records, indicator.over)
    assert value == EXACT[name]


@pytest.mark.parametrize("name", EXACT)
def test_the_figure_agrees_with_what_was_published_but_for_a16(name: str, plan: Plan) -> None:
    published: Published = plan.pack.published["article"].values[name]
    given, value = Fraction(published.value), Fraction(EXACT[name])
    if published.qualifier == "exact":
        agrees = abs(value - given) * 10**published.decimals <= Fraction(1, 2)
    else:
        low, high = BOUNDS[published.qualifier]
        agrees = low * given <= value <= high * given
    assert agrees == (name != "A16")


def test_keys_are_unique(plan: Plan, records: Mapping[str, pl.DataFrame]) -> None:
    for name, frame in records.items():
        key = list(plan.pack.registers[name].primary_key)
        assert not frame.select(pl.struct(key).is_duplicated().any()).item(), name


def test_everything_happened_before_the_last_day(plan: Plan, records: Mapping[str, pl.DataFrame]) -> None:
    ahead = {"ends_on", "expires_on", "finish_on", "due_on", "valid_until", "insured_until"}
    for name, frame in records.items():
        for field in frame.columns:
            if frame[field].dtype == pl.Date and field not in ahead and frame[field].null_count() < frame.height:
                assert frame[field].max() <= date(2023, 11, 29), (name, field)  # type: ignore[operator]


def test_workers_have_twenty_columns_in_every_commune(plan: Plan, records: Mapping[str, pl.DataFrame]) -> None:
    assert len(plan.pack.registers["workers"].fields) == 20
    assert set(records["workers"].columns) == set(plan.pack.registers["workers"].fields)
    assert records["workers"]["commune"].n_unique() == 193
