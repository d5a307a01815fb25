"""Frames that resolve the units named in files: by code, or by name within the unit above, spelled in many ways."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from tinhso.areas.names import bare, spellings
from tinhso.foundation.database import Connection
from tinhso.foundation.text import fold

CODES = {"code": pl.String, "area": pl.Int64, "place": pl.Int64, "level": pl.Int64, "name": pl.String}
NAMES = {
    "folded": pl.String, "level": pl.Int64, "parent_folded": pl.String, "grand_folded": pl.String,
    "area": pl.Int64, "place": pl.Int64, "code": pl.String,
}  # fmt: skip
WITHIN = ["folded", "level", "parent_folded", "grand_folded"]

Unit = tuple[int, int | None, int, int, str, str, str]
"""area, parent, level, low, code, name, kind"""


@dataclass(frozen=True)
class PlaceIndex:
    """The units in force, for resolving columns of files by joins on their distinct values.

    ``codes`` has one row for each unit: code, area, place (its own place number), level, name.
    ``names`` has a row for each way to write a unit's name (without type, with it, abbreviated, aliases), folded:
    folded, level, parent_folded, grand_folded, area, place, code. A village's parent is its commune and its grand
    its district; a commune's parent is its district; both are bare names (``areas.names.bare_expr``), folded.
    Where two units of one parent share a spelling, both rows stand there: such a name alone does not resolve.
    """

    codes: pl.DataFrame
    names: pl.DataFrame

    @classmethod
    def read(cls, conn: Connection) -> PlaceIndex:
        units: list[Unit] = conn.execute(
            "select area, parent, level, low, code, name, kind from areas.tree order by low"
        ).fetchall()
        return cls.of(units, conn.execute("select area, alias from areas.alias order by 1, 2").fetchall())

    @classmethod
    def of(cls, units: Iterable[Unit], aliases: Iterable[tuple[int, str]] = ()) -> PlaceIndex:
        """Build the index from units of a tree and other spellings ``(area, alias)``."""
        known = {unit[0]: unit for unit in units}
        short = {unit[0]: fold(bare(unit[5], unit[2])) for unit in known.values()}
        codes = [(code, area, low, level, name) for area, _, level, low, code, name, _ in known.values()]
        official = [row for unit in known.values() for row in _rows(unit, unit[5], known, short)]
        taken = {row[:4] for row in official}
        known_aliases = [(known[area], alias) for area, alias in aliases if area in known]
        extra = [row for unit, alias in known_aliases for row in _rows(unit, alias, known, short)]
        rows = [*official, *(row for row in extra if row[:4] not in taken)]
        names = pl.DataFrame(rows, schema=NAMES, orient="row").unique(maintain_order=True)
        return cls(pl.DataFrame(codes, schema=CODES, orient="row"), names)


_Name = tuple[str, int, str | None, str | None, int, int, str]


def _rows(unit: Unit, name: str, known: dict[int, Unit], short: dict[int, str]) -> list[_Name]:
    area, parent, level, low, code, _, kind = unit
    above = known.get(parent) if parent is not None and level > 2 else None
    grand = known.get(above[1]) if above and above[1] is not None and level > 3 else None
    within = (short[above[0]] if above else None, short[grand[0]] if grand else None)
    return [(spelling, level, *within, area, low, code) for spelling in sorted(spellings(name, kind, level))]
