"""Figures: an indicator over an area as at a day, with the exact numbers it was made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tinhso.access.scope import Scope
from tinhso.foundation import rounding
from tinhso.foundation.database import Connection
from tinhso.indicators import amounts, declared, places, states
from tinhso.indicators.asking import Asked
from tinhso.indicators.declaration import Indicator
from tinhso.indicators.parts import Formula, Operand, bounds, counted
from tinhso.indicators.places import Place
from tinhso.registers.declaration import Text


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure. ``value`` is None where there is no data: nothing was ever recorded, or nothing to divide by.

    ``period`` is a day (a stock) or two days with a slash (a flow), ISO 8601. ``records`` is how many records the
    numerator counts, ``records_below`` the denominator. ``denominator`` is None where the indicator is no ratio.
    """

    id: str
    area: str
    period: str
    value: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None
    unit: Text
    scale: int
    decimals: int
    records: int
    records_below: int | None = None


def compute(
    conn: Connection, ids: Sequence[str], area: str, as_at: date, *, scope: Scope, as_of: int | None = None
) -> list[Figure]:
    """The figures of these indicators over the area with that code, in the order asked.

    ``as_at`` is the day whose state is asked for; ``as_of`` a leaf: only what was known after that commit counts.
    Raises ``Refused`` for an unknown indicator or area.
    """
    return over(conn, ids, [places.one(conn, area)], as_at, scope=scope, as_of=as_of)


def over(
    conn: Connection, ids: Sequence[str], where: Sequence[Place], as_at: date, *, scope: Scope, as_of: int | None = None
) -> list[Figure]:
    """The figures over several areas at once: for each area, each indicator in the order asked."""
    state = states.read(conn)
    known = declared.every(conn, state)
    formulas = {name: (known.told(name, scope, *where), known.formulas[name]) for name in ids}
    asked = [
        Asked(operand, place, as_at, as_of)
        for place in where
        for _, formula in formulas.values()
        for operand in formula.operands()
    ]
    found = amounts.read(conn, known, state, asked, scope=scope)
    leaves = recorded(conn, as_of) if as_of is not None else state.leaves
    return [
        made(indicator, formula, question, answers(formula, found, question), leaves)
        for place in where
        for indicator, formula in formulas.values()
        for question in (Asked(formula.numerator, place, as_at, as_of),)
    ]


def answers(formula: Formula, found: Mapping[Asked, Decimal], asked: Asked) -> dict[Operand, Decimal]:
    """The amount of each operand of a formula, asked as ``asked`` is."""
    return {each: found[Asked(each, asked.place, asked.as_at, asked.as_of)] for each in formula.operands()}


def made(
    indicator: Indicator, formula: Formula, asked: Asked, found: Mapping[Operand, Decimal], recorded: Mapping[str, int]
) -> Figure:
    """The figure from the amounts of its operands; ``asked`` is its numerator's question.

    ``recorded`` has the last leaf of each register, none or 0 for one in which nothing was ever recorded.
    """
    numerator = found[formula.numerator]
    denominator = found[formula.denominator] if formula.denominator else None
    known = all(recorded.get(operand.part.register) for operand in formula.operands())
    return Figure(
        id=indicator.indicator, area=asked.place.code, period=_period(formula, asked.as_at),
        value=quotient(numerator, denominator, indicator.scale, indicator.decimals) if known else None,
        numerator=numerator if known else None, denominator=denominator if known else None, unit=indicator.unit,
        scale=indicator.scale, decimals=indicator.decimals, records=int(found[formula.records]),
        records_below=int(found[counted(formula.denominator)]) if formula.denominator else None,
    )  # fmt: skip


def quotient(numerator: Decimal, denominator: Decimal | None, scale: int, decimals: int) -> Decimal | None:
    """numerator / denominator x scale, rounded half up; None where the denominator is 0."""
    if denominator is not None and denominator == 0:
        return None
    above, under = numerator.as_integer_ratio()
    over, below = denominator.as_integer_ratio() if denominator is not None else (1, 1)
    return rounding.quotient(above * below * scale, under * over, decimals)


def plain(number: Decimal | None) -> int | float | None:
    """A number for JSON: whole ones as integers."""
    if number is None:
        return None
    return int(number) if number == number.to_integral_value() else float(number)


def latest_leaf(conn: Connection) -> int:
    """The leaf of the last commit of all; 0 when there was none."""
    return max(states.read(conn).leaves.values(), default=0)


def recorded(conn: Connection, as_of: int) -> Mapping[str, int]:
    """The last leaf of each register at or before a leaf."""
    query = "select register, max(leaf) from registers.leaf where leaf <= %s group by register"
    return dict(conn.execute(query, (as_of,)).fetchall())


def _period(formula: Formula, as_at: date) -> str:
    first, last = bounds(formula.numerator, as_at)
    return f"{first}/{last}" if formula.numerator.part.on is not None and first else str(last)
