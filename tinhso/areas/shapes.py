"""Boundaries of units: real ones imported from GeoJSON, estimated ones drawn around the units' points.

An estimated boundary is the part of the province nearer to a commune's point than to any other (Voronoi cells);
it is marked ``approximate`` everywhere it is shown. A district is the union of its communes, real as soon as they are.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry import MultiPoint, Point, mapping, shape
from shapely.geometry.base import BaseGeometry

from tinhso.foundation.database import Connection
from tinhso.foundation.problems import refuse

COMMUNE = 3
MARGIN = 0.04
"""How far estimated outlines reach beyond the outermost points, in degrees (about 4 km)."""
CLOSENESS = 0.25
"""How closely the estimated outline follows the outermost points: 1 is the convex hull."""
ASIDE = 0.0001
DIGITS = 6
"""Decimals kept of a degree: about 10 cm."""
ESTIMATE = "estimated from the units' points"

POINTS = """
select t.code, t.area, p.longitude, p.latitude from areas.tree t join areas.point p using (area)
 where t.level = %s order by t.code
"""

SAVE = """
insert into areas.shape as s (area, geometry, approximate, source) values (%s, %s, %s, %s)
on conflict (area) do update set geometry = excluded.geometry, approximate = excluded.approximate,
       source = excluded.source
 where (s.geometry, s.approximate, s.source) is distinct from
       (excluded.geometry, excluded.approximate, excluded.source)
"""


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did: boundaries in the file, how many changed, and communes still without a real one."""

    taken: int
    changed: int
    missing: tuple[str, ...]


def cells(points: Mapping[str, tuple[float, float]], outline: BaseGeometry | None = None) -> dict[str, BaseGeometry]:
    """Voronoi cells of points (longitude, latitude) by code, clipped to ``outline`` or to a hull around them.

    The cells cover the outline without overlap, but for splinters that a winding outline cuts off. Points differ.
    """
    ordered = sorted(points)
    cloud = MultiPoint([points[code] for code in ordered])
    edge = shapely.concave_hull(cloud, ratio=CLOSENESS).buffer(MARGIN) if outline is None else outline
    drawn = shapely.voronoi_polygons(cloud, extend_to=edge, ordered=True).geoms
    return {code: _own(cell.intersection(edge), Point(points[code])) for code, cell in zip(ordered, drawn, strict=True)}


def _own(cell: BaseGeometry, point: Point) -> BaseGeometry:
    """The piece of a cell with its point; a winding outline may cut splinters off."""
    return min(getattr(cell, "geoms", [cell]), key=point.distance)


def estimate(conn: Connection, outline: BaseGeometry | None = None) -> int:
    """Give every commune without an imported boundary an estimated one; returns how many changed."""
    rows = conn.execute(POINTS, [COMMUNE]).fetchall()
    imported = "select area from areas.shape where not (approximate and source = %s)"
    real = {area for (area,) in conn.execute(imported, [ESTIMATE]).fetchall()}
    if len(rows) < 2:
        return 0
    drawn = cells(_apart({code: (lon, lat) for code, _, lon, lat in rows}), outline)
    changed = 0
    for code, area, _, _ in rows:
        if area not in real:
            changed += conn.execute(SAVE, [area, _text(drawn[code]), True, ESTIMATE]).rowcount
    return changed


def _apart(points: Mapping[str, tuple[float, float]]) -> dict[str, tuple[float, float]]:
    """The same points, those that stand on another moved aside by some ten metres, so that each gets a cell."""
    taken: set[tuple[float, float]] = set()
    for code, (x, y) in sorted(points.items()):
        while (x, y) in taken:
            x = round(x + ASIDE, DIGITS)
        taken.add((x, y))
        points = {**points, code: (x, y)}
    return dict(points)


def boundaries(
    conn: Connection,
    geojson: Mapping[str, Any] | Path,
    *,
    source: str | None = None,
    code: str = "code",
    approximate: bool = False,
) -> Imported:
    """Take over boundaries from a GeoJSON FeatureCollection (WGS 84), or the file of one.

    Each feature names its unit in its property ``code``. ``source`` says where they come from (a file's name).
    A feature's own property ``approximate`` (true or false) goes before the parameter of that name.
    Refuses a file without features, a feature without a known code, and shapes that are not valid polygons.
    """
    if isinstance(geojson, Path):
        source, geojson = source or geojson.name, _file(geojson, code)
    units: dict[str, int] = dict(conn.execute("select code, area from areas.tree").fetchall())
    taken: dict[int, tuple[str, bool]] = {}
    for feature in _features(geojson, code):
        unit = str(feature["properties"][code])
        if unit not in units:
            raise refuse("areas.unknown_code", value=unit)
        rough = bool(feature["properties"].get("approximate", approximate))
        taken[units[unit]] = (_text(_sound(unit, feature.get("geometry"))), rough)
    changed = sum(conn.execute(SAVE, [area, *drawn, source or ""]).rowcount for area, drawn in taken.items())
    missing = conn.execute(
        "select t.code from areas.tree t left join areas.shape s using (area)"
        " where t.level = %s and coalesce(s.approximate, true) order by 1", [COMMUNE],
    ).fetchall()  # fmt: skip
    return Imported(len(taken), changed, tuple(unit for (unit,) in missing))


def _file(path: Path, code: str) -> Mapping[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise refuse("areas.bad_boundaries", fact=str(error), property=code) from None
    return content if isinstance(content, dict) else {}


def _features(geojson: Mapping[str, Any], code: str) -> list[Mapping[str, Any]]:
    features = geojson.get("features") if geojson.get("type") == "FeatureCollection" else None
    if not isinstance(features, list) or not features:
        raise refuse("areas.bad_boundaries", fact="không có FeatureCollection (no FeatureCollection)", property=code)
    if any(code not in (feature.get("properties") or {}) for feature in features):
        raise refuse("areas.bad_boundaries", fact=f"có vùng thiếu mã (a feature lacks {code})", property=code)
    return features


def _sound(unit: str, geometry: Mapping[str, Any] | None) -> BaseGeometry:
    if geometry is None or geometry.get("type") not in ("Polygon", "MultiPolygon"):
        raise refuse("areas.bad_geometry", value=unit, fact="Polygon, MultiPolygon")
    try:
        polygon = shape(geometry)
    except (ValueError, TypeError, IndexError, shapely.errors.ShapelyError):
        raise refuse("areas.bad_geometry", value=unit, fact="coordinates") from None
    if polygon.is_empty or not polygon.is_valid:
        raise refuse("areas.bad_geometry", value=unit, fact=str(shapely.is_valid_reason(polygon)))
    west, south, east, north = polygon.bounds
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise refuse("areas.bad_geometry", value=unit, fact="WGS 84")
    return polygon


def _text(geometry: BaseGeometry) -> str:
    rounded = shapely.set_precision(geometry, 10**-DIGITS)
    return json.dumps(mapping(rounded))
