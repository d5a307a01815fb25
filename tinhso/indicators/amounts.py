"""Amounts: what operands come to over places. Additive ones in one query over cells and deltas, others from records.

An amount that a process has read once is kept until the next commit to its register.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from threading import Lock

import msgspec

from tinhso.access.scope import Scope
from tinhso.foundation.database import SQL, Connection, made_sql
from tinhso.indicators import counting, parts
from tinhso.indicators.declared import Known
from tinhso.indicators.parts import AS_AT, Compiled, Operand
from tinhso.indicators.places import Place
from tinhso.indicators.states import State
from tinhso.registers.declaration import LEVELS


class Asked(msgspec.Struct, frozen=True):
    """One amount asked for: which operand, where, as at which day; ``as_of`` a leaf, the last commit if None.

    ``dimension`` and ``member`` narrow it to one member of a dimension of its part.
    """

    operand: Operand
    place: Place
    as_at: date
    as_of: int | None = None
    dimension: str = ""
    member: str = ""


Key = tuple[int, str, Asked]
Stamp = tuple[int, int]
KEPT = 50_000
"""How many amounts a process keeps."""

_kept: OrderedDict[Key, tuple[Stamp, Decimal]] = OrderedDict()
_lock = Lock()


def read(
    conn: Connection, known: Known, state: State, asked: Iterable[Asked], *, scope: Scope
) -> dict[Asked, Decimal]:
    """Every amount asked for, kept ones without a query; what has no records is 0."""
    wanted = dict.fromkeys(asked)
    found = _remembered(wanted, state, scope)
    missing = [each for each in wanted if each not in found]
    fresh = _count(conn, known, missing, scope)
    if state.settled:
        _remember(fresh, state, scope)
    return found | fresh


def one(conn: Connection, known: Known, asked: Asked, scope: Scope) -> Decimal:
    """One amount, read afresh."""
    return _count(conn, known, [asked], scope)[asked]


def forget() -> None:
    """Drop all kept amounts (for tests and measurements)."""
    with _lock:
        _kept.clear()


def _remembered(wanted: Iterable[Asked], state: State, scope: Scope) -> dict[Asked, Decimal]:
    found = {}
    where = scope.predicate()
    with _lock:
        for each in wanted:
            kept = _kept.get((state.database, where, each))
            if kept is not None and kept[0] == _stamp(each, state):
                found[each] = kept[1]
    return found


def _remember(fresh: Mapping[Asked, Decimal], state: State, scope: Scope) -> None:
    where = scope.predicate()
    with _lock:
        for each, amount in fresh.items():
            if each.as_of is None:
                _kept[state.database, where, each] = (_stamp(each, state), amount)
        while len(_kept) > KEPT:
            _kept.popitem(last=False)


def _stamp(asked: Asked, state: State) -> Stamp:
    """What must still hold for a kept amount to be true: the declarations and the register's last commit."""
    return state.revision, state.leaves.get(asked.operand.part.register, 0)


def kept(known: Known, asked: Asked) -> bool:
    """Whether the amount can be summed from cells: villages, and members within a month, are not kept apart."""
    if asked.operand.part not in known.numbers or asked.place.level > LEVELS["commune"]:
        return False
    if not asked.dimension:
        return True
    first, last = parts.bounds(asked.operand, asked.as_at)
    return (first is None or first.day == 1) and (last + timedelta(days=1)).day == 1


def _count(conn: Connection, known: Known, asked: Sequence[Asked], scope: Scope) -> dict[Asked, Decimal]:
    additive = [each for each in asked if kept(known, each)]
    others = [each for each in asked if not kept(known, each)]
    now = [each for each in additive if each.as_of is None]
    then = [each for each in additive if each.as_of is not None]
    found = _added(conn, known, now, scope, _NOW) if now else {}
    for leaf in sorted({each.as_of for each in then if each.as_of is not None}):
        found |= _added(conn, known, [each for each in then if each.as_of == leaf], scope, _then(leaf))
    return found | {each: computed(conn, known.compiled[each.operand.part], each, scope) for each in others}


_ADDED = """
with asked as (
  select * from unnest(%(slot)s::int[], %(part)s::int[], %(first)s::date[], %(last)s::date[], %(dimension)s::text[],
    %(member)s::text[], %(low)s::bigint[], %(high)s::bigint[])
    a(slot, part, first, last, dimension, member, low, high)
)
select a.slot, sum(v.value) from asked a cross join lateral (
  {source}
) v group by a.slot
"""
_NOW = """
  select sum(c.value) as value from areas.tree t join indicators.cell c on c.area = t.area
  where t.low between a.low and a.high and {scope} and c.part = a.part and c.dimension = a.dimension
    and c.member = a.member and c.day between a.first and a.last
  union all
  select sum(c.value) from areas.tree t join indicators.delta c on c.area = t.area
  where t.low between a.low and a.high and {scope} and c.part = a.part and c.dimension = a.dimension
    and c.member = a.member and c.day between a.first and a.last
"""
_THEN = """
  select sum(c.value) as value
  from (select * from indicators.delta union all select * from indicators.folded) c
  join registers.change_set s on s.id = c.change_set and s.leaf <= {leaf}
  join areas.tree t on t.area = c.area
  where t.low between a.low and a.high and {scope} and c.part = a.part and c.dimension = a.dimension
    and c.member = a.member and c.day between a.first and a.last
"""


def _then(leaf: int) -> str:
    return _THEN.replace("{leaf}", str(int(leaf)))


def _added(
    conn: Connection, known: Known, asked: Sequence[Asked], scope: Scope, source: str
) -> dict[Asked, Decimal]:
    spans = [days(each) for each in asked]
    params = {
        "slot": list(range(len(asked))),
        "part": [known.numbers[each.operand.part] for each in asked],
        "first": [first for first, _ in spans],
        "last": [last for _, last in spans],
        "dimension": [each.dimension for each in asked],
        "member": [each.member for each in asked],
        "low": [each.place.low for each in asked],
        "high": [each.place.high for each in asked],
    }
    query = _ADDED.replace("{source}", source.replace("{scope}", scope.predicate("t.low")))
    rows = conn.execute(made_sql(query), params).fetchall()
    return {asked[slot]: amount or Decimal(0) for slot, amount in rows}


def computed(conn: Connection, compiled: Compiled, asked: Asked, scope: Scope) -> Decimal:
    """One amount counted from the records themselves, as the scope allows."""
    row = conn.execute(*selected(compiled, asked, scope, f"{_measure(compiled)}::numeric")).fetchone()
    assert row is not None
    return Decimal(row[0])


def selected(
    compiled: Compiled, asked: Asked, scope: Scope, columns: str, tail: str = ""
) -> tuple[SQL, dict[str, object]]:
    """A query over the records that an amount stands on: its text and parameters."""
    part = compiled.part
    first, last = days(asked)
    conditions = ["place between %(low)s and %(high)s", scope.predicate(), counting.condition(compiled.where)]
    if part.on is not None:
        day = f"coalesce({counting.quoted(part.on)}, '-infinity'::date)"
        conditions.append(f"{day} between %(first)s::date and %(last)s::date")
    if part.at is not None:
        conditions += [f"{_span(part.at.from_, part.at.until)}"]
    if asked.dimension:
        conditions.append(f"coalesce({counting.quoted(asked.dimension)}::text, '') = %(member)s")
    query = (
        f"select {columns} from (select *, %(as_at)s::date as {AS_AT} from {_records(compiled, asked)} n) r "
        f"where {' and '.join(conditions)} {tail}"
    )
    return made_sql(query), {
        "low": asked.place.low, "high": asked.place.high, "member": asked.member, "as_of": asked.as_of,
        "as_at": asked.as_at.isoformat(),
        "first": first, "last": last,
    }  # fmt: skip


def _span(first: str | None, last: str | None) -> str:
    begins = f"coalesce({counting.quoted(first)}, '-infinity'::date)" if first else "'-infinity'::date"
    ends = f"coalesce({counting.quoted(last)}, 'infinity'::date)" if last else "'infinity'::date"
    return f"%(as_at)s::date between {begins} and {ends}"


def _records(compiled: Compiled, asked: Asked) -> str:
    if asked.as_of is None:
        return f"registers.{compiled.part.register}"
    columns = ", ".join(f"v.{counting.quoted(name)}" for name in (*_KEPT, *compiled.fields))
    return f"({_VERSIONS.format(register=compiled.part.register, columns=columns)})"


_KEPT = ("id", "key", "area", "place", "change_set", "source_sheet", "source_row")
_VERSIONS = """
  select {columns} from registers.{register} v
  join registers.change_set b on b.id = v.change_set and b.leaf <= %(as_of)s
  union all
  select {columns} from history.{register} v
  join registers.change_set b on b.id = v.change_set and b.leaf <= %(as_of)s
  join registers.change_set e on e.id = v.until_change_set and e.leaf > %(as_of)s
"""


def days(asked: Asked) -> tuple[str, str]:
    """First and last day of the cells to sum, as PostgreSQL reads them."""
    first, last = parts.bounds(asked.operand, asked.as_at)
    return first.isoformat() if first else "-infinity", last.isoformat()


def members(conn: Connection, known: Known, asked: Asked, scope: Scope) -> dict[str, Decimal]:
    """The amount of each member of the asked dimension; members without records are left out."""
    compiled = known.compiled[asked.operand.part]
    if asked.as_of is not None or not kept(known, asked):
        member = f"coalesce({counting.quoted(asked.dimension)}::text, '')"
        columns = f"{member}, {_measure(compiled)}::numeric"
        whole = msgspec.structs.replace(asked, dimension="")
        return dict(conn.execute(*selected(compiled, whole, scope, columns, f"group by {member}")).fetchall())
    first, last = days(asked)
    rows = conn.execute(made_sql(_MEMBERS.replace("{scope}", scope.predicate("t.low"))), {
        "part": known.numbers[asked.operand.part], "dimension": asked.dimension, "low": asked.place.low,
        "high": asked.place.high, "first": first, "last": last,
    }).fetchall()  # fmt: skip
    return dict(rows)


_MEMBERS = """
select c.member, sum(c.value) from (
  select part, area, day, dimension, member, value from indicators.cell
  union all select part, area, day, dimension, member, value from indicators.delta
) c join areas.tree t on t.area = c.area
where c.part = %(part)s and c.dimension = %(dimension)s and c.day between %(first)s::date and %(last)s::date
  and t.low between %(low)s and %(high)s and {scope}
group by c.member having sum(c.value) <> 0 order by c.member
"""


def _measure(compiled: Compiled) -> str:
    value = f"({compiled.value.sql()})" if compiled.value is not None else "1"
    kinds = {"count": "count(*)", "sum": f"coalesce(sum({value}), 0)", "distinct": f"count(distinct {value})"}
    return kinds[compiled.part.kind]
