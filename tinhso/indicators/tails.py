"""A day within a month: what the nearest month's end comes to, from cells, and what lies between, from records.

Cells are kept by month. As at any other day an amount is that of the months before it and of the few records whose own
days lie in the rest, which the index on those days finds; or, late in a month, that of the whole month less the few
whose days are still to come.
"""

from __future__ import annotations

from calendar import monthrange
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
from tinhso.indicators.places import Place, located
from tinhso.registers.declaration import LEVELS


@dataclass(frozen=True, slots=True)
class Tail:
    """A question in two: ``months``, which cells answer (None where there are none), and the days from ``first`` to
    ``last``, which records do and which count with ``sign``."""

    asked: Asked
    months: Asked | None
    first: date
    last: date
    sign: int = 1


def of(known: Known, asked: Asked) -> Tail | None:
    """The question in two, where cells are kept for it and its days begin with a month and end within one."""
    kept = asked.operand.part in known.numbers and asked.place.level <= LEVELS["commune"]
    if not kept or asked.as_of is not None or cells.has(known, asked):
        return None
    begin, last = parts.bounds(asked.operand, asked.as_at)
    if begin is not None and (begin.day != 1 or begin > last):
        return None
    first, end = last.replace(day=1), last.replace(day=monthrange(last.year, last.month)[1])
    if last - first > end - last and parts.bounds(asked.operand, end) == (begin, end):
        return Tail(asked, _at(asked, end), last + timedelta(days=1), end, -1)
    return Tail(asked, None if begin == first else _at(asked, first - timedelta(days=1)), first, last)


def _at(asked: Asked, day: date) -> Asked:
    return msgspec.structs.replace(asked, as_at=day)


def read(conn: Connection, known: Known, tails: Sequence[Tail], scope: Scope) -> list[Decimal]:
    """What the records of the tails' days come to, with their signs; all tails over one register and the same days."""
    operands = list(dict.fromkeys(each.asked.operand for each in tails))
    where = list(dict.fromkeys(each.asked.place for each in tails))
    compiled = [known.compiled[operand.part] for operand in operands]
    within = " or ".join(sorted({f"({turn.within})" for each in compiled for turn in _dated(each)}))
    fields = ", ".join(["place", *map(counting.quoted, counting.fields(compiled))])
    query = _READ.format(
        register=operands[0].part.register, fields=fields, within=within,
        columns=", ".join(_gained(each) for each in compiled),
        scope=scope.predicate(operands[0].part.register, "r.place"), located=located(len(where)),
    )  # fmt: skip
    rows = conn.execute(made_sql(query), _params(where, tails[0])).fetchall()
    gained = {
        (where[slot], operand): amount
        for slot, *amounts in rows
        for operand, amount in zip(operands, amounts, strict=True)
    }
    return [each.sign * gained.get((each.asked.place, each.asked.operand), Decimal(0)) for each in tails]


_READ = """
with changing as materialized (select {fields} from registers.{register} r where ({within}) and {scope})
select asked_slot, {columns} from changing r {located} group by asked_slot
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
