"""Amounts from the records themselves: many operands and places of one register in one pass over its records."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from tinhso.access.scope import Scope
from tinhso.foundation.database import SQL, Composed, Connection, made_sql
from tinhso.indicators import counting
from tinhso.indicators.asking import Asked
from tinhso.indicators.declared import Known
from tinhso.indicators.parts import AS_AT, Compiled, Operand
from tinhso.indicators.places import Place, located

Params = dict[str, object]


def read(conn: Connection, known: Known, asked: Sequence[Asked], scope: Scope) -> dict[Asked, Decimal]:
    """The amounts asked for, all over one register, as at one day and as of one leaf; 0 where no record counts."""
    operands = list(dict.fromkeys(each.operand for each in asked))
    where = list(dict.fromkeys(each.place for each in asked))
    query, params = _grouped(known, operands, where, asked[0], scope)
    amounts = {row[0]: row[1:] for row in conn.execute(query, params).fetchall()}
    nothing = (Decimal(0),) * len(operands)
    slots = {place: slot for slot, place in enumerate(where)}
    columns = {operand: column for column, operand in enumerate(operands)}
    return {each: amounts.get(slots[each.place], nothing)[columns[each.operand]] or Decimal(0) for each in asked}


def members(conn: Connection, known: Known, asked: Asked, dimension: str, scope: Scope) -> dict[str, Decimal]:
    """The amount of each member of a field."""
    compiled = known.compiled[asked.operand.part]
    member = f"coalesce({counting.quoted(dimension)}::text, '')"
    columns = f"{member}, {_measure(compiled)}::numeric"
    query, params = selected(compiled, asked, scope, columns, f"group by {member}", also=(dimension,))
    return dict(conn.execute(query, params).fetchall())


def members_at_once(
    conn: Connection, known: Known, asked: Asked, dimensions: Sequence[str], scope: Scope
) -> dict[str, dict[str, Decimal]]:
    """The amount of each member of several fields in one pass; for amounts that add up, not for distinct values."""
    compiled = known.compiled[asked.operand.part]
    names = ", ".join(counting.quoted(each) for each in dimensions)
    columns = f"{names}, {_measure(compiled)}::numeric as amount"
    inner, params = selected(compiled, asked, scope, columns, f"group by {names}", also=tuple(dimensions))
    # grouped as they are kept and only then made text: groups are few, records many
    said = ", ".join(f"coalesce(q.{counting.quoted(each)}::text, '')" for each in dimensions)
    query = made_sql(f"select {said}, q.amount from ({{}}) q").format(inner)
    found: dict[str, dict[str, Decimal]] = {each: {} for each in dimensions}
    for *values, amount in _hashed(conn, query, params):
        for each, member in zip(dimensions, values, strict=True):
            found[each][member] = found[each].get(member, Decimal(0)) + (amount or 0)
    return found


def by_place(conn: Connection, known: Known, asked: Asked, scope: Scope) -> dict[int, Decimal]:
    """The amount at each place where records lie themselves, in one pass."""
    compiled = known.compiled[asked.operand.part]
    columns = f"r.place, {_measure(compiled)}::numeric"
    query, params = selected(compiled, asked, scope, columns, "group by r.place")
    return {int(place): Decimal(amount) for place, amount in _hashed(conn, query, params)}


def _hashed(conn: Connection, query: SQL | Composed, params: Params) -> list[tuple[Any, ...]]:
    """The rows of a grouping, made by hashing: under row policies the planner expects few rows and would sort them."""
    conn.execute("select set_config('enable_sort', 'off', true)")
    rows = conn.execute(query, params).fetchall()
    conn.execute("select set_config('enable_sort', 'on', true)")
    return rows


def selected(
    compiled: Compiled, asked: Asked, scope: Scope, columns: str, tail: str = "", also: tuple[str, ...] = ()
) -> tuple[SQL, Params]:
    """A query over the records (alias ``r``) that an amount counts: its text and parameters.

    ``also`` names fields needed beside those that the part itself reads.
    """
    source = _source(compiled.part.register, {*compiled.fields, *also}, asked)
    condition, days = _condition(compiled, asked, 0)
    params: Params = {"low": asked.place.low, "high": asked.place.high, **_common(asked), **days}
    query = (
        f"select {columns} from {source} r where r.place between %(low)s and %(high)s"
        f" and {scope.predicate(compiled.part.register, 'r.place')} and {condition} {tail}"
    )
    return made_sql(query), params


def _grouped(
    known: Known, operands: Sequence[Operand], where: Sequence[Place], asked: Asked, scope: Scope
) -> tuple[SQL, Params]:
    """One row per place, one column per operand."""
    params: Params = {
        **_common(asked), "slot": list(range(len(where))), "low": [place.low for place in where],
        "high": [place.high for place in where], "lowest": min(place.low for place in where),
        "highest": max(place.high for place in where),
    }  # fmt: skip
    register, columns, fields = operands[0].part.register, [], set()
    for number, operand in enumerate(operands):
        compiled = known.compiled[operand.part]
        condition, days = _condition(compiled, Asked(operand, asked.place, asked.as_at, asked.as_of), number)
        columns.append(f"{_measure(compiled)} filter (where {condition})")
        fields |= set(compiled.fields)
        params |= days
    query = _GROUPED.format(
        columns=", ".join(f"({each})::numeric" for each in columns), scope=scope.predicate(register, "r.place"),
        source=_source(register, fields, asked), located=located(len(where)),
    )  # fmt: skip
    return made_sql(query), params


_GROUPED = """
select asked_slot, {columns} from {source} r {located}
where r.place between %(lowest)s and %(highest)s and {scope} group by asked_slot
"""


def _measure(compiled: Compiled) -> str:
    value = f"({compiled.value.sql()})" if compiled.value is not None else "1"
    return {"count": "count(*)", "sum": f"sum({value})", "distinct": f"count(distinct {value})"}[compiled.part.kind]


def _condition(compiled: Compiled, asked: Asked, number: int) -> tuple[str, Params]:
    """Which records count, and the parameters that say on which days."""
    part, conditions = compiled.part, [counting.condition(compiled.where)]
    first, last = asked.days
    if part.on is not None:
        day = f"coalesce({counting.quoted(part.on)}, {counting.NO_DAY})"
        conditions.append(f"{day} between %(first{number})s::date and %(last{number})s::date")
    if part.at is not None:
        begins = f"coalesce({counting.quoted(part.at.from_)}, {counting.NO_DAY})" if part.at.from_ else counting.NO_DAY
        ends = f"coalesce({counting.quoted(part.at.until)}, 'infinity')" if part.at.until else "'infinity'::date"
        conditions.append(f"%(as_at)s::date between {begins} and {ends}")
    return " and ".join(conditions), {f"first{number}": first, f"last{number}": last}


def _common(asked: Asked) -> Params:
    return {"as_at": asked.as_at.isoformat(), "as_of": asked.as_of}


_SYSTEM = ("id", "key", "area", "place", "change_set", "source_sheet", "source_row")
_THEN = """
  select {columns} from registers.{register} v
  join registers.leaf b on b.change_set = v.change_set and b.leaf <= %(as_of)s
  union all
  select {columns} from history.{register} v
  join registers.leaf b on b.change_set = v.change_set and b.leaf <= %(as_of)s
  join registers.leaf e on e.change_set = v.until_change_set and e.leaf > %(as_of)s
"""


def _source(register: str, fields: set[str], asked: Asked) -> str:
    """The records now, or as they were known after an earlier commit, with the day asked about as ``as_at``."""
    names = (*_SYSTEM, *sorted(fields))
    columns = ", ".join(f"v.{counting.quoted(name)}" for name in names)
    now = f"select {columns} from registers.{register} v"
    then = _THEN.format(columns=columns, register=register)
    return f"(select *, %(as_at)s::date as {AS_AT} from ({now if asked.as_of is None else then}) known)"
