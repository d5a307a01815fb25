"""Parts: what is really counted. Indicators that count the same thing share one part.

A part counts, sums, or counts distinct values over the records of one register. Counts and sums whose expressions
do not ask for ``as_at`` are *additive*: every commit adds to their cells, by commune (or the wider unit a record
belongs to) and month; as at a day within a month ``tails`` adds the records of its days. All else is computed from
the records on reading: distinct values, what depends on ``as_at``, and a village's own figures.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import date, timedelta

import msgspec

from tinhso.foundation.problems import refuse
from tinhso.indicators.declaration import Indicator, Measure, PartKind, Period, Span
from tinhso.registers import expressions
from tinhso.registers.declaration import Declaration, FieldType
from tinhso.registers.expressions import Expression

AS_AT = "as_at"


class Part(msgspec.Struct, frozen=True, omit_defaults=True):
    """One thing that is counted. Two equal parts are the same part, whoever asks for them."""

    register: str
    kind: PartKind = "count"
    where: str | None = None
    value: str | None = None
    at: Span | None = None
    on: str | None = None


class Operand(msgspec.Struct, frozen=True):
    """A part over a period; a part without ``on`` knows no period."""

    part: Part
    period: Period | None = None


class Formula(msgspec.Struct, frozen=True):
    """What a figure is made of: numerator / denominator x scale; ``records`` counts the numerator's records."""

    numerator: Operand
    denominator: Operand | None
    records: Operand

    def operands(self) -> tuple[Operand, ...]:
        """All that is read for the figure and its explanation."""
        below = (self.denominator, counted(self.denominator)) if self.denominator else ()
        return (self.numerator, self.records, *below)


class Compiled(msgspec.Struct, frozen=True):
    """A part with its expressions read against the register's fields, and the dimensions it is kept by."""

    part: Part
    where: Expression | None
    value: Expression | None
    dimensions: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """A name that follows from the content, so that a part declared anew is known again."""
        content = hashlib.sha256(msgspec.json.encode((self.part, self.dimensions))).hexdigest()
        return f"{self.part.register}:{content[:16]}"

    @property
    def additive(self) -> bool:
        return self.part.kind != "distinct" and not any(AS_AT in each.extra for each in self._expressions())

    @property
    def fields(self) -> tuple[str, ...]:
        """All fields of the register that the part reads, in order of name."""
        span = (self.part.at.from_, self.part.at.until) if self.part.at else ()
        named = {field for field in (*span, self.part.on, *self.dimensions) if field}
        read = {field for each in self._expressions() for field in each.fields}
        return tuple(sorted(named | read))

    def _expressions(self) -> tuple[Expression, ...]:
        return tuple(each for each in (self.where, self.value) if each is not None)


def formula(indicator: Indicator) -> Formula:
    """The operands of an indicator; refuses one whose kind and words do not fit together."""
    _check_shape(indicator)
    if indicator.kind == "average":
        return _average(indicator)
    numerator = _operand(_own_measure(indicator))
    denominator = _operand(indicator.over) if indicator.over else None
    return Formula(numerator, denominator, counted(numerator))


def every(indicators: Iterable[Indicator], declarations: Mapping[str, Declaration]) -> dict[Part, Compiled]:
    """All parts of the indicators, each once, kept by all dimensions that any of them asks for."""
    wanted: dict[Part, set[str]] = {}
    for indicator in indicators:
        _check_dimensions(indicator, declarations.get(indicator.register))
        for operand in formula(indicator).operands():
            register = operand.part.register
            if register not in declarations:
                raise refuse("indicators.unknown_register", value=register, indicator=indicator.indicator)
            own = indicator.kept if register == indicator.register else ()
            wanted.setdefault(operand.part, set()).update(own)
    return {part: compiled(part, declarations[part.register], sorted(by)) for part, by in wanted.items()}


def compiled(part: Part, declaration: Declaration, dimensions: Iterable[str] = ()) -> Compiled:
    """Read the part's expressions; refuses unknown fields and words with the sentence of ``expressions``."""
    types: dict[str, FieldType] = {name: field.type for name, field in declaration.fields.items()}
    by = tuple(dimensions)
    _check_fields(part, by, types)

    extra: dict[str, FieldType] = {AS_AT: "date"}
    where = expressions.condition(part.where, types, extra) if part.where is not None else None
    value = expressions.parse(part.value, types, extra) if part.value is not None else None
    return Compiled(part, where, value, by)


def by_months(operand: Operand, as_at: date) -> bool:
    """Whether the operand's days are whole months, so that its cells, which are by month, make it up."""
    first, last = bounds(operand, as_at)
    dated = operand.part.on is not None or operand.part.at is not None
    return not dated or ((first is None or first.day == 1) and (last + timedelta(days=1)).day == 1)


def bounds(operand: Operand, as_at: date) -> tuple[date | None, date]:
    """First and last day whose cells make the operand; a first day of None is without bound.

    A stock sums every coming and going up to ``as_at``; a flow its period, ended by ``as_at``; a part without
    dates has one day, before all others, so it is the same on every day.
    """
    part, period = operand.part, operand.period
    if part.on is None:
        return None, as_at
    if period is None:
        return None, as_at
    return period.from_, min(period.to, as_at) if period.to else as_at


_OWN_KINDS: dict[str, PartKind] = {"count": "count", "sum": "sum", "distinct": "distinct", "average": "sum"}


def _own_measure(indicator: Indicator) -> Measure:
    return Measure(
        register=indicator.register, kind=_OWN_KINDS.get(indicator.kind), where=indicator.where,
        value=indicator.value, distinct=indicator.distinct, at=indicator.at, on=indicator.on, period=indicator.period,
    )  # fmt: skip


def _operand(measure: Measure) -> Operand:
    kind: PartKind = measure.kind or ("distinct" if measure.distinct else "sum" if measure.value else "count")
    value = {"count": None, "sum": measure.value, "distinct": measure.distinct}[kind]
    part = Part(
        register=measure.register, kind=kind, where=measure.where, value=value,
        at=measure.at, on=measure.on,
    )  # fmt: skip
    return Operand(part, measure.period)


def _average(indicator: Indicator) -> Formula:
    """Sum over count of the records that have a value: both additive, so an average is kept live too."""
    numerator = _operand(_own_measure(indicator))
    present = f"({indicator.value}) is not null"
    where = f"({indicator.where}) and {present}" if indicator.where else present
    present_part = msgspec.structs.replace(numerator.part, kind="count", value=None, where=where)
    denominator = Operand(present_part, indicator.period)
    return Formula(numerator, denominator, denominator)


def counted(operand: Operand) -> Operand:
    """The operand that counts the records which this one sums or tells apart."""
    if operand.part.kind == "count":
        return operand
    return Operand(msgspec.structs.replace(operand.part, kind="count", value=None), operand.period)


def _check_shape(indicator: Indicator) -> None:
    needed = {"ratio": indicator.over, "sum": indicator.value, "average": indicator.value}
    needed["distinct"] = indicator.distinct
    if indicator.kind in needed and needed[indicator.kind] is None:
        word = "over" if indicator.kind == "ratio" else "distinct" if indicator.kind == "distinct" else "value"
        raise refuse("indicators.incomplete", value=indicator.indicator, kind=indicator.kind, word=word)
    if indicator.at is not None and indicator.on is not None:
        raise refuse("indicators.at_and_on", value=indicator.indicator)
    if indicator.period is not None and indicator.on is None:
        raise refuse("indicators.period_without_on", value=indicator.indicator)


def _check_dimensions(indicator: Indicator, declaration: Declaration | None) -> None:
    for name in indicator.dimensions:
        if declaration is not None and name not in declaration.fields:
            raise refuse("indicators.unknown_field", value=name, register=indicator.register)
    for name in indicator.kept:
        if name not in indicator.dimensions:
            known = ", ".join(indicator.dimensions) or "–"
            raise refuse("indicators.unknown_dimension", value=name, indicator=indicator.indicator, known=known)


def _check_fields(part: Part, dimensions: tuple[str, ...], types: dict[str, FieldType]) -> None:
    dates = [part.on, *((part.at.from_, part.at.until) if part.at else ())]
    for name in (*dimensions, *(day for day in dates if day)):
        if name not in types:
            raise refuse("indicators.unknown_field", value=name, register=part.register)
    for name in dates:
        if name and types[name] != "date":
            raise refuse("indicators.not_a_date", value=name, register=part.register)
