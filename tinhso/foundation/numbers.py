"""Numbers and money as Vietnamese offices write them: "2.071" is 2071, "98,16" is 98.16, "4,4 triệu" 4400000.

A point groups thousands, a comma parts decimals. What could be either is refused, never guessed: "1.23",
"12.34.5", "1,234.5". Each reader has a scalar form (value or ``Fault``) and a column form (``Reading``).
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Literal

import polars as pl

from tinhso.foundation.dates import date_expr, partial_date_expr, plain_date, plain_partial_date, serial_date
from tinhso.foundation.formats import vi_date, vi_money_short, vi_number, vi_percent
from tinhso.foundation.readings import Reading, reading
from tinhso.foundation.text import clean

__all__ = [
    "LARGEST", "Fault", "Reading", "canonical_number", "date_expr", "decimal_text", "integer", "integer_expr", "money",
    "money_expr", "number", "number_expr", "partial_date_expr", "plain_date", "plain_partial_date", "plain_whole",
    "serial_date", "vi_date", "vi_money_short", "vi_number", "vi_percent",
]  # fmt: skip

Fault = Literal["not_a_number", "point_or_comma", "not_whole", "too_large", "not_money"]
"""Why a text is refused. ``point_or_comma``: digits whose points and commas do not stand as Vietnamese ones do."""

LARGEST = 2**63 - 1


_NUMBER = r"(?:\d{1,3}(?:\.\d{3})+|\d{1,3}(?: \d{3})+|\d+)(?:,\d+)?"
_number = re.compile(rf"([-−+]?) ?({_NUMBER}) ?%?")
_digits = re.compile(r"[-−+]?[\d., ]*\d[\d., ]*%?")
_money = re.compile(
    rf"([-−+]?)(?:({_NUMBER}) ?(?:tỷ|tỉ))?(?: ?({_NUMBER}) ?(?:triệu|tr))?(?: ?({_NUMBER}) ?(?:nghìn|ngàn|k))?"
    rf"(?: ?({_NUMBER}))? ?(?:đồng|vnđ|vnd|đ)?\.?"
)


def number(text: str) -> Decimal | Fault | None:
    """The number a text says; None for a blank text. A percent sign after it is allowed and changes nothing."""
    written = clean(text)
    if not written:
        return None
    found = _number.fullmatch(written)
    if found is None or _grouped_zero(found[2]):
        return "point_or_comma" if _digits.fullmatch(written) else "not_a_number"
    return _signed(found[1], _plain(found[2]))


def integer(text: str) -> int | Fault | None:
    """The whole number a text says ("2.071", "12,00"), within 64 bits; None for a blank text."""
    value = number(text)
    return _whole(value) if isinstance(value, Decimal) else value


def money(text: str) -> int | Fault | None:
    """Whole đồng: "1.500.000 đ", "3 tỷ", "4,4 triệu", "3 tỷ 500 triệu"; None for a blank text."""
    written = clean(text).lower()
    if not written:
        return None
    found = _money.fullmatch(written)
    if found is None or not any(found.groups()[1:]) or any(map(_grouped_zero, filter(None, found.groups()))):
        return "point_or_comma" if _digits.fullmatch(written) else "not_money"
    units = zip(found.groups()[1:], (10**9, 10**6, 10**3, 1), strict=True)
    return _whole(_signed(found[1], sum((_plain(part) * unit for part, unit in units if part), Decimal(0))))


def integer_expr(column: pl.Expr) -> Reading:
    """``integer`` of a String column: Int64."""
    return reading(column, plain_whole(column), integer, pl.Int64)


def money_expr(column: pl.Expr) -> Reading:
    """``money`` of a String column: Int64, whole đồng."""
    return reading(column, plain_whole(column), money, pl.Int64)


def number_expr(column: pl.Expr) -> Reading:
    """``number`` of a String column, as canonical decimal text: "1234.5", "-7"."""
    easy = pl.when(column.str.contains(r"^(?:0|[1-9]\d{0,17})$")).then(column)
    return reading(column, easy, canonical_number, pl.String)


def canonical_number(text: str) -> str | Fault | None:
    """``number`` as the one text that equal numbers share: no grouping, no needless zeros, "." for decimals."""
    value = number(text)
    return decimal_text(value) if isinstance(value, Decimal) else value


def decimal_text(value: Decimal) -> str:
    """Canonical text of a decimal: Decimal("1.50") and Decimal("1.5") are both "1.5"."""
    plain = format(value, "f")
    short = plain.rstrip("0").rstrip(".") if "." in plain else plain
    return "0" if short in {"-0", ""} else short


def _grouped_zero(digits: str) -> bool:
    """"0.123" groups nothing: its writer meant a decimal point."""
    return digits.startswith("0") and re.match(r"0+[. ]", digits) is not None


def _plain(digits: str) -> Decimal:
    return Decimal(digits.replace(".", "").replace(" ", "").replace(",", "."))


def _signed(sign: str, value: Decimal) -> Decimal:
    return value.copy_negate() if sign in {"-", "−"} and value else value


def _whole(value: Decimal) -> int | Fault:
    if value != value.to_integral_value():
        return "not_whole"
    return int(value) if abs(value) <= LARGEST else "too_large"


def plain_whole(column: pl.Expr) -> pl.Expr:
    """Whole numbers of up to 18 digits, plain or grouped by points: nearly every value there is."""
    easy = column.str.contains(r"^-?(?:\d{1,18}|[1-9]\d{0,2}(?:\.\d{3}){1,5})$")
    return pl.when(easy).then(column.str.replace_all(".", "", literal=True)).cast(pl.Int64, strict=False)
