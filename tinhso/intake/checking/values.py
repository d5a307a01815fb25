"""One field's texts become typed values: its type, its codes, its constraints.

A ``Plan`` is a set of Polars expressions over the column ``text``; it runs over the distinct texts where they repeat.
Faults are numbered: 0 is none, n the n-th of ``Plan.faults``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import partial

import polars as pl

from tinhso.foundation import numbers
from tinhso.foundation.frames import fold_expr
from tinhso.foundation.readings import Reading
from tinhso.intake.checking import codes
from tinhso.intake.checking.codes import Known
from tinhso.registers.declaration import CodeList, Constraints, Declaration, Field
from tinhso.registers.expressions.tree import INTEGER_WHOLE, NUMBER_SCALE, NUMBER_WHOLE

TEXT, READ, BAD, VALUE = pl.col("text"), pl.col("read"), pl.col("bad"), pl.col("value")
LONGEST: int = 10**INTEGER_WHOLE
LONGEST_NUMBER = rf"^-?\d{{1,{NUMBER_WHOLE}}}(?:\.\d{{1,{NUMBER_SCALE}}})?$"
NUMBER = pl.Decimal(38, NUMBER_SCALE)

TRUE = ("co", "x", "dung", "true", "yes", "1", "v", "roi", "✓", "✔", "☑")
FALSE = ("khong", "sai", "false", "no", "0", "chua", "☐")

REQUIRED = codes.RETIRED + 1
"""The number of ``intake.required`` among the faults of a field with codes."""

Masks = list[tuple[str, pl.Expr]]


def _unlimited(value: pl.Expr) -> Masks:
    return []


@dataclass(slots=True)
class Plan:
    """How a field's text is read: the typed value, and faults and repairs as (code, where) in order.

    The value may use ``text`` and, with a ``reading``, the column ``read`` that it gives (``bad`` where it gives none);
    faults and repairs may use ``value`` too. With ``known`` the value is a code, looked up before. ``closer`` is the
    plan that is followed instead where there is any fault; its faults and repairs have the same numbers. ``plain``
    gives the values of texts that need no closer look, null for others; ``limits`` the faults of a value alone.
    ``spells`` are the plans by the day that another field of the row says; this plan then is only their pattern.
    """

    value: pl.Expr
    faults: Masks = field(default_factory=list)
    repairs: Masks = field(default_factory=list)
    known: Known | None = None
    padding: bool = False
    required: bool = False
    reading: Reading | None = None
    closer: Plan | None = None
    plain: Callable[[pl.Expr], pl.Expr] | None = None
    limits: Callable[[pl.Expr], Masks] = _unlimited
    spells: Spells | None = None

    def run(self, texts: pl.Series) -> pl.DataFrame:
        """Columns ``value``, ``fault`` and ``repair`` (numbers as above) for a column of cleaned texts."""
        frame = texts.to_frame("text")
        if self.known is not None:
            frame = self.known.read(texts, self.padding, REQUIRED if self.required else 0)
            # Where codes are all there is to judge, the numbers of the list are the numbers of the plan.
            if len(self.faults) <= REQUIRED:
                return frame
        read = self._read(frame.lazy())
        if self.closer is None:
            return self._judge(read).collect()
        kept = read.collect()
        answer = self._judge(kept.lazy()).collect()
        return self.closer._judge(kept.lazy()).collect() if answer["fault"].max() else answer

    def _read(self, rows: pl.LazyFrame) -> pl.LazyFrame:
        if self.reading is None:
            return rows
        read = rows.with_columns(self.reading.value.alias("read"))
        return read.with_columns((READ.is_null() & TEXT.is_not_null()).alias("bad"))

    def _judge(self, rows: pl.LazyFrame) -> pl.LazyFrame:
        fault, repair = numbered(self.faults).alias("fault"), numbered(self.repairs).alias("repair")
        return rows.with_columns(self.value.alias("value")).select("value", fault, repair)


def numbered(masks: Masks) -> pl.Expr:
    """The number of the first mask that holds, 0 where none does."""
    found = pl.lit(0, pl.UInt8)
    for place in range(len(masks), 0, -1):
        found = pl.when(masks[place - 1][1]).then(pl.lit(place, pl.UInt8)).otherwise(found)
    return found


@dataclass(frozen=True, slots=True)
class Spells:
    """The plans of a field whose codes changed in time: the n-th holds from the n-th of ``starts`` on.

    ``on`` names the field that says the day; ``today`` is taken where it says none.
    """

    on: str
    starts: tuple[date, ...]
    plans: tuple[Plan, ...]
    today: date


@dataclass(frozen=True, slots=True)
class Reader:
    """What reading values needs to know besides the field."""

    lists: Mapping[str, CodeList]
    today: date
    repairs: frozenset[str]


_kept: dict[tuple[int, int, date, frozenset[str]], tuple[Declaration, Mapping[str, CodeList], dict[str, Plan]]] = {}
MOST_KEPT = 64


def plans(declaration: Declaration, reader: Reader) -> dict[str, Plan]:
    """The plan of every field; kept for the next file of the same declaration."""
    key = (id(declaration), id(reader.lists), reader.today, reader.repairs)
    kept = _kept.get(key)
    if kept is None or kept[0] is not declaration or kept[1] is not reader.lists:
        if len(_kept) >= MOST_KEPT:
            _kept.clear()
        made = {name: plan(one, reader) for name, one in declaration.fields.items()}
        _kept[key] = kept = (declaration, reader.lists, made)
    return kept[2]


def plan(declared: Field, reader: Reader) -> Plan:
    """The plan of a field. Fields of type ``area`` stay text here; ``placing`` resolves them."""
    made = _limited(_typed(declared, reader), declared)
    code_list = reader.lists.get(declared.codes or "")
    if declared.on is not None and code_list is not None and (starts := codes.turns(code_list)):
        each = [_limited(_coded(codes.of_list(code_list, day), reader), declared) for day in (date.min, *starts)]
        made.spells, made.plain = Spells(declared.on, (date.min, *starts), tuple(each), reader.today), None
    return made


def _limited(made: Plan, declared: Field) -> Plan:
    """A plan with what the declaration forbids besides."""
    made.limits = partial(_limits, declared)
    made.required = declared.constraints.required and declared.type != "area"
    for one in (made, made.closer):
        if one is not None:
            one.faults += [("intake.required", TEXT.is_null())] if made.required else []
            one.faults += _limits(declared, VALUE)
    return made


def _typed(declared: Field, reader: Reader) -> Plan:
    if declared.codes is not None and declared.codes in reader.lists:
        return _coded(codes.of_list(reader.lists[declared.codes], reader.today), reader)
    if declared.constraints.enum:
        return _coded(codes.of_enum(declared.constraints.enum), reader)
    if declared.type == "number":
        return _number()
    if declared.type in ("integer", "money"):
        return _whole(declared)
    if declared.type in ("date", "partialDate"):
        return _day(declared, reader)
    return _truth() if declared.type == "boolean" else Plan(TEXT, plain=_same)


def _same(text: pl.Expr) -> pl.Expr:
    return text


def _coded(known: Known, reader: Reader) -> Plan:
    fault, repair = pl.col("fault"), pl.col("repair")
    faults = [("intake.unknown_code", fault == codes.UNKNOWN), ("intake.code_not_in_force", fault == codes.RETIRED)]
    repairs = [("intake.lost_zero", repair == codes.LOST_ZERO)]
    return Plan(VALUE, faults, repairs, known, "lost_zero" in reader.repairs, plain=known.plain)


def _day(declared: Field, reader: Reader) -> Plan:
    partial = declared.type == "partialDate"
    reading = numbers.partial_date_expr(TEXT) if partial else numbers.date_expr(TEXT)
    code = "intake.not_a_partial_date" if partial else "intake.not_a_date"
    closer = _odd_day(code, partial, reader.repairs)
    plain = numbers.plain_partial_date if partial else numbers.plain_date
    repairs: Masks = [("intake.date_style", pl.lit(False)), ("intake.date_serial", pl.lit(False))]
    return Plan(READ, [(code, BAD)], repairs, reading=reading, closer=closer, plain=plain)


def _odd_day(code: str, partial: bool, repairs: frozenset[str]) -> Plan:
    """Days with the month first, and days as the numbers that a spreadsheet keeps for them.

    A column with more days that fit only as month/day/year than only as day/month/year may be read so.
    """
    american, usual = (TEXT.str.to_date(form, strict=False) for form in ("%m/%d/%Y", "%d/%m/%Y"))
    only_american = american.is_not_null() & usual.is_null()
    style = only_american.sum() > (usual.is_not_null() & american.is_null()).sum()
    other = (style & american.is_not_null() & american.ne_missing(usual)).fill_null(False)
    counted = numbers.serial_date(TEXT)
    serial = BAD & ~other & counted.is_not_null()
    value = READ
    for name, where, days in (("date_style", other, american), ("date_serial", serial, counted)):
        if name in repairs:
            value = pl.when(where).then(days.dt.to_string("%Y-%m-%d") if partial else days).otherwise(value)
    offered: Masks = [("intake.date_style", other), ("intake.date_serial", serial)]
    return Plan(value, [(code, BAD & ~other & ~serial)], offered)


def _whole(declared: Field) -> Plan:
    if declared.type == "integer":
        reading, code = numbers.integer_expr(TEXT), "intake.not_an_integer"
    else:
        reading, code = numbers.money_expr(TEXT), "intake.not_money"
    faults = [(code, BAD), ("intake.too_long_number", VALUE.abs() >= LONGEST)]
    return Plan(READ, faults, reading=reading, plain=_short_whole)


def _short_whole(text: pl.Expr) -> pl.Expr:
    value = numbers.plain_whole(text)
    return pl.when(value.abs() < LONGEST).then(value)


def _number() -> Plan:
    fits = VALUE.str.contains(LONGEST_NUMBER)
    faults = [("intake.not_a_number", BAD), ("intake.too_long_number", ~fits)]
    return Plan(READ, faults, reading=numbers.number_expr(TEXT))


def _truth() -> Plan:
    folded = fold_expr(TEXT)
    true, false = folded.is_in(TRUE), folded.is_in(FALSE)
    value = pl.when(true).then(True).when(false).then(False)
    return Plan(value, [("intake.not_yes_or_no", VALUE.is_null() & TEXT.is_not_null())])


def _limits(declared: Field, value: pl.Expr) -> Masks:
    """What a declaration forbids of a value."""
    limits = declared.constraints
    found: Masks = []
    if limits.pattern is not None:
        # a digit of a key is 0-9: in Polars \d takes the digits of all scripts
        pattern = limits.pattern.replace(r"\d", "[0-9]")
        found.append(("intake.pattern", ~value.str.contains(f"^(?:{pattern})$")))
    if limits.min_length is not None:
        found.append(("intake.too_short", value.str.len_chars() < limits.min_length))
    if limits.max_length is not None:
        found.append(("intake.too_long", value.str.len_chars() > limits.max_length))
    return found + _range(declared, limits, value)


def _range(declared: Field, limits: Constraints, value: pl.Expr) -> Masks:
    """``minimum`` and ``maximum``; a year is compared with the limit's year, a month with its month."""
    measured = value.cast(NUMBER, strict=False) if declared.type == "number" else value
    found: Masks = []
    if limits.minimum is not None:
        found.append(("intake.too_small", measured < _bound(declared, limits.minimum, value)))
    if limits.maximum is not None:
        found.append(("intake.too_great", measured > _bound(declared, limits.maximum, value)))
    return found


def _bound(declared: Field, limit: float | int | date, value: pl.Expr) -> pl.Expr:
    if declared.type == "partialDate":
        return pl.lit(str(limit)).str.head(value.str.len_chars())
    return pl.lit(str(limit)).cast(NUMBER) if declared.type == "number" else pl.lit(limit)
