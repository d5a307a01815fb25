"""Amounts from cells and the deltas that are not folded yet: many operands and places in one query."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from tinhso.access.scope import Scope
from tinhso.foundation.database import Connection, made_sql
from tinhso.indicators import parts
from tinhso.indicators.asking import Asked
from tinhso.indicators.declared import Known
from tinhso.registers.declaration import LEVELS


def has(known: Known, asked: Asked) -> bool:
    """Whether the amount can be summed from cells: they are by commune and month."""
    kept = asked.operand.part in known.numbers and asked.place.level <= LEVELS["commune"]
    return kept and parts.by_months(asked.operand, asked.as_at)


def read(conn: Connection, known: Known, asked: Sequence[Asked], scope: Scope) -> dict[Asked, Decimal]:
    """The amounts asked for, all as of the same leaf and of registers that the scope may read in the same places;
    0 where there is no cell."""
    if not asked:
        return {}
    spans = [each.days for each in asked]
    params = {
        "slot": list(range(len(asked))),
        "part": [known.numbers[each.operand.part] for each in asked],
        "first": [first for first, _ in spans],
        "last": [last for _, last in spans],
        "low": [each.place.low for each in asked],
        "high": [each.place.high for each in asked],
        "parts": sorted({known.numbers[each.operand.part] for each in asked}),
        "as_of": asked[0].as_of,
    }
    source = _NOW if asked[0].as_of is None else _THEN
    query = _READ.replace("{source}", source).replace("{scope}", scope.predicate(_register(asked[0]), "t.low"))
    found = {asked[slot]: amount for slot, amount in conn.execute(made_sql(query), params).fetchall()}
    return {each: found.get(each, Decimal(0)) for each in asked}


def members(conn: Connection, known: Known, asked: Asked, dimension: str, scope: Scope) -> dict[str, Decimal]:
    """The amount of each member of a kept dimension; members that come to nothing are left out."""
    first, last = asked.days
    query = _MEMBERS.replace("{source}", _NOW if asked.as_of is None else _THEN)
    rows = conn.execute(made_sql(query.replace("{scope}", scope.predicate(_register(asked), "t.low"))), {
        "parts": [known.numbers[asked.operand.part]], "dimension": dimension, "first": first, "last": last,
        "low": asked.place.low, "high": asked.place.high, "as_of": asked.as_of,
    }).fetchall()  # fmt: skip
    return dict(rows)


def _register(asked: Asked) -> str:
    return asked.operand.part.register


_NOW = """
  select part, area, day, dimension, member, value from indicators.cell where part = any(%(parts)s)
  union all
  select part, area, day, dimension, member, value from indicators.delta where part = any(%(parts)s)
"""
_THEN = """
  select d.part, d.area, d.day, d.dimension, d.member, d.value from (
    select * from indicators.delta where part = any(%(parts)s)
    union all select * from indicators.folded where part = any(%(parts)s)
  ) d join registers.leaf s on s.change_set = d.change_set and s.leaf <= %(as_of)s
"""
_READ = """
with asked as materialized (
  select * from unnest(%(slot)s::int[], %(part)s::int[], %(first)s::date[], %(last)s::date[], %(low)s::bigint[],
    %(high)s::bigint[]) a(slot, part, first, last, low, high)
), spans as materialized (
  select distinct part, first, last from asked
), placed as materialized (
  select s.part, s.first, s.last, t.low as place, sum(c.value) as value from ({source}) c
  join spans s on s.part = c.part and c.day between s.first and s.last
  join areas.tree t on t.area = c.area
  where c.dimension = '' and {scope} group by s.part, s.first, s.last, t.low
)
select a.slot, sum(p.value) from asked a
join placed p on p.part = a.part and p.first = a.first and p.last = a.last and p.place between a.low and a.high
group by a.slot
"""
_MEMBERS = """
select c.member, sum(c.value) from ({source}) c join areas.tree t on t.area = c.area
where c.dimension = %(dimension)s and c.day between %(first)s::date and %(last)s::date
  and t.low between %(low)s and %(high)s and {scope}
group by c.member having sum(c.value) <> 0 order by c.member
"""
