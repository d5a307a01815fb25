"""Boundaries: estimated cells, imported ones, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import box, shape

from tinhso.areas import load, shapes
from tinhso.foundation.database import Connection, Database
from tinhso.foundation.problems import Refused

ROOT = Path(__file__).resolve().parents[2]
BOUNDARIES = ROOT.parent / "shared" / "data" / "ha_giang_2023_communes_approx.geojson"


def kept(conn: Connection) -> dict[str, tuple[Any, bool, str]]:
    rows = conn.execute(
        "select t.code, s.geometry, s.approximate, s.source from areas.shape s join areas.tree t using (area)"
    )
    return {code: (shape(geometry), approximate, source) for code, geometry, approximate, source in rows}


def square(code: str, west: float = 105.3, south: float = 23.3) -> dict[str, Any]:
    return {
        "type": "Feature", "properties": {"code": code},
        "geometry": json.loads(shapely.to_geojson(box(west, south, west + 0.1, south + 0.1))),
    }  # fmt: skip


def collection(*features: dict[str, Any]) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": list(features)}


coordinates = st.tuples(st.integers(0, 400), st.integers(0, 400))


@settings(max_examples=40, deadline=None)
@given(st.sets(coordinates, min_size=3, max_size=40))
def test_cells_cover_the_outline_without_overlap(places: set[tuple[int, int]]) -> None:
    points = {f"{n:05}": (x / 100, y / 100) for n, (x, y) in enumerate(sorted(places))}
    drawn = shapes.cells(points, box(-1, -1, 5, 5))
    assert sum(cell.area for cell in drawn.values()) == pytest.approx(36)
    assert shapely.union_all(list(drawn.values())).area == pytest.approx(36)
    assert all(drawn[code].covers(shapely.Point(point)) for code, point in points.items())


def test_every_commune_gets_an_estimated_cell(hagiang: Database) -> None:
    with hagiang.owner() as conn:
        assert shapes.estimate(conn) == 193
        assert shapes.estimate(conn) == 0
        cells = kept(conn)
    assert len(cells) == 193
    assert all(cell.is_valid and approximate for cell, approximate, _ in cells.values())


def test_two_communes_on_one_point_both_get_a_cell(db: Database, small: Path) -> None:
    units = small / "units.csv"
    units.write_text(units.read_text(encoding="utf-8").replace("23.23,105.35", "23.36,105.32"), encoding="utf-8")
    with db.owner() as conn:
        load.load(conn, small)
        assert shapes.estimate(conn) == 3
        assert all(cell.area > 0 for cell, _, _ in kept(conn).values())


def test_real_boundaries_take_the_place_of_estimates(db: Database, small: Path) -> None:
    with db.owner() as conn:
        load.load(conn, small)
        shapes.estimate(conn)
        imported = shapes.boundaries(conn, collection(square("00715")), source="Sở TNMT")
        assert imported == shapes.Imported(1, 1, ("00742", "00796"))
        shapes.estimate(conn)
        assert kept(conn)["00715"][1:] == (False, "Sở TNMT")
        assert kept(conn)["00715"][0].equals(box(105.3, 23.3, 105.4, 23.4))


BROKEN = {"type": "Polygon", "coordinates": [[[1]]]}
BOWTIE = {"type": "Polygon", "coordinates": [[[105, 23], [106, 24], [106, 23], [105, 24], [105, 23]]]}


@pytest.mark.parametrize(
    ("geojson", "code"),
    [
        ({}, "areas.bad_boundaries"),
        (collection(), "areas.bad_boundaries"),
        (collection({"type": "Feature", "properties": {}, "geometry": None}), "areas.bad_boundaries"),
        (collection(square("99999")), "areas.unknown_code"),
        (collection({**square("00715"), "geometry": BOWTIE}), "areas.bad_geometry"),
        (collection({**square("00715"), "geometry": None}), "areas.bad_geometry"),
        (collection({**square("00715"), "geometry": BROKEN}), "areas.bad_geometry"),
        (collection({**square("00715"), "geometry": {"type": "Point", "coordinates": [1, 2]}}), "areas.bad_geometry"),
        (collection(square("00715", 600_000, 2_500_000)), "areas.bad_geometry"),
    ],
)  # fmt: skip
def test_unusable_boundaries_are_refused(db: Database, small: Path, geojson: dict[str, Any], code: str) -> None:
    with db.owner() as conn:
        load.load(conn, small)
        with pytest.raises(Refused) as refused:
            shapes.boundaries(conn, geojson, source="test")
        assert refused.value.problems[0].code == code
        assert kept(conn) == {}


@pytest.mark.skipif(not BOUNDARIES.is_file(), reason="NEEDS the data folder beside the project; not compared")
def test_boundaries_of_a_whole_province_replace_its_estimates(hagiang: Database) -> None:
    geojson = json.loads(BOUNDARIES.read_text(encoding="utf-8"))
    with hagiang.owner() as conn:
        assert shapes.estimate(conn) == 193
        imported = shapes.boundaries(conn, geojson, source="test")
        assert (imported.taken, imported.changed) == (193, 193)
        assert shapes.estimate(conn) == 0
        assert shapes.boundaries(conn, geojson, source="test").changed == 0


def test_the_estimates_of_hagiang_cover_the_province_without_gap(hagiang: Database) -> None:
    with hagiang.owner() as conn:
        assert shapes.estimate(conn) == 193
        points = conn.execute("select t.code, longitude, latitude from areas.point join areas.tree t using (area)"
                              " where t.level = 3").fetchall()  # fmt: skip
        drawn = kept(conn)
    assert all(approximate for _, approximate, _ in drawn.values())
    inside = sum(drawn[code][0].buffer(0.001).covers(shapely.Point(lon, lat)) for code, lon, lat in points)
    assert inside == 193
