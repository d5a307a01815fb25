"""The class of a household by the rule in force on the day of assessment.

The rule is content: ``provinces/<country>/rules/poverty.yaml``. ::

    rule: poverty
    periods:                          # spans do not overlap; a day outside every span is not judged
      - from: 2022-01-01
        to: 2026-12-31                # left out: still in force
        source: {vi: "…", from: 2022-01-01, verified: true}
        min_deprived: 3               # poor from so many deprived indicators on, near-poor below
        areas:                        # by the code of residence; đồng per person and month, limits belong to the class
          rural: {line: 1500000, average: 2250000}
          urban: {line: 2000000, average: 3000000}
    examples:                         # tested with the rule
      - {on: 2023-10-31, residence: rural, income: 1500000, deprivations: 3, expect: poor}

Within ``line``: ``poor`` or ``near_poor``; within ``average``: ``average``; above it: ``none``. Where ``average`` is
left out, incomes above the line are not judged. ``verified: false`` shows beside the sentence.
"""

from __future__ import annotations

from datetime import date

import msgspec
import polars as pl

from tinhso.registers.checks.shape import Context, Verdict, where
from tinhso.registers.declaration import LegalSource

ROLES = ("residence", "income", "deprivations", "assessed_on")


class Lines(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Monthly income per person, in đồng, up to which a class reaches."""

    line: int
    average: int | None = None


class Period(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"from_": "from"}):
    """One edition of the rule and the days it is in force."""

    from_: date
    min_deprived: int
    areas: dict[str, Lines]
    source: LegalSource
    to: date | None = None


class Example(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A household and the class it must get."""

    on: date
    residence: str
    income: int
    deprivations: int
    expect: str | None


class Poverty(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    rule: str
    periods: tuple[Period, ...]
    examples: tuple[Example, ...] = ()


def check(values: pl.Expr, context: Context) -> Verdict:
    """A fault where the class given is not the class of the rule; nothing where the rule cannot tell."""
    rule = context.rules.get("poverty")
    if rule is None or any(role not in context.roles for role in ROLES):
        return Verdict(values)
    wanted = expected(rule, *(context.roles[role].values for role in ROLES))
    # The average standard is for households of farming, forestry, fishing and salt; others there belong to none.
    other = (values != wanted) & ~((wanted == "average") & (values == "none"))
    return Verdict(values, (("registers.poverty_class_differs", where(other)),))


def expected(rule: Poverty, residence: pl.Expr, income: pl.Expr, deprived: pl.Expr, on: pl.Expr) -> pl.Expr:
    """The class by the rule, null where it cannot tell."""
    told = pl.lit(None, pl.String)
    for period in rule.periods:
        held = (on >= period.from_) & (on <= (period.to or date.max))
        for area, lines in period.areas.items():
            told = pl.when(held & (residence == area)).then(_class(period, lines, income, deprived)).otherwise(told)
    return told


def _class(period: Period, lines: Lines, income: pl.Expr, deprived: pl.Expr) -> pl.Expr:
    poor = pl.when(deprived >= period.min_deprived).then(pl.lit("poor"))
    below = poor.when(deprived.is_not_null()).then(pl.lit("near_poor"))
    told = pl.when(income <= lines.line).then(below)
    if lines.average is None:
        return told
    return told.when(income <= lines.average).then(pl.lit("average")).when(income.is_not_null()).then(pl.lit("none"))
