"""How records are laid out in a file: fields and headings in order, codes and areas by name, points on the map."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from tinhso.access.scope import Scope
from tinhso.foundation.database import Connection
from tinhso.registers import declared, masking
from tinhso.registers.declaration import Declaration, Field
from tinhso.registers.export.wish import Wish
from tinhso.registers.records import visible_fields

Point = tuple[float, float]
"""Longitude and latitude in degrees, WGS 84."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Made once for a file. ``hidden`` are fields that may hold masked values, which have no type any more;
    ``titles`` are by field the titles of its codes, ``areas`` the names of units by code."""

    declaration: Declaration
    fields: tuple[str, ...]
    headings: tuple[str, ...]
    hidden: frozenset[str]
    titles: Mapping[str, Mapping[str, str]]
    areas: Mapping[str, str]
    points: Mapping[int, Point]

    @classmethod
    def read(cls, conn: Connection, declaration: Declaration, wish: Wish, *, scope: Scope) -> Layout:
        """What the file needs to know of code lists and areas."""
        names = tuple(visible_fields(declaration, scope))
        titles = (declaration.fields[name].title for name in names)
        said = names if wish.named else tuple(each.vi if wish.language == "vi" else each.en for each in titles)
        mapped = wish.format == "geojson"
        return cls(
            declaration, names, said, masking.somewhere(declaration, scope),
            _titles(conn, declaration, wish) if wish.format == "xlsx" else {},
            _areas(conn) if wish.format == "xlsx" else {}, _points(conn) if mapped else {},
        )  # fmt: skip

    def field(self, name: str) -> Field:
        return self.declaration.fields[name]

    def place_fields(self) -> tuple[str, str] | None:
        """The fields of longitude and latitude, where the register has both and shows them."""
        point = self.declaration.point
        if point is None or {point.longitude, point.latitude} & self.hidden:
            return None
        return (point.longitude, point.latitude) if {point.longitude, point.latitude} <= {*self.fields} else None

    def typed(self, frame: pl.DataFrame) -> pl.DataFrame:
        """The fields of a frame of texts in their types; what is masked somewhere stays text."""
        return frame.select(self._typed(name) for name in self.fields)

    def _typed(self, name: str) -> pl.Expr:
        column, kind = pl.col(name), self.field(name).type
        if name in self.hidden:
            return column
        if kind in ("integer", "money"):
            return column.cast(pl.Int64)
        if kind == "number":
            return column.cast(pl.Float64)
        if kind == "date":
            return column.str.to_date("%Y-%m-%d")
        return column == "true" if kind == "boolean" else column


def _titles(conn: Connection, declaration: Declaration, wish: Wish) -> dict[str, dict[str, str]]:
    """Titles that only one code of the list has: any other would not be understood when it comes back."""
    lists = declared.code_lists(conn)
    found: dict[str, dict[str, str]] = {}
    for name, field in declaration.fields.items():
        if field.codes and field.codes in lists:
            codes = lists[field.codes].codes
            titles = {code: each.title.vi if wish.language == "vi" else each.title.en for code, each in codes.items()}
            written = list(titles.values())
            found[name] = {code: title for code, title in titles.items() if written.count(title) == 1}
    return found


def _areas(conn: Connection) -> dict[str, str]:
    """Names of units by code; where several of one level have a name, the unit keeps its code, which is its own."""
    query = """
    select code, name from areas.tree t
    where not exists (select from areas.tree o where o.area <> t.area and o.level = t.level and o.name = t.name)
    """
    return {str(code): str(name) for code, name in conn.execute(query).fetchall()}


def _points(conn: Connection) -> dict[int, Point]:
    rows = conn.execute("select area, longitude, latitude from areas.point").fetchall()
    return {int(area): (float(longitude), float(latitude)) for area, longitude, latitude in rows}
