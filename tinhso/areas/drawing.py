"""Shapes -> SVG paths of a map: communes, outlines of districts, and points for their names.

The projection is equirectangular at the mean latitude, so that a kilometre is as long northward as eastward.
Boundaries are simplified together to less than a visible dot, so that no slits open between neighbours.
"""

from __future__ import annotations

import math
import threading
from dataclasses import dataclass
from itertools import pairwise

import shapely
from shapely.geometry import Polygon, shape
from shapely.geometry.base import BaseGeometry

from tinhso.areas import tree
from tinhso.foundation.database import Connection

DOT = 0.5
"""How far a drawn boundary may be from the true one, in user units."""

SHAPES = """
select t.code, t.name, t.kind, t.level, d.code, s.geometry, s.approximate
  from areas.tree t
  join areas.tree top on top.code = %(code)s and t.low between top.low and top.high
  join areas.tree d on d.level = 2 and t.low between d.low and d.high
  join areas.shape s on s.area = t.area
 where t.level = 3 order by t.code
"""


@dataclass(frozen=True, slots=True)
class Cell:
    """A commune on the map: its path, a point well inside it, and whether its boundary is estimated."""

    code: str
    name: str
    kind: str
    district: str
    path: str
    x: float
    y: float
    approximate: bool


@dataclass(frozen=True, slots=True)
class Outline:
    """A district on the map: its outline, and the point where its name stands."""

    code: str
    name: str
    path: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Drawing:
    """A map in SVG user units: ``width`` x ``height``, ready for a ``viewBox``."""

    width: float
    height: float
    communes: tuple[Cell, ...]
    districts: tuple[Outline, ...]

    @property
    def approximate(self) -> bool:
        return any(cell.approximate for cell in self.communes)


@dataclass(frozen=True, slots=True)
class Pin:
    """A point in its commune, in SVG user units; ``inside`` whether the boundary holds it."""

    width: float
    height: float
    name: str
    path: str
    x: float
    y: float
    inside: bool
    approximate: bool


@dataclass(frozen=True, slots=True)
class Ground:
    """A commune to put a point on: its outline in SVG user units, and the degrees of WGS 84 at the drawing's edges,
    between which both run evenly."""

    width: float
    height: float
    name: str
    path: str
    west: float
    south: float
    east: float
    north: float
    approximate: bool


@dataclass(frozen=True, slots=True)
class _Projection:
    west: float
    north: float
    scale: float
    squeeze: float

    def point(self, x: float, y: float) -> tuple[float, float]:
        return round((x - self.west) * self.squeeze * self.scale, 1), round((self.north - y) * self.scale, 1)


_kept: dict[tuple[object, ...], Drawing] = {}
_lock = threading.Lock()


def draw(conn: Connection, code: str, width: float = 800) -> Drawing:
    """The map of the unit ``code`` (a province or a district), ``width`` user units wide; kept until shapes change.

    A drawing without communes means that no shapes were loaded.
    """
    key = (code, width, _version(conn))
    with _lock:
        if key not in _kept:
            if len(_kept) > 64:
                _kept.clear()
            _kept[key] = _draw(conn, code, width)
        return _kept[key]


_COMMUNE = """
select c.name, s.geometry, s.approximate from areas.tree t
  join areas.tree c on c.level = 3 and t.low between c.low and c.high
  join areas.shape s on s.area = c.area
 where t.area = %s
"""


def pinned(conn: Connection, area: int, latitude: float, longitude: float, width: float = 320) -> Pin | None:
    """A point (degrees of WGS 84) on the outline of the commune in which the unit ``area`` (its id) lies; None where
    no shape is loaded or the point is nowhere near."""
    row = conn.execute(_COMMUNE, (area,)).fetchone()
    if row is None:
        return None
    outline, point = shape(row[1]), shapely.Point(longitude, latitude)
    if outline.distance(point) > 1:
        return None
    west, south, east, north = shapely.total_bounds([outline, point])
    edge = max(east - west, north - south) * 0.06
    projection, height = _fit((west - edge, south - edge, east + edge, north + edge), width)
    x, y = projection.point(longitude, latitude)
    return Pin(width, height, row[0], _path(outline, projection), x, y, outline.covers(point), row[2])


_COMMUNE_OF = """
select c.name, s.geometry, s.approximate from areas.tree t
  join areas.tree c on c.level = 3 and t.low between c.low and c.high
  join areas.shape s on s.area = c.area
 where t.code = %s
"""


def ground(conn: Connection, code: str, width: float = 400) -> Ground | None:
    """The commune in which the unit ``code`` (a commune or a village) lies, with some room around it; None for any
    other unit, and where no shape is loaded."""
    row = conn.execute(_COMMUNE_OF, (code,)).fetchone()
    if row is None:
        return None
    outline = shape(row[1])
    west, south, east, north = outline.bounds
    edge = max(east - west, north - south) * 0.1
    west, south, east, north = west - edge, south - edge, east + edge, north + edge
    projection, height = _fit((west, south, east, north), width)
    thinned = outline.simplify(DOT / projection.scale)
    west, south, east, north = (round(each, 6) for each in (west, south, east, north))
    return Ground(width, height, row[0], _path(thinned, projection), west, south, east, north, row[2])


def _version(conn: Connection) -> tuple[object, ...]:
    row = conn.execute("select current_database(), sum(xmin::text::bigint), count(*) from areas.shape").fetchone()
    names = conn.execute("select sum(hashtext(code || name)) from areas.tree where level < 4").fetchone()
    return (tree.version(conn), *(row or ()), *(names or ()))


def _draw(conn: Connection, code: str, width: float) -> Drawing:
    rows = conn.execute(SHAPES, {"code": code}).fetchall()
    if not rows:
        return Drawing(width, 0, (), ())
    full = [shape(row[5]) for row in rows]
    projection, height = _fit(shapely.total_bounds(full), width)
    thinned = shapely.coverage_simplify(full, DOT / projection.scale)
    shapes: dict[str, BaseGeometry] = dict(zip((row[0] for row in rows), thinned, strict=True))
    cells = tuple(
        Cell(unit, name, kind, district, _path(shapes[unit], projection), *_inside(shapes[unit], projection), rough)
        for unit, name, kind, _, district, _, rough in rows
    )
    names: dict[str, str] = dict(conn.execute("select code, name from areas.tree where level = 2").fetchall())
    return Drawing(width, height, cells, tuple(
        _outline(district, names[district], [shapes[row[0]] for row in rows if row[4] == district], projection)
        for district in sorted({row[4] for row in rows})
    ))  # fmt: skip


def _fit(bounds: tuple[float, float, float, float], width: float) -> tuple[_Projection, float]:
    west, south, east, north = (float(edge) for edge in bounds)
    squeeze = math.cos(math.radians((south + north) / 2))
    scale = width / ((east - west) * squeeze)
    return _Projection(west, north, scale, squeeze), round((north - south) * scale, 1)


def _outline(code: str, name: str, parts: list[BaseGeometry], projection: _Projection) -> Outline:
    whole = shapely.unary_union(parts)
    return Outline(code, name, _path(whole, projection), *_inside(whole, projection))


def _inside(geometry: BaseGeometry, projection: _Projection) -> tuple[float, float]:
    """The point farthest from any edge: the middle of the largest circle that fits in."""
    x, y = shapely.maximum_inscribed_circle(geometry, DOT / projection.scale).coords[0]
    return projection.point(x, y)


def _path(geometry: BaseGeometry, projection: _Projection) -> str:
    polygons = [part for part in shapely.get_parts(geometry) if isinstance(part, Polygon)]
    return "".join(
        _ring(ring.coords, projection) for polygon in polygons for ring in (polygon.exterior, *polygon.interiors)
    )


def _ring(coordinates: shapely.coords.CoordinateSequence, projection: _Projection) -> str:
    points: list[tuple[float, float]] = []
    for x, y, *_ in coordinates:
        point = projection.point(x, y)
        if not points or points[-1] != point:
            points.append(point)
    if len(points) < 4:
        return ""
    steps = [(x - before_x, y - before_y) for (before_x, before_y), (x, y) in pairwise(points[:-1])]
    return f"M{_numbers(*points[0])}l{' '.join(_numbers(x, y) for x, y in steps)}Z"


def _numbers(x: float, y: float) -> str:
    """A pair as short as SVG allows: ``12.5 -0.3`` -> ``12.5-.3``."""
    first, second = _short(x), _short(y)
    return f"{first}{second}" if second.startswith("-") else f"{first} {second}"


def _short(number: float) -> str:
    text = f"{round(number, 1) + 0.0:.1f}".removesuffix(".0")
    return text.replace("0.", ".") if text.startswith(("0.", "-0.")) else text
