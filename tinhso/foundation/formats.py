"""Numbers, shares, money and days as Vietnamese readers expect them: 2.071 · 98,16 % · 3,012 tỷ · 27/09/2019."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

from tinhso.foundation.rounding import Number, half_up

MINUS, THIN_SPACE = "\u2212", "\u202f"


def vi_number(value: Number, decimals: int | None = None) -> str:
    """Thousands by points, decimals by a comma, a real minus; rounded half up where ``decimals`` is given."""
    exact = _rounded(value, decimals)
    whole, _, rest = format(abs(exact), "f").partition(".")
    grouped = f"{int(whole):,}".replace(",", ".")
    return (MINUS if exact < 0 else "") + grouped + ("," + rest if rest else "")


def vi_percent(value: Number, decimals: int = 2) -> str:
    """A share already in per cent: ``vi_percent(Decimal("98.16"))`` is "98,16 %", with a thin space."""
    return f"{vi_number(value, decimals)}{THIN_SPACE}%"


def vi_date(day: date) -> str:
    """Day, month, year: 27/09/2019."""
    return f"{day.day:02}/{day.month:02}/{day.year:04}"


def vi_partial_date(text: str) -> str:
    """ISO 8601 of reduced precision as people read it: "1965-09" is "09/1965"."""
    return "/".join(reversed(text.split("-")))


def vi_money_short(dong: int) -> str:
    """Đồng at a glance, at most three decimals: "3,012 tỷ", "4,4 triệu"; below a million "850.000 đồng"."""
    for unit, word in ((10**9, "tỷ"), (10**6, "triệu")):
        if abs(dong) >= unit:
            return f"{_short(Fraction(dong, unit))} {word}"
    return f"{vi_number(dong)} đồng"


def _short(value: Fraction) -> str:
    written = vi_number(value, 3)
    return written.rstrip("0").rstrip(",")


def _rounded(value: Number, decimals: int | None) -> Decimal:
    """Half up, from integers and fractions, never through binary floats."""
    if decimals is None:
        return Decimal(value) if not isinstance(value, Fraction) else _rounded(value, 6).normalize()
    return half_up(value, decimals)
