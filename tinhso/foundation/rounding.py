"""Rounding half away from zero, from exact numbers in whole ones: never through binary floats, never twice."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

Number = int | Decimal | Fraction


def half_up(exact: Number, decimals: int) -> Decimal:
    """The number rounded to so many decimals."""
    return quotient(*exact.as_integer_ratio(), decimals)


def quotient(above: int, below: int, decimals: int) -> Decimal:
    """above / below, rounded to so many decimals; a ``ZeroDivisionError`` where ``below`` is 0."""
    if below < 0:
        above, below = -above, -below
    steps = (2 * abs(above) * 10**decimals + below) // (2 * below)
    return Decimal(steps if above >= 0 else -steps).scaleb(-decimals)
