"""Numbers, money and days as Vietnamese offices write them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import polars as pl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tinhso.foundation import dates, numbers
from tinhso.foundation.formats import vi_date, vi_money_short, vi_number, vi_partial_date, vi_percent

decimals = st.decimals(-(10**12), 10**12, places=3)


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("2.071", 2071),
        ("98,16", Decimal("98.16")),
        ("1.234,5", Decimal("1234.5")),
        ("-5", -5),
        ("−5", -5),
        ("007", 7),
        ("12 345", 12345),
        ("98,16 %", Decimal("98.16")),
        ("", None),
        ("  ", None),
    ],
)
def test_number(written: str, value: Decimal | int | None) -> None:
    assert numbers.number(written) == value


@pytest.mark.parametrize("written", ["1,234.5", "1.23", "12.34.5", "0.123", "1,", "1.2345"])
def test_what_could_be_two_numbers_is_refused(written: str) -> None:
    assert numbers.number(written) == "point_or_comma"
    assert numbers.integer(written) == "point_or_comma"


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("3 tỷ", 3 * 10**9),
        ("4,4 triệu", 4_400_000),
        ("3 tỷ 500 triệu", 3_500_000_000),
        ("1.500.000 đ", 1_500_000),
        ("500 nghìn đồng", 500_000),
        ("5tr", 5_000_000),
        ("1,5", "not_whole"),
        ("tỷ", "not_money"),
        ("", None),
    ],
)
def test_money(written: str, value: int | str | None) -> None:
    assert numbers.money(written) == value


def test_an_integer_fits_the_database() -> None:
    assert numbers.integer("9223372036854775807") == 2**63 - 1
    assert numbers.integer("9223372036854775808") == "too_large"
    assert numbers.integer("12,00") == 12 and numbers.integer("12,5") == "not_whole"


@pytest.mark.parametrize("written", ["27/9/2019", "27.9.2019", "27-9-2019", "2019-09-27", "ngày 27 tháng 9 năm 2019"])
def test_day(written: str) -> None:
    assert dates.day(written) == date(2019, 9, 27)
    assert dates.partial_day(written) == "2019-09-27"


@pytest.mark.parametrize(
    ("written", "fault"),
    [
        ("27/9/65", "two_digit_year"),
        ("31/2/2020", "no_such_day"),
        ("09/27/2019", "no_such_day"),
        ("x", "not_a_date"),
        ("27/9/20191", "year_out_of_range"),
        ("1965", "not_a_date"),
    ],
)
def test_no_day(written: str, fault: str) -> None:
    assert dates.day(written) == fault


@pytest.mark.parametrize(
    ("written", "text"),
    [("1965", "1965"), ("9/1965", "1965-09"), ("1965-09", "1965-09"), ("00/00/1965", "1965"), ("0/9/1965", "1965-09"),
     ("tháng 9 năm 1965", "1965-09")],
)
def test_partial_day(written: str, text: str) -> None:
    assert dates.partial_day(written) == text


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (vi_number(2071), "2.071"),
        (vi_number(-1234567), "\u22121.234.567"),
        (vi_percent(Fraction(2035 * 100, 2071)), "98,26\u202f%"),
        (vi_number(Decimal("0.125"), 2), "0,13"),
        (vi_number(Fraction(-1, 1000), 2), "0,00"),
        (vi_money_short(3_012_000_000), "3,012 tỷ"),
        (vi_money_short(4_400_000), "4,4 triệu"),
        (vi_money_short(20 * 10**9), "20 tỷ"),
        (vi_money_short(850_000), "850.000 đồng"),
        (vi_date(date(2026, 11, 3)), "03/11/2026"),
        (vi_partial_date("1965-09"), "09/1965"),
    ],
)
def test_shown(shown: str, expected: str) -> None:
    assert shown == expected


@given(decimals)
def test_a_number_shown_reads_as_itself(value: Decimal) -> None:
    assert numbers.number(vi_number(value, 3)) == value


@given(st.dates(date(1800, 1, 1), date(2200, 12, 31)))
def test_a_day_shown_reads_as_itself(day: date) -> None:
    assert dates.day(vi_date(day)) == day == dates.day(day.isoformat())


WRITTEN = st.none() | st.text("0123456789.,-/ tỷriệuđ%", max_size=12) | st.integers(-(10**20), 10**20).map(str)


@given(st.lists(WRITTEN | decimals.map(lambda value: vi_number(value, 3)), max_size=15))
@example(["0/"])
def test_columns_read_as_single_texts_do(texts: list[str | None]) -> None:
    frame = pl.DataFrame({"text": pl.Series(texts, dtype=pl.String)})
    pairs = [
        (numbers.integer_expr, numbers.integer), (numbers.money_expr, numbers.money),
        (numbers.number_expr, numbers.canonical_number), (dates.date_expr, dates.day),
        (dates.partial_date_expr, dates.partial_day),
    ]  # fmt: skip
    for in_column, alone in pairs:
        read = in_column(pl.col("text"))
        done = frame.select(read.value.alias("value"), read.bad.alias("bad"))
        singles = [None if text is None else alone(text) for text in texts]
        faults = [isinstance(single, str) and single.replace("_", "").isalpha() for single in singles]
        expected = [None if fault else single for single, fault in zip(singles, faults, strict=True)]
        assert done["value"].to_list() == expected, alone
        assert [bool(bad) for bad in done["bad"].to_list()] == faults, alone
