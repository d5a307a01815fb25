"""Findings become problems: the first ones in the order of the file, each with its cell, and all of them counted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

import polars as pl

from tinhso.foundation import dates, numbers
from tinhso.foundation.formats import vi_date, vi_number
from tinhso.foundation.problems import Problem
from tinhso.foundation.text import clean
from tinhso.intake.checking.columns import Rows
from tinhso.intake.checking.findings import Finding
from tinhso.intake.checking.nearest import held, nearest_code
from tinhso.registers.declaration import CodeList, Declaration, Field

MOST = 1_000
"""How many problems are told one by one; beyond, only their number."""

REASONS = {
    "not_a_number": ("không phải là số", "is not a number"),
    "point_or_comma": ("dùng dấu chấm, dấu phẩy không theo kiểu Việt Nam (1.234,5)",
                       "has points and commas that are not in Vietnamese form (1.234,5)"),
    "not_whole": ("không phải là số nguyên", "is not a whole number"),
    "too_large": ("quá lớn", "is too large"),
    "not_money": ("không phải là số tiền", "is not an amount of money"),
    "not_a_date": ("không phải là ngày", "is not a date"),
    "two_digit_year": ("ghi năm hai chữ số", "has a year of two digits"),
    "no_such_day": ("là ngày không có trong lịch", "is a day that no calendar has"),
    "year_out_of_range": ("có năm ngoài khoảng 1800 đến 2200", "has a year outside 1800 to 2200"),
}  # fmt: skip

READERS = {
    "intake.not_a_number": numbers.number, "intake.not_an_integer": numbers.integer,
    "intake.not_money": numbers.money, "intake.not_a_date": dates.day, "intake.not_a_partial_date": dates.partial_day,
}  # fmt: skip


def counts(findings: Sequence[Finding]) -> dict[str, int]:
    """How many of each code, commonest first."""
    found: dict[str, int] = {}
    for one in findings:
        found[one.code] = found.get(one.code, 0) + one.at.len()
    return dict(sorted(found.items(), key=lambda item: -item[1]))


def problems(
    rows: Rows, declaration: Declaration, findings: Sequence[Finding], lists: Mapping[str, CodeList], today: date
) -> tuple[Problem, ...]:  # fmt: skip
    """The first problems in the order of rows, then of columns; ``today`` is the day of those that name none."""
    order = {name: place for place, name in enumerate(declaration.fields)}
    told = [
        pl.DataFrame({"at": one.at.head(MOST).cast(pl.UInt32)}).with_columns(
            pl.lit(order.get(one.field or "", len(order))).alias("column"), pl.lit(place).alias("finding")
        )
        for place, one in enumerate(findings)
    ]
    if not told:
        return ()
    first = pl.concat(told).sort("at", "column", "finding").head(MOST)
    day = {"day": vi_date(today)}
    return tuple(_problem(rows, declaration, findings[place], at, lists, day) for at, _, place in first.iter_rows())


def _problem(
    rows: Rows, declaration: Declaration, finding: Finding, position: int, lists: Mapping[str, CodeList],
    day: Mapping[str, str],
) -> Problem:  # fmt: skip
    sheet, row, cell = rows.cell(position, finding.field)
    if cell is None:
        cell = next((found for name in declaration.primary_key if (found := rows.cell(position, name)[2])), f"A{row}")
    value = rows.written(position, finding.field) if finding.field else None
    told = _facts(declaration, finding, value, lists)
    facts = {**day, **_titles(declaration, finding), **told, **finding.facts(position)}
    return Problem(finding.code, sheet, cell, row, finding.field, value, facts, finding.level)


def _titles(declaration: Declaration, finding: Finding) -> dict[str, str]:
    if finding.field is None:
        return {}
    title = declaration.fields[finding.field].title
    return {"title_vi": title.vi, "title_en": title.en}


def _facts(
    declaration: Declaration, finding: Finding, value: str | None, lists: Mapping[str, CodeList]
) -> Mapping[str, str]:  # fmt: skip
    if finding.field is None or value is None:
        return {}
    field, value = declaration.fields[finding.field], clean(value)
    if finding.code in READERS:
        reason = READERS[finding.code](value)
        vi, en = REASONS.get(reason, REASONS["not_a_number"]) if isinstance(reason, str) else REASONS["not_a_number"]
        return {"reason_vi": vi, "reason_en": en}
    if finding.code == "intake.unknown_code":
        return nearest_code(value, field, lists)
    if finding.code == "intake.date_serial":
        day = dates.serial_day(value.strip())
        return {"day": vi_date(day) if day else "…"}
    if finding.code == "intake.comma_or_thousands":
        return {"thousands": value.replace(",", ".")}
    if finding.code == "intake.code_not_in_force":
        return held(value, field, lists)
    return _limit(finding.code, field, value)


def _limit(code: str, field: Field, value: str) -> Mapping[str, str]:
    limits = field.constraints
    limit = {
        "intake.too_small": limits.minimum, "intake.too_great": limits.maximum,
        "intake.too_short": limits.min_length, "intake.too_long": limits.max_length,
    }.get(code)  # fmt: skip
    if limit is None:
        return _example(field.example) if code == "intake.pattern" else {"length": str(len(value))}
    shown = vi_date(limit) if isinstance(limit, date) else vi_number(Decimal(str(limit)))
    return {"limit": shown, "limit_en": str(limit), "length": str(len(value))}


def _example(example: str | None) -> Mapping[str, str]:
    """What to write instead of a value that has not its column's form; nobody is shown a regular expression."""
    if example is None:
        vi, en = "Hỏi nơi quản lý sổ cách ghi đúng rồi sửa", "Ask the register's keeper how to write it and correct it"
        return {"wanted_vi": vi, "wanted_en": en}
    return {"wanted_vi": f"Sửa theo mẫu: {example}", "wanted_en": f"Write it like this: {example}"}
