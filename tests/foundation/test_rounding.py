"""Rounding half away from zero: the nearest number of so many decimals, and of two the one further from zero."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinhso.foundation.rounding import half_up, quotient

DECIMALS = st.integers(0, 6)


def test_halves_go_away_from_zero() -> None:
    assert half_up(Fraction(5, 2), 0) == 3
    assert half_up(Fraction(-5, 2), 0) == -3
    assert half_up(Decimal("0.125"), 2) == Decimal("0.13")


@given(st.fractions(max_denominator=10**9), DECIMALS)
def test_the_rounded_number_is_the_nearest(exact: Fraction, decimals: int) -> None:
    off = Fraction(half_up(exact, decimals)) - exact
    assert abs(off) <= Fraction(1, 2 * 10**decimals)
    if abs(off) == Fraction(1, 2 * 10**decimals):
        assert (off > 0) == (exact > 0)


@given(st.decimals(-(10**12), 10**12, places=4), DECIMALS)
def test_decimals_round_as_the_decimal_module_does(exact: Decimal, decimals: int) -> None:
    assert half_up(exact, decimals) == exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


@given(st.integers(), st.integers().filter(bool), DECIMALS)
def test_a_quotient_is_that_of_the_fraction(above: int, below: int, decimals: int) -> None:
    assert quotient(above, below, decimals) == half_up(Fraction(above, below), decimals)
    with pytest.raises(ZeroDivisionError):
        quotient(above, 0, decimals)
