"""The area that is asked about, as a range of places in the tree in force."""

from __future__ import annotations

from dataclasses import dataclass

from tinhso.foundation.database import Connection, made_sql
from tinhso.foundation.problems import refuse
from tinhso.registers.declaration import LEVELS, AreaLevel


@dataclass(frozen=True, slots=True)
class Place:
    """An area of the tree: its id, code and name, its level (1 province to 4 village), its places low..high."""

    area: int
    code: str
    name: str
    level: int
    low: int
    high: int


_COLUMNS = "select area, code, name, level, low, high from areas.tree"


def located(asked: int) -> str:
    """SQL of a join of records (alias ``r``) with the places asked about, which gives them ``asked_slot``.

    One place is a range to be compared with; for many, each place of the tree is found in its range once.
    """
    return _RANGE if asked == 1 else _TREE


_SLOTS = "unnest(%(slot)s::int[], %(low)s::bigint[], %(high)s::bigint[]) w(asked_slot, low, high)"
_RANGE = f"join {_SLOTS} on r.place between w.low and w.high"
_TREE = (
    f"join (select t.low as asked_place, w.asked_slot from areas.tree t join {_SLOTS}"
    " on t.low between w.low and w.high) located on asked_place = r.place"
)


def one(conn: Connection, code: str) -> Place:
    """The area of a code; refused when the tree in force has none."""
    row = conn.execute(made_sql(f"{_COLUMNS} where code = %s"), (code,)).fetchone()
    if row is None:
        raise refuse("indicators.unknown_area", value=code)
    return Place(*row)


def below(conn: Connection, place: Place, level: AreaLevel | None = None) -> list[Place]:
    """The areas inside a place at a level (its children where none is named), in Vietnamese order of name."""
    if level is None:
        rows = conn.execute(made_sql(f"{_COLUMNS} where parent = %s order by sort_key"), (place.area,)).fetchall()
    else:
        query = made_sql(f"{_COLUMNS} where low between %s and %s and level = %s order by sort_key")
        rows = conn.execute(query, (place.low, place.high, LEVELS[level])).fetchall()
    return [Place(*row) for row in rows]
