"""Measures as SQL conditions over the record ``r``: what today's checks would refuse, asked of all records at once.

Constants are quoted by the driver, formulas written by ``registers.expressions``; nothing of anybody's input is here.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from tinhso.foundation.database import SQL, Composable, Composed, Literal, ident, made_sql
from tinhso.registers.declaration import LEVELS, Check, CodeList, Declaration, Field
from tinhso.registers.expressions import condition
from tinhso.registers.quality.measures import Measure

Limits = Mapping[str, tuple[str, str]]
"""By field the lowest and highest number that is not out of the usual, as text of digits."""
NEVER = SQL("false")


def sql(
    measure: Measure, declaration: Declaration, lists: Mapping[str, CodeList], limits: Limits, today: date
) -> Composable | None:  # fmt: skip
    """The condition that a record has what is measured; None where a query cannot tell (``closer``, doubles)."""
    if measure.kind in ("closer", "double"):
        return None
    if measure.kind == "missing":
        return SQL("{} is null").format(_column(measure.fields[0]))
    if measure.kind == "stale":
        return _stale(declaration, today)
    if measure.kind == "outlier":
        return _outside(measure.fields[0], limits)
    if measure.kind == "invalid":
        return _invalid(measure.fields[0], declaration, lists, today)
    code = measure.word.partition(".")[2]
    return _broken(next(check for check in declaration.checks if check.code == code), declaration, today)


def _column(name: str) -> Composed:
    return SQL("r.{}").format(ident(name))


def _stale(declaration: Declaration, today: date) -> Composable:
    fresh = declaration.quality.fresh
    if fresh is None:
        return NEVER
    months = Literal(f"{int(fresh.months)} months")
    return SQL("{} < ({}::date - {}::interval)::date").format(_column(fresh.on), Literal(today), months)


def _outside(name: str, limits: Limits) -> Composable:
    if name not in limits:
        return NEVER
    low, high = (Literal(each) for each in limits[name])
    return SQL("({0} < {1}::numeric or {0} > {2}::numeric)").format(_column(name), low, high)


def _invalid(name: str, declaration: Declaration, lists: Mapping[str, CodeList], today: date) -> Composable:
    """Any of the limits broken; an empty value breaks none."""
    field, column = declaration.fields[name], _column(name)
    parts = [*_bounds(field, column), *_lengths(field, column)]
    if field.constraints.enum:
        parts.append(SQL("{} <> all ({})").format(column, Literal(list(field.constraints.enum))))
    if field.codes in lists:
        parts.append(_not_in_force(field, column, declaration, lists[field.codes or ""], today))
    if field.type == "area":
        parts.append(_no_unit(field, column))
    return SQL("coalesce({}, false)").format(SQL(" or ").join(parts))


def _bounds(field: Field, column: Composed) -> list[Composable]:
    kind = made_sql("::date" if field.type == "date" else "::numeric")
    found: list[Composable] = []
    if field.type not in ("integer", "number", "money", "date"):
        return found
    for limit, sign in ((field.constraints.minimum, SQL("<")), (field.constraints.maximum, SQL(">"))):
        if limit is not None:
            found.append(SQL("{} {} {}{}").format(column, sign, Literal(str(limit)), kind))
    return found


def _lengths(field: Field, column: Composed) -> list[Composable]:
    ends = ((field.constraints.min_length, SQL("<")), (field.constraints.max_length, SQL(">")))
    return [SQL("length({}) {} {}").format(column, sign, Literal(end)) for end, sign in ends if end is not None]


def _no_unit(field: Field, column: Composed) -> Composable:
    """A code that no unit of the level ever had: a record keeps the unit under which it was recorded."""
    level = Literal(LEVELS[field.level] if field.level else None)
    known = SQL(
        "select c.code from areas.code c join areas.area a on a.id = c.area where a.level = coalesce({}, a.level)"
    )
    return SQL("{} not in ({})").format(column, known.format(level))


def _not_in_force(
    field: Field, column: Composed, declaration: Declaration, codes: CodeList, today: date
) -> Composable:  # fmt: skip
    """A code that the list has not, or had not on the day that decides."""
    spells: dict[tuple[date | None, date | None], list[str]] = {}
    for code, known in codes.codes.items():
        spells.setdefault((known.from_, known.to), []).append(code)
    day = _day(field.on, declaration, today)
    held = []
    for (begins, ends), listed in spells.items():
        part: Composable = SQL("{} = any ({})").format(column, Literal(listed))
        if begins is not None:
            part = SQL('{} and {} >= {} collate "C"').format(part, day, Literal(begins.isoformat()))
        if ends is not None:
            part = SQL('{} and {} <= {} collate "C"').format(part, day, Literal(ends.isoformat()))
        held.append(SQL("({})").format(part))
    return SQL("({} is not null and not ({}))").format(column, SQL(" or ").join(held) if held else NEVER)


def _day(name: str | None, declaration: Declaration, today: date) -> Composable:
    """The day by which a field's codes are judged, as text, for a kept partial date may be no day at all. It speaks of
    its last day; that the 31st of some months is none does not matter, since days are only compared."""
    now = Literal(today.isoformat())
    if name is None or name not in declaration.fields:
        return now
    column = _column(name)
    if declaration.fields[name].type == "date":
        return SQL("coalesce({}::text, {})").format(column, now)
    return SQL("coalesce({0} || substr('0000-12-31', length({0}) + 1), {1})").format(column, now)


def _broken(check: Check, declaration: Declaration, today: date) -> Composable:
    """Where ``if`` holds, the rule is in force and ``then`` is false; what is unknown breaks no rule."""
    types = {name: field.type for name, field in declaration.fields.items()}
    extra = {name: f"date '{today.isoformat()}'" for name in ("as_at", "today")}
    applies, holds = (made_sql(condition(text, types, dict.fromkeys(extra, "date")).sql("r", extra))
                      for text in (check.if_, check.then))  # fmt: skip
    parts: list[Composable] = [applies, SQL("not {}").format(holds)]
    on = _column(check.on) if check.on is not None else SQL("{}::date").format(Literal(today))
    if check.from_ is not None:
        parts.append(SQL("{} >= {}").format(on, Literal(check.from_)))
    if check.to is not None:
        parts.append(SQL("{} <= {}").format(on, Literal(check.to)))
    return SQL("coalesce({}, false)").format(SQL(" and ").join(SQL("({})").format(part) for part in parts))
