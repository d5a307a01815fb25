"""The tree in force, derived from codes, names and parents: an area covers the places low..high.

Place numbers are never used twice: when the structure changes, every unit gets a fresh one and every row follows
its unit, so that a scope made before sees nothing rather than another's rows. Renaming a unit keeps the numbers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from tinhso.areas import moving
from tinhso.areas.names import bare
from tinhso.foundation import clock
from tinhso.foundation.database import Connection, copy_in
from tinhso.foundation.problems import refuse
from tinhso.foundation.text import fold, sort_key

COLUMNS = ["area", "parent", "level", "low", "high", "code", "name", "kind", "folded", "sort_key"]

IN_FORCE = """
select a.id, p.parent, a.level, c.code, n.name, n.kind
  from areas.area a
  join areas.code c on c.area = a.id and c.valid @> %(day)s::date
  join areas.name n on n.area = a.id and n.valid @> %(day)s::date
  left join areas.parent p on p.area = a.id and p.valid @> %(day)s::date
 order by c.code
"""

Unit = tuple[int, int | None, int, str, str, str]


@dataclass(frozen=True, slots=True)
class Derived:
    """What deriving did: how many units stand in the tree, and whether places were numbered anew."""

    units: int
    renumbered: bool


def derive(conn: Connection, day: date | None = None) -> Derived:
    """Write ``areas.tree`` as it stands on ``day`` (today), with fresh places only if its structure changed."""
    conn.execute("lock table areas.tree in share row exclusive mode")
    units = _standing(conn.execute(IN_FORCE, {"day": day or clock.today()}).fetchall())
    kept = {area: (parent, low, high) for area, parent, low, high in conn.execute(
        "select area, parent, low, high from areas.tree").fetchall()}  # fmt: skip
    same = {unit[0]: unit[1] for unit in units} == {area: parent for area, (parent, _, _) in kept.items()}
    places = {area: (low, high) for area, (_, low, high) in kept.items()} if same else _number(conn, units)
    if not same:
        moving.move(conn, {low: places[area][0] for area, (_, low, _) in kept.items() if area in places})
    rows = [_row(unit, places[unit[0]]) for unit in units]
    conn.execute("delete from areas.tree")
    copy_in(conn, "areas.tree", COLUMNS, pl.DataFrame(rows, schema=COLUMNS, orient="row", infer_schema_length=None))
    return Derived(len(units), renumbered=not same)


def root_code(conn: Connection) -> str:
    """The code of the unit that has none above it: the province. Refused before any areas are loaded."""
    row = conn.execute("select code from areas.tree where parent is null order by low limit 1").fetchone()
    if row is None:
        raise refuse("areas.none_loaded")
    return str(row[0])


def root_name(conn: Connection) -> str:
    """The name of the widest unit, as ``root_code`` finds it."""
    row = conn.execute("select name from areas.tree where code = %s", [root_code(conn)]).fetchone()
    return str(row[0]) if row else ""


def version(conn: Connection) -> int:
    """A number that changes when places were numbered anew; what is derived from the tree is cached under it."""
    row = conn.execute("select coalesce(max(high), 0) from areas.tree").fetchone()
    return int(row[0]) if row else 0


def _standing(units: list[Unit]) -> list[Unit]:
    """The units whose whole line upwards is in force: what lies in an ended unit has ended, or waits to be moved."""
    standing: set[int | None] = {None}
    for unit in sorted(units, key=lambda unit: unit[2]):
        if unit[1] in standing:
            standing.add(unit[0])
    return [unit for unit in units if unit[0] in standing]


def _row(unit: Unit, places: tuple[int, int]) -> tuple[object, ...]:
    area, parent, level, code, name, kind = unit
    short = bare(name, level)
    return (area, parent, level, *places, code, name, kind, fold(name), sort_key(short))


def _number(conn: Connection, units: list[Unit]) -> dict[int, tuple[int, int]]:
    """Places drawn as one fresh block."""
    if not units:
        return {}
    start = conn.execute("select nextval('areas.place')").fetchone()
    first = int(start[0]) if start else 1
    conn.execute("select setval('areas.place', %s)", [first + len(units) - 1])
    return numbered([(unit[0], unit[1]) for unit in units], first)


def numbered(units: Sequence[tuple[int, int | None]], first: int = 1) -> dict[int, tuple[int, int]]:
    """Places (low, high) of the nested set for units (area, parent) in the order of siblings.

    A unit's own place is its low; what lies in it follows directly.
    """
    children: dict[int | None, list[int]] = {}
    for area, parent in units:
        children.setdefault(parent, []).append(area)
    order = enumerate(_walk(children, None), start=first)
    return {area: (low, low + size - 1) for low, (area, size) in order}


def _walk(children: dict[int | None, list[int]], parent: int | None) -> Iterator[tuple[int, int]]:
    """Areas under ``parent``, depth first, each with the number of units it covers (itself counted)."""
    for area in children.get(parent, ()):
        below = list(_walk(children, area))
        yield area, 1 + len(below)
        yield from below
