"""The area a page speaks of: the line above it, what lies in it, its range of places."""

from __future__ import annotations

from dataclasses import dataclass

from tinhso.access.scope import Scope
from tinhso.foundation.database import Connection
from tinhso.foundation.problems import refuse


@dataclass(frozen=True, slots=True)
class Spot:
    """One area by code and name; its own records stand at the place ``low``."""

    code: str
    name: str
    level: int
    low: int = 0


@dataclass(frozen=True, slots=True)
class Here:
    """The area of a page: ``above`` from the province down, ``below`` in Vietnamese order, places low..high."""

    code: str
    name: str
    level: int
    low: int
    high: int
    above: tuple[Spot, ...]
    below: tuple[Spot, ...]

    def parts(self) -> list[int]:
        """The first places of the units below, ascending: between them lies what belongs to each."""
        return sorted(spot.low for spot in self.below)

    def order(self, code: str) -> int:
        """Which of the parts a unit below is, counted from 1."""
        return self.parts().index(next(spot.low for spot in self.below if spot.code == code)) + 1


_HERE = """
select t.code, t.name, t.level, t.low, t.high, t.area from areas.tree t
where case when %(code)s::text is null then t.level = 1 else t.code = %(code)s end order by t.low limit 1
"""
_OWN = "select code from areas.tree where low <= %s and high >= %s order by level desc limit 1"
_ABOVE = "select code, name, level, low from areas.tree where low <= %s and high >= %s and level < %s order by level"
_BELOW = "select code, name, level, low from areas.tree where parent = %s order by sort_key"


def own(conn: Connection, mine: Scope, register: str) -> str | None:
    """The code of the smallest area that holds all that somebody may read of a register; None where that is nothing."""
    ranges = mine.ranges(register)
    if not ranges:
        return None
    span = (min(low for low, _ in ranges), max(high for _, high in ranges))
    row = conn.execute(_OWN, span).fetchone()
    return row[0] if row else None


def here(conn: Connection, code: str | None) -> Here:
    """The area with that code, or the whole province where none is named. Refused for an unknown code."""
    row = conn.execute(_HERE, {"code": code or None}).fetchone()
    if row is None:
        raise refuse("areas.unknown_code", value=code) if code else refuse("web.no_province")
    code, name, level, low, high, area = row
    above = conn.execute(_ABOVE, (low, high, level)).fetchall()
    below = conn.execute(_BELOW, (area,)).fetchall()
    lines = (tuple(Spot(*each) for each in rows) for rows in (above, below))
    return Here(code, name, level, low, high, *lines)


def inside(conn: Connection, area: Here, level: int) -> list[Spot]:
    """The units of a level in an area (itself where it is of that level or a smaller one), in Vietnamese order."""
    rows = conn.execute(_INSIDE, (area.low, area.high, max(level, area.level))).fetchall()
    return [Spot(*each) for each in rows]


_INSIDE = "select code, name, level from areas.tree where low between %s and %s and level = %s order by sort_key"


def names(conn: Connection, codes: list[str]) -> dict[str, str]:
    """Codes -> names, for a page's rows."""
    rows = conn.execute("select code, name from areas.tree where code = any(%s)", (codes,)).fetchall()
    return {str(code): str(name) for code, name in rows}


def names_by_id(conn: Connection, areas: list[int]) -> dict[int, str]:
    """Area ids -> names; a village with its commune."""
    query = """
    select t.area, case when t.level = 4 then t.name || ', ' || p.name else t.name end
    from areas.tree t left join areas.tree p on p.area = t.parent where t.area = any(%s)
    """
    return {int(area): str(name) for area, name in conn.execute(query, (areas,)).fetchall()}


def communes(conn: Connection) -> list[tuple[str, list[tuple[str, str]]]]:
    """The communes in force, as (code, name) by the unit they lie in, all in Vietnamese order."""
    query = """
    select p.name, t.code, t.name from areas.tree t join areas.tree p on p.area = t.parent
    where t.level = 3 order by p.sort_key, t.sort_key
    """
    found: dict[str, list[tuple[str, str]]] = {}
    for group, code, name in conn.execute(query).fetchall():
        found.setdefault(group, []).append((code, name))
    return list(found.items())
