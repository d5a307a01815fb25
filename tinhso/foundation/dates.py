"""Days as Vietnamese files write them: 27/9/2019, 27.9.2019, 27-9-2019, 2019-09-27, or only 1965 or 9/1965.

Day comes before month. A year of two digits is refused: 65 may be 1965 or 2065.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Literal

import polars as pl

from tinhso.foundation.readings import Reading, reading
from tinhso.foundation.text import clean, fold

Fault = Literal["not_a_date", "two_digit_year", "no_such_day", "year_out_of_range"]

FIRST_YEAR, LAST_YEAR = 1800, 2200
"""Years outside are slips of typing (0205, 20191)."""

_SERIAL_ZERO = date(1899, 12, 30)
_LAST_SERIAL = 73_050

_separator = r" ?[/.\\-] ?"
_vietnamese = re.compile(rf"(\d{{1,2}}){_separator}(\d{{1,2}}){_separator}(\d+)(?: 0?0:00(?::00)?)?")
_iso = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]00:00(?::00)?)?")
_words = re.compile(r"(?:ngay )?(\d{1,2}) thang (\d{1,2}) nam (\d+)")
_month = re.compile(rf"(?:thang )?(\d{{1,2}}){_separator}(\d+)")
_month_words = re.compile(r"thang (\d{1,2}) nam (\d+)")
_iso_month = re.compile(r"(\d{4})-(\d{1,2})")
_year = re.compile(r"(?:nam )?(\d+)")


def day(text: str) -> date | Fault | None:
    """The full date a text says; None for a blank text."""
    written = fold(text)
    if not written:
        return None
    if found := _iso.fullmatch(written):
        return _date(found[1], found[2], found[3])
    found = _vietnamese.fullmatch(written) or _words.fullmatch(written)
    return _date(found[3], found[2], found[1]) if found else "not_a_date"


def partial_day(text: str) -> str | Fault | None:
    """ISO 8601 of the precision given: "1965", "1965-09" or "1965-09-27"; zeros stand for unknown parts."""
    written = fold(re.sub(r"\b0?0[/.-]", "", clean(text)))
    if not written:
        return "not_a_date" if clean(text) else None
    if found := _year.fullmatch(written):
        return _checked_year(found[1]) or found[1]
    if found := _iso_month.fullmatch(written):
        return _month_text(found[1], found[2])
    if found := _month.fullmatch(written) or _month_words.fullmatch(written):
        return _month_text(found[2], found[1])
    whole = day(written)
    return whole.isoformat() if isinstance(whole, date) else whole


def date_expr(column: pl.Expr) -> Reading:
    """``day`` of a String column: Date."""
    return reading(column, plain_date(column), day, pl.Date)


def plain_date(column: pl.Expr) -> pl.Expr:
    """The dates of a String column in the two forms that nearly all are written in; null for any other."""
    iso = column.str.contains(r"^(?:1[89]|20|21)\d\d-\d\d-\d\d$")
    usual = column.str.contains(r"^\d{1,2}/\d{1,2}/(?:1[89]|20|21)\d\d$")
    return pl.coalesce(
        pl.when(iso).then(column).str.to_date("%Y-%m-%d", strict=False),
        pl.when(usual).then(column).str.to_date("%d/%m/%Y", strict=False),
    )


def serial_date(column: pl.Expr) -> pl.Expr:
    """The days of texts that are a spreadsheet's count of days since 30/12/1899, from 1927 to 2099; null for others.

    A cell that lost its date format shows 45000 for 15/3/2023. A time of day behind the comma is left out.
    """
    count = column.str.extract(r"^([1-7]\d{4})(?:,\d+)?$").cast(pl.Int32, strict=False)
    days = (pl.lit(_SERIAL_ZERO) + pl.duration(days=count)).cast(pl.Date)
    return pl.when(count <= _LAST_SERIAL).then(days)


def serial_day(text: str) -> date | None:
    """The same for one text."""
    return pl.select(serial_date(pl.lit(text))).item()  # type: ignore[no-any-return]


def partial_date_expr(column: pl.Expr) -> Reading:
    """``partial_day`` of a String column: text in ISO 8601 of reduced precision."""
    whole = date_expr(column).value.dt.to_string("%Y-%m-%d")
    year = pl.when(column.str.contains(r"^(?:1[89]|20|21)\d\d$")).then(column)
    return reading(column, pl.coalesce(year, whole), partial_day, pl.String)


def plain_partial_date(column: pl.Expr) -> pl.Expr:
    """``partial_day`` of full dates as ``plain_date`` reads them and of years; null for any other."""
    year = pl.when(column.str.contains(r"^(?:1[89]|20|21)\d\d$")).then(column)
    return pl.coalesce(year, plain_date(column).dt.to_string("%Y-%m-%d"))


def _date(year: str, month: str, day_of_month: str) -> date | Fault:
    if fault := _checked_year(year):
        return fault
    try:
        return date(int(year), int(month), int(day_of_month))
    except ValueError:
        return "no_such_day"


def _month_text(year: str, month: str) -> str | Fault:
    whole = _date(year, month, "1")
    return whole.strftime("%Y-%m") if isinstance(whole, date) else whole


def _checked_year(year: str) -> Fault | None:
    if len(year) == 2:
        return "two_digit_year"
    return None if len(year) == 4 and FIRST_YEAR <= int(year) <= LAST_YEAR else "year_out_of_range"
