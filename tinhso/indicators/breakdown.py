"""One indicator in slices: by the areas inside an area, by a dimension's members, by month."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import msgspec

from tinhso.access.scope import Scope
from tinhso.foundation.database import Connection
from tinhso.foundation.problems import refuse
from tinhso.indicators import amounts, computing, declared, figures, places, states
from tinhso.indicators.asking import Asked
from tinhso.indicators.declaration import Indicator, Period
from tinhso.indicators.declared import Known
from tinhso.indicators.figures import Figure
from tinhso.indicators.parts import Formula, Operand
from tinhso.indicators.states import State
from tinhso.registers import declared as registers
from tinhso.registers.declaration import AreaLevel, Text


@dataclass(frozen=True, slots=True)
class Slice:
    """One slice: ``member`` is an area's code, a dimension's code or a month (2023-11), ``title`` its name.

    ``in_force``: whether a code of a list was to be used on the figure's day.
    """

    member: str
    title: Text
    figure: Figure
    in_force: bool = True


def by_areas(
    conn: Connection, indicator: str, area: str, as_at: date, *, scope: Scope, level: AreaLevel | None = None,
    as_of: int | None = None,
) -> list[Slice]:  # fmt: skip
    """The figure of each area inside ``area`` (its children, or all of a level), in Vietnamese order of name."""
    inside = places.below(conn, places.one(conn, area), level)
    found = figures.over(conn, [indicator], inside, as_at, scope=scope, as_of=as_of)
    return [
        Slice(place.code, Text(place.name, place.name), figure) for place, figure in zip(inside, found, strict=True)
    ]


def by_dimension(
    conn: Connection, indicator: str, dimension: str, area: str, as_at: date, *, scope: Scope, as_of: int | None = None
) -> list[Slice]:
    """The figure of each member of a declared dimension, the greatest numerator first.

    The member '' stands for records that say nothing. Codes are read as at the day: a member that was not in force
    then is kept, and says so. Where a ratio's denominator does not know the dimension, a
    slice is the member's contribution to the whole. Raises ``Refused`` for a dimension that is not declared.
    """
    state = states.read(conn)
    known = declared.every(conn, state)
    place = places.one(conn, area)
    definition, formula = known.told(indicator, scope, place), known.formulas[indicator]
    if dimension not in definition.dimensions:
        raise refuse("indicators.unknown_dimension", value=dimension, indicator=indicator, known=_list(definition))
    asked = Asked(formula.numerator, place, as_at, as_of)
    found = _by_member(conn, known, state, formula, asked, dimension, scope)
    leaves = figures.recorded(conn, as_of) if as_of is not None else state.leaves
    titles, retired = _titles(conn, definition.register, dimension, as_at)
    slices = [
        Slice(
            member, titles.get(member, Text(member, member)), figures.made(definition, formula, asked, mine, leaves),
            member not in retired,
        )
        for member, mine in found.items()
    ]  # fmt: skip
    return sorted(slices, key=lambda each: (-(each.figure.numerator or 0), each.member))


def by_dimensions(
    conn: Connection, indicator: str, dimensions: Sequence[str], area: str, as_at: date, *, scope: Scope
) -> list[list[Slice]]:
    """``by_dimension`` of several dimensions, with one pass over the records instead of one for each."""
    state = states.read(conn)
    known = declared.every(conn, state)
    formula, place = known.formulas[indicator], places.one(conn, area)
    for operand in dict.fromkeys(formula.operands()):
        if operand.part.register == formula.numerator.part.register:
            amounts.prepare(conn, known, state, Asked(operand, place, as_at), dimensions, scope=scope)
    return [by_dimension(conn, indicator, each, area, as_at, scope=scope) for each in dimensions]


def records_by_place(
    conn: Connection, counted: Operand, as_at: date, *, scope: Scope, as_of: int | None = None
) -> dict[int, int]:
    """How many records an operand counts at each place where they lie themselves."""
    known = declared.every(conn)
    root = conn.execute("select code from areas.tree where parent is null order by low limit 1").fetchone()
    if root is None:
        return {}
    asked = Asked(counted, places.one(conn, root[0]), as_at, as_of)
    return {place: int(count) for place, count in computing.by_place(conn, known, asked, scope).items()}


def by_month(
    conn: Connection, indicator: str, area: str, as_at: date, *, scope: Scope, months: int = 12
) -> list[Slice]:
    """The figure at the end of each of the last months (a stock) or over each of them (a flow), oldest first."""
    state = states.read(conn)
    known = declared.every(conn, state)
    place = places.one(conn, area)
    definition, formula = known.told(indicator, scope, place), known.formulas[indicator]
    by_day = {day: _monthly(formula, day) for day in month_ends(as_at, months)}
    asked = [Asked(operand, place, day) for day, each in by_day.items() for operand in each.operands()]
    found = amounts.read(conn, known, state, asked, scope=scope)
    slices = []
    for day, each in by_day.items():
        question = Asked(each.numerator, place, day)
        figure = figures.made(definition, each, question, figures.answers(each, found, question), state.leaves)
        slices.append(Slice(f"{day:%Y-%m}", Text(f"{day:%m/%Y}", f"{day:%Y-%m}"), figure))
    return slices


def month_ends(last: date, months: int) -> list[date]:
    """The last days of so many months, the last one cut at ``last``; oldest first."""
    days = [last]
    while len(days) < months:
        days.append(days[-1].replace(day=1) - timedelta(days=1))
    return days[::-1]


def month_end(day: date) -> date:
    """The last day of a day's month."""
    return (day.replace(day=1) + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def _monthly(formula: Formula, day: date) -> Formula:
    def cut(operand: Operand) -> Operand:
        return Operand(operand.part, Period(day.replace(day=1), day)) if operand.part.on else operand

    denominator = cut(formula.denominator) if formula.denominator else None
    return Formula(cut(formula.numerator), denominator, cut(formula.records))


def _by_member(
    conn: Connection, known: Known, state: State, formula: Formula, asked: Asked, dimension: str, scope: Scope
) -> dict[str, dict[Operand, Decimal]]:
    """The amounts of every operand for every member; an operand of another register counts whole for each."""
    found: dict[Operand, Mapping[str, Decimal]] = {}
    whole: dict[Operand, Decimal] = {}
    for operand in dict.fromkeys(formula.operands()):
        mine = msgspec.structs.replace(asked, operand=operand)
        if operand.part.register == formula.numerator.part.register:
            found[operand] = amounts.members(conn, known, state, mine, dimension, scope=scope)
        else:
            whole[operand] = amounts.read(conn, known, state, [mine], scope=scope)[mine]
    members = sorted({member for each in found.values() for member in each})
    return {
        member: {**{operand: each.get(member, Decimal(0)) for operand, each in found.items()}, **whole}
        for member in members
    }


def _titles(conn: Connection, register: str, dimension: str, day: date) -> tuple[dict[str, Text], set[str]]:
    """What the codes of a dimension are called, and those not in force on the day."""
    said = {"": Text("Không ghi", "Not given"), "true": Text("Có", "Yes"), "false": Text("Không", "No")}
    field = registers.one(conn, register).fields[dimension]
    code_list = registers.code_lists(conn).get(field.codes) if field.codes is not None else None
    codes = code_list.codes if code_list is not None else {}
    retired = {code for code, each in codes.items() if not each.in_force(day)}
    return said | {code: each.title for code, each in codes.items()}, retired


def _list(indicator: Indicator) -> str:
    return ", ".join(indicator.dimensions) or "–"
