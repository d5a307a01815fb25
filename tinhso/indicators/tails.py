"""The days of a month that has not ended by the day asked about: what they add to the months before, from records.

Cells are kept by month. As at any other day an amount is that of the months before it, from cells, and of the few
records whose own days lie in the rest, which the index on those days finds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import msgspec

from tinhso.access.scope import Scope
from tinhso.foundation.database import Connection, made_sql
from tinhso.indicators import cells, counting, parts
from tinhso.indicators.asking import Asked
from tinhso.indicators.declared import Known
from tinhso.indicators.parts import Compiled
from tinhso.indicators.places import Place
from tinhso.registers.declaration import LEVELS


@dataclass(frozen=True, slots=True)
class Tail:
    """A question in two: ``months``, which cells answer (None where the period begins in the last month), and the
    days from ``first`` to ``last``, which records do."""

    asked: Asked
    months: Asked | None
    first: date
    last: date


def of(known: Known, asked: Asked) -> Tail | None:
    """The question in two, where cells are kept for it and its days begin with a month and end within one."""
    kept = asked.operand.part in known.numbers and asked.place.level <= LEVELS["commune"]
    if not kept or asked.as_of is not None or cells.has(known, asked):
        return None
    begin, last = parts.bounds(asked.operand, asked.as_at)
    if begin is not None and (begin.day != 1 or begin > last):
        return None
    first = last.replace(day=1)
    if begin == first:
        return Tail(asked, None, first, last)
    return Tail(asked, msgspec.structs.replace(asked, as_at=first - timedelta(days=1)), first, last)


def read(conn: Connection, known: Known, tails: Sequence[Tail], scope: Scope) -> list[Decimal]:
    """What the records of the tails' days add to each, all tails over one register and the same days."""
    operands = list(dict.fromkeys(each.asked.operand for each in tails))
    where = list(dict.fromkeys(each.asked.place for each in tails))
    compiled = [known.compiled[operand.part] for operand in operands]
    within = " or ".join(sorted({f"({turn.within})" for each in compiled for turn in _dated(each)}))
    fields = ", ".join(["place", *map(counting.quoted, counting.fields(compiled))])
    query = _READ.format(
        register=operands[0].part.register, fields=fields, within=within,
        columns=", ".join(_gained(each) for each in compiled),
        scope=scope.predicate(operands[0].part.register, "r.place"),
    )  # fmt: skip
    rows = conn.execute(made_sql(query), _params(where, tails[0])).fetchall()
    gained = {
        (where[slot], operand): amount
        for slot, *amounts in rows
        for operand, amount in zip(operands, amounts, strict=True)
    }
    return [gained.get((each.asked.place, each.asked.operand), Decimal(0)) for each in tails]


_READ = """
with located as materialized (
  select t.low as asked_place, w.slot as asked_slot from areas.tree t
  join unnest(%(slot)s::int[], %(low)s::bigint[], %(high)s::bigint[]) w(slot, low, high)
    on t.low between w.low and w.high
), changing as materialized (select {fields} from registers.{register} r where ({within}) and {scope})
select asked_slot, {columns} from changing join located on asked_place = place group by asked_slot
"""


def _dated(part: Compiled) -> list[counting.Turn]:
    return [turn for turn in counting.turns(part) if turn.field is not None]


def _gained(part: Compiled) -> str:
    """SQL of what a part gains in the days."""
    amount = f"({part.value.sql()})" if part.part.kind == "sum" and part.value is not None else "1"
    gains = [
        f"{turn.sign} coalesce(sum({amount}) filter (where {turn.within} and {turn.guard}"
        f" and {counting.condition(part.where)}), 0)"
        for turn in _dated(part)
    ]
    return f"(0 + {' + '.join(gains)})::numeric"


def _params(where: Sequence[Place], tail: Tail) -> dict[str, object]:
    return {
        "slot": list(range(len(where))), "low": [place.low for place in where], "high": [place.high for place in where],
        "first": tail.first.isoformat(), "last": tail.last.isoformat(),
    }  # fmt: skip
