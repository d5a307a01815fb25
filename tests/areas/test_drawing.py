"""The map: paths for a width."""

from __future__ import annotations

import re
from itertools import accumulate

import pytest
from shapely.geometry import Point, Polygon, shape

from tinhso.areas import drawing, shapes
from tinhso.areas.drawing import Cell, Drawing, Outline
from tinhso.foundation.database import Database


def polygon(path: str) -> Polygon:
    """The first ring of a path."""
    numbers = [float(number) for number in re.findall(r"-?(?:\d+\.?\d*|\.\d+)", path.split("Z")[0])]
    return Polygon(zip(accumulate(numbers[::2]), accumulate(numbers[1::2]), strict=True))


@pytest.fixture
def drawn(hagiang: Database) -> Drawing:
    with hagiang.owner() as conn:
        shapes.estimate(conn)
    with hagiang.app() as conn:
        return drawing.draw(conn, "02", 800)


def test_all_communes_and_districts(drawn: Drawing) -> None:
    assert len(drawn.communes) == 193
    assert len(drawn.districts) == 11
    assert drawn.approximate
    assert drawn.width == 800 and 600 < drawn.height < 900


def test_paths_lie_in_the_frame_and_hold_their_label(drawn: Drawing) -> None:
    parts: list[Cell | Outline] = [*drawn.communes, *drawn.districts]
    for part in parts:
        outline = polygon(part.path)
        west, north, east, south = outline.bounds
        assert -1 <= west < east <= drawn.width + 1 and -1 <= north < south <= drawn.height + 1
        assert outline.distance(Point(part.x, part.y)) < 2, part.name


def test_neighbours_leave_no_slits(drawn: Drawing) -> None:
    districts = sum(polygon(district.path).area for district in drawn.districts)
    communes = sum(polygon(commune.path).area for commune in drawn.communes)
    assert communes == pytest.approx(districts, rel=0.002)


def test_a_district_alone(hagiang: Database, drawn: Drawing) -> None:
    with hagiang.app() as conn:
        district = drawing.draw(conn, "026", 400)
    assert [cell.district for cell in district.communes] == ["026"] * 19
    assert [outline.name for outline in district.districts] == ["Huyện Đồng Văn"]


def test_the_same_drawing_is_kept_until_shapes_change(hagiang: Database, drawn: Drawing) -> None:
    with hagiang.app() as conn:
        assert drawing.draw(conn, "02", 800) is drawn
    with hagiang.owner() as conn:
        conn.execute("update areas.shape set approximate = false")
    with hagiang.app() as conn:
        assert not drawing.draw(conn, "02", 800).approximate


def test_without_shapes_the_map_is_empty(hagiang: Database) -> None:
    with hagiang.app() as conn:
        assert drawing.draw(conn, "02", 800) == Drawing(800, 0, (), ())


def test_a_commune_to_put_a_point_on(hagiang: Database, drawn: Drawing) -> None:
    with hagiang.app() as conn:
        found, others = drawing.ground(conn, "00715"), [drawing.ground(conn, each) for each in ("026", "no-such")]
        query = "select s.geometry from areas.tree t join areas.shape s on s.area = t.area where t.code = '00715'"
        (geometry,) = conn.execute(query).fetchall()[0]
    assert others == [None, None] and found is not None and found.name == "Xã Lũng Cú"
    assert found.west < found.east and found.south < found.north and found.approximate
    outline, middle = polygon(found.path), shape(geometry).representative_point()
    x = (middle.x - found.west) / (found.east - found.west) * found.width
    y = (found.north - middle.y) / (found.north - found.south) * found.height
    assert outline.contains(Point(x, y)), "degrees and drawing agree"
    assert outline.bounds[0] > 10 and outline.bounds[2] < found.width - 10, "with room around it"
