"""The one statement that counts a register's additive parts over a source of signed rows.

The same text serves a commit (its inbox and what it ended) and a backfill (every version ever kept). One pass
over the rows for each day that parts go by; a month is kept under its last day. Villages count in their commune and
days in their month: else the workers of a province would have more cells than there are workers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tinhso.indicators.parts import Compiled
from tinhso.registers.expressions import Expression

NO_DAY = "'-infinity'::date"
SIGN, MONTH = "counted_sign", "counted_month"
"""Columns beside the declared fields; +1 for a version that came, -1 for one that ended."""


@dataclass(frozen=True, slots=True)
class Aggregate:
    """One part by one day: which rows it takes (``guard``), what each adds (``amount``)."""

    part: int
    amount: str
    guard: str
    dimensions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Turn:
    """A day on which a record changes a part: that of ``field`` (None: before all days), ``later`` days on; with which
    sign, and which records do so (``guard``)."""

    field: str | None
    later: int = 0
    sign: str = ""
    guard: str = "true"

    @property
    def day(self) -> str:
        """SQL of the day; a record without one changes the part before all days."""
        if self.field is None:
            return NO_DAY
        return f"({quoted(self.field)} + {self.later})" if self.later else f"coalesce({quoted(self.field)}, {NO_DAY})"

    @property
    def within(self) -> str:
        """SQL condition that the day lies from ``%(first)s`` to ``%(last)s``, so that an index on the field serves."""
        assert self.field is not None
        return f"{quoted(self.field)} between %(first)s::date - {self.later} and %(last)s::date - {self.later}"


def fields(parts: Sequence[Compiled]) -> list[str]:
    """The fields that the row source must offer beside ``change_set``, ``area`` and the sign."""
    return sorted({field for part in parts for field in part.fields})


def statement(parts: Mapping[int, Compiled], rows: str) -> str:
    """``insert into indicators.delta`` for the parts (by their number) over the SQL of signed rows."""
    passes = [_one_pass(day, aggregates) for day, aggregates in _by_day(parts).items()]
    named = "".join(f", r.{quoted(field)}" for field in fields(list(parts.values())))
    signed = (
        f"select r.change_set, r.{SIGN}, case when t.level = 4 then t.parent else r.area end as area{named}\n"
        f"from ({rows}) r left join areas.tree t on t.area = r.area"
    )
    return f"with signed as ({signed})\ninsert into indicators.delta\n" + "\nunion all\n".join(passes)


def quoted(name: str) -> str:
    """A field's name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def condition(where: Expression | None) -> str:
    """A filter as SQL; what is unknown does not count."""
    return f"({where.sql()}) is true" if where is not None else "true"


def _by_day(parts: Mapping[int, Compiled]) -> dict[str, list[Aggregate]]:
    found: dict[str, list[Aggregate]] = {}
    for number, part in parts.items():
        for turn in turns(part):
            amount = f" * ({part.value.sql()})" if part.part.kind == "sum" and part.value is not None else ""
            guard = " and ".join(each for each in (condition(part.where), turn.guard) if each != "true") or "true"
            found.setdefault(turn.day, []).append(
                Aggregate(number, f"{turn.sign}{SIGN}{amount}", guard, part.dimensions)
            )
    return found


def turns(part: Compiled) -> list[Turn]:
    """The days on which a record changes the part."""
    if part.part.on is not None:
        return [Turn(part.part.on)]
    if part.part.at is None:
        return [Turn(None)]
    first, last = part.part.at.from_, part.part.at.until
    if last is None:
        return [Turn(first)]
    # a record whose end lies before its beginning never counted
    real = f"{quoted(last)} >= {Turn(first).day}"
    return [
        Turn(first, guard=f"({quoted(last)} is null or {real})"),
        Turn(last, later=1, sign="-", guard=f"({quoted(last)} is not null and {real})"),
    ]


def _one_pass(day: str, aggregates: Sequence[Aggregate]) -> str:
    dimensions = sorted({dimension for each in aggregates for dimension in each.dimensions})
    sums = [f"sum({each.amount}) filter (where {each.guard})::numeric as v{n}" for n, each in enumerate(aggregates)]
    cell = f"change_set, area, {MONTH}"
    sets = [f"({cell})", *(f"({cell}, {quoted(each)})" for each in dimensions)]
    columns = [cell, f"{_dimension(dimensions)} as dimension", f"{_member(dimensions)} as member", *sums]
    values = ", ".join(f"({each.part}, v{n}, {_allowed(each.dimensions)})" for n, each in enumerate(aggregates))
    return (
        f"select g.change_set, m.part, g.area, {_LAST_DAY}, g.dimension, g.member, m.value from (\n"
        f"  select {', '.join(columns)}\n"
        f"  from (select *, {_month(day)} as {MONTH} from signed) by_month\n"
        f"  group by grouping sets ({', '.join(sets)})\n) g\n"
        f"cross join lateral (values {values}) m(part, value, dimensions)\n"
        f"where m.value <> 0 and g.dimension = any(m.dimensions)"
    )


_LAST_DAY = f"(g.{MONTH} + interval '1 month' - interval '1 day')::date"


def _month(day: str) -> str:
    """The month of a day, as cheap to group by as can be; no day stays no day."""
    return f"date_trunc('month', ({day})::timestamp)"


def _dimension(dimensions: Sequence[str]) -> str:
    cases = " ".join(f"when grouping({quoted(each)}) = 0 then {literal(each)}" for each in dimensions)
    return f"case {cases} else '' end" if cases else "''"


def _member(dimensions: Sequence[str]) -> str:
    cases = " ".join(
        f"when grouping({quoted(each)}) = 0 then coalesce({quoted(each)}::text, '')" for each in dimensions
    )
    return f"case {cases} else '' end" if cases else "''"


def _allowed(dimensions: Sequence[str]) -> str:
    return "array[" + ", ".join(literal(each) for each in ("", *dimensions)) + "]::text[]"


def literal(text: str) -> str:
    """A declared name as an SQL string."""
    return "'" + text.replace("'", "''") + "'"
