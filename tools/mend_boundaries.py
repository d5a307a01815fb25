"""Make neighbours meet: ``python tools/mend_boundaries.py FROM.geojson TO.geojson``.

Boundaries that were simplified one by one overlap here and leave slits there. Each piece that their lines cut out is
given to the unit that covers most of it (a slit to the unit with which it shares most of its edge), stray bits of
less than a hectare go to their neighbour, and all are simplified together.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry import mapping, shape
from shapely.geometry.base import BaseGeometry

GRID = 0.00005
"""Points nearer than this (about 5 m) are one."""
FINENESS = 0.0025
"""How far a mended line may lie from the given one, in degrees."""
STRAY = 1e-6
"""Smaller bits apart from a unit's body (square degrees, about a hectare) go to the neighbour."""


def main(source: Path, target: Path) -> None:
    geojson = json.loads(source.read_text(encoding="utf-8"))
    given = {feature["properties"]["code"]: shape(feature["geometry"]) for feature in geojson["features"]}
    mended = mend(given)
    features = [
        {"type": "Feature",
         "properties": {key: feature["properties"][key] for key in ("code", "name", "approximate")},
         "geometry": json.loads(json.dumps(mapping(mended[feature["properties"]["code"]])))}
        for feature in geojson["features"]
    ]  # fmt: skip
    lines = ",\n".join(json.dumps(feature, ensure_ascii=False, separators=(",", ":")) for feature in features)
    target.write_text(f'{{"type":"FeatureCollection","features":[\n{lines}\n]}}\n', encoding="utf-8")


def mend(given: dict[str, BaseGeometry]) -> dict[str, BaseGeometry]:
    """The same units as a coverage: no overlaps, no slits."""
    codes = sorted(given)
    snapped = [shapely.set_precision(given[code], GRID) for code in codes]
    lines = shapely.union_all([shape.boundary for shape in snapped], grid_size=GRID)
    owned: dict[str, list[BaseGeometry]] = defaultdict(list)
    slits: list[BaseGeometry] = []
    tree = shapely.STRtree(snapped)
    for piece in shapely.get_parts(shapely.polygonize([lines])):
        owner = _owner(piece, snapped, tree)
        if owner is None:
            slits.append(piece)
        else:
            owned[codes[owner]].append(piece)
    whole = _with_bits({code: shapely.union_all(parts) for code, parts in owned.items()}, slits)
    thinned = shapely.coverage_simplify([whole[code] for code in codes], FINENESS)
    return {code: _rounded(thin) for code, thin in zip(codes, thinned, strict=True)}


def _owner(piece: BaseGeometry, units: list[BaseGeometry], tree: Any) -> int | None:
    shares = [(units[place].intersection(piece).area, int(place)) for place in tree.query(piece)]
    share, owner = max(shares, default=(0.0, -1))
    return owner if share > piece.area / 2 else None


def _with_bits(units: dict[str, BaseGeometry], slits: list[BaseGeometry]) -> dict[str, BaseGeometry]:
    """Give slits and stray bits to the unit they share most of their edge with; outer dents stay outside."""
    bodies: dict[str, BaseGeometry] = {}
    loose = list(slits)
    for code, unit in units.items():
        parts = sorted(shapely.get_parts(unit), key=lambda part: -part.area)
        bodies[code] = shapely.union_all([parts[0], *(part for part in parts[1:] if part.area >= STRAY)])
        loose += [part for part in parts[1:] if part.area < STRAY]
    for bit in sorted(loose, key=lambda part: -part.area):
        edge, code = max((body.intersection(bit).length, code) for code, body in bodies.items())
        if edge > 0:
            bodies[code] = shapely.union(bodies[code], bit, grid_size=GRID)
    return bodies


def _rounded(unit: BaseGeometry) -> BaseGeometry:
    return shapely.transform(unit, lambda points: points.round(5))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
