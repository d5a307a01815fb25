"""Computed and published values: when they agree, and what is said where they do not."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tinhso.dashboards.agreement import Agreement, compare
from tinhso.dashboards.declaration import Published, Qualifier
from tinhso.indicators.figures import Figure, quotient
from tinhso.registers.declaration import Text


def _figure(numerator: str | None, denominator: str | None = None, scale: int = 1, decimals: int = 0) -> Figure:
    above = Decimal(numerator) if numerator is not None else None
    below = Decimal(denominator) if denominator is not None else None
    value = quotient(above, below, scale, decimals) if above is not None else None
    return Figure("A", "02", "2023-11-30", value, above, below, Text("%", "percent"), scale, decimals, 1)


def _compared(figure: Figure, value: str, qualifier: Qualifier = "exact", decimals: int = 0) -> Agreement:
    return compare(figure, Published(Decimal(value), qualifier, decimals))


@pytest.mark.parametrize(
    ("qualifier", "computed", "agrees"),
    [
        ("exact", "200", True), ("exact", "201", False),
        ("nearly", "200", True), ("nearly", "196", True), ("nearly", "195.9", False), ("nearly", "201", False),
        ("more_than", "200", True), ("more_than", "210", True), ("more_than", "199", False),
        ("more_than", "211", False),
        ("about", "190", True), ("about", "210", True), ("about", "189", False), ("about", "211", False),
    ],
)  # fmt: skip
def test_each_qualifier_has_its_range(qualifier: Qualifier, computed: str, agrees: bool) -> None:
    assert _compared(_figure(computed), "200", qualifier).agrees is agrees


def test_the_articles_coverage_does_not_follow_from_its_own_parts() -> None:
    found = _compared(_figure("2035", "2071", 100, 2), "98.16", decimals=2)
    assert not found.agrees
    assert found.vi == (
        "Đã công bố 98,16, tính từ bản ghi 2.035/2.071 = 98,26: cao hơn 0,10. "
        "Không có tử số nguyên nào trên 2.071 cho 98,16 (2.032 → 98,12; 2.033 → 98,17)."
    )
    assert found.en == (
        "Published 98.16, computed from the records 2,035/2,071 = 98.26: higher by 0.10. "
        "No whole number out of 2,071 gives 98.16 (2,032 → 98.12; 2,033 → 98.17)."
    )


def test_a_share_that_another_count_would_give_names_that_count() -> None:
    found = _compared(_figure("1991", "2071", 100, 2), "98.26", decimals=2)
    assert found.vi is not None and "cần tử số 2.035 trên 2.071" in found.vi


def test_nothing_is_rounded_twice() -> None:
    assert _compared(_figure("9849", "10000", 100, 1), "98").agrees
    assert _compared(_figure("406", "410", 100, 0), "99").agrees


def test_a_plain_difference_is_said_plainly() -> None:
    found = _compared(_figure("115000"), "118000", "nearly")
    assert found.vi == "Đã công bố gần 118.000, tính từ bản ghi 115.000: thấp hơn 3.000."
    assert found.en == "Published nearly 118,000, computed from the records 115,000: lower by 3,000."


def test_no_data_agrees_with_nothing() -> None:
    found = _compared(_figure(None), "100")
    assert (found.agrees, found.en) == (False, "There is no data to compare with yet.")
