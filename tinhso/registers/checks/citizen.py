"""The personal identification number: PPP G YY RRRRRR (Decree 137/2015, Circular 59/2021).

PPP is the province of birth registration, G tells century and gender, YY the year of birth. There is no check digit.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import polars as pl

from tinhso.registers.checks.shape import Context, Verdict, dropped, where, whole

PROVINCES = (
    1, 2, 4, 6, 8, 10, 11, 12, 14, 15, 17, 19, 20, 22, 24, 25, 26, 27, 30, 31, 33, 34, 35, 36, 37, 38, 40, 42, 44, 45,
    46, 48, 49, 51, 52, 54, 56, 58, 60, 62, 64, 66, 67, 68, 70, 72, 74, 75, 77, 79, 80, 82, 83, 84, 86, 87, 89, 91, 92,
    93, 94, 95, 96,
)  # fmt: skip
"""The 63 codes in force when numbers were given out (Circular 07/2016); they do not change when provinces merge."""

ABROAD = 100
"""Codes of countries, for births registered abroad, start here."""

LENGTH = 12


def check(values: pl.Expr, context: Context) -> Verdict:
    """Form, province, year; and agreement with the roles ``gender`` (male, female) and ``birth_date``."""
    lost = dropped(where(lost_zeros(values, context.today)), context.numeric)
    clean = pl.when(lost).then(values.str.zfill(LENGTH)).otherwise(values) if "lost_zero" in context.repairs else values
    number = _number(clean)
    formed = number.is_not_null()
    faults = [
        ("registers.citizen_id_format", clean.is_not_null() & ~formed),
        ("registers.citizen_id_province", where(~_known_province(number))),
        ("registers.citizen_id_future_year", where(_year(number) > context.today.year)),
    ]
    return Verdict(clean, (*faults, *_agreement(number, context)), (("lost_zero", lost),))


def _number(values: pl.Expr) -> pl.Expr:
    return pl.when(values.str.len_bytes() == LENGTH).then(whole(values))


def _known_province(number: pl.Expr) -> pl.Expr:
    province = number // 10**9
    return province.is_in(PROVINCES) | (province >= ABROAD)


def _year(number: pl.Expr) -> pl.Expr:
    century = number // 10**8 % 10 // 2
    return 1900 + 100 * century + number // 10**6 % 100


def _agreement(number: pl.Expr, context: Context) -> list[tuple[str, pl.Expr]]:
    found = []
    if "gender" in context.roles:
        female = number // 10**8 % 2 == 1
        told = context.roles["gender"].values
        other = ((told == "male") & female) | ((told == "female") & ~female)
        found.append(("registers.citizen_id_gender", where(other)))
    if "birth_date" in context.roles:
        found.append(("registers.citizen_id_birth", where(_year(number) != context.roles["birth_date"].year())))
    return found


def lost_zeros(values: pl.Expr, today: date) -> pl.Expr:
    """Where a spreadsheet that took the number for an amount dropped one or two leading zeros."""
    length = values.str.len_bytes()
    number = pl.when((length == LENGTH - 1) | (length == LENGTH - 2)).then(whole(values))
    short = ~values.str.starts_with("0") & number.is_not_null()
    return short & _known_province(number) & (_year(number) <= today.year)


def describe(value: str, code: str) -> Mapping[str, str]:
    """How many digits there are, or what else stands in the cell; gender and year that the number tells."""
    if not (value.isascii() and value.isdigit()):
        return {"found_vi": "có ký tự không phải chữ số", "found_en": "holds more than digits"}
    if len(value) != LENGTH:
        return {"found_vi": f"có {len(value)} chữ số", "found_en": f"has {len(value)} digits"}
    female, year = int(value[3]) % 2, 1900 + 100 * (int(value[3]) // 2) + int(value[4:6])
    return {
        "told_vi": "nữ" if female else "nam", "told_en": "female" if female else "male", "year": str(year),
        "province": value[:3],
    }  # fmt: skip
