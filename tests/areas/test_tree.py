"""The nested set: children lie in their parents, siblings apart, numbers are never used twice."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from tinhso.areas import load, tree
from tinhso.foundation.database import Database


def test_ranges_hold_exactly_what_lies_below(hagiang: Database) -> None:
    with hagiang.app() as conn:
        units = conn.execute("select area, parent, low, high from areas.tree").fetchall()
    span = {area: (low, high) for area, _, low, high in units}
    below = dict.fromkeys(span, 1)
    for area, parent, low, high in sorted(units, key=lambda unit: -unit[2]):
        if parent is not None:
            assert span[parent][0] < low <= high <= span[parent][1]
            below[parent] += below[area]
    assert all(high - low + 1 == below[area] for area, (low, high) in span.items())
    assert len({low for low, _ in span.values()}) == len(span)


def test_codes_order_the_places(hagiang: Database) -> None:
    with hagiang.app() as conn:
        communes = conn.execute(
            "select t.code from areas.tree t join areas.tree d on d.area = t.parent"
            " where t.level = 3 order by t.low").fetchall()  # fmt: skip
        by_code = conn.execute(
            "select t.code from areas.tree t join areas.tree d on d.area = t.parent"
            " where t.level = 3 order by d.code, t.code").fetchall()  # fmt: skip
    assert communes == by_code


def test_vietnamese_order_of_names_without_their_type(hagiang: Database) -> None:
    with hagiang.app() as conn:
        names = conn.execute("select name from areas.tree where level = 2 order by sort_key").fetchall()
    first = ["Huyện Bắc Mê", "Huyện Bắc Quang", "Huyện Đồng Văn", "Thành phố Hà Giang"]
    assert [name for (name,) in names][:4] == first


def test_deriving_again_keeps_the_places(hagiang: Database) -> None:
    with hagiang.owner() as conn:
        before = tree.version(conn)
        assert tree.derive(conn) == tree.Derived(2276, renumbered=False)
        assert tree.version(conn) == before


def test_a_day_before_the_units_has_no_tree(db: Database, small: Path) -> None:
    with db.owner() as conn:
        load.load(conn, small)
        assert tree.derive(conn, date(2019, 12, 31)) == tree.Derived(0, renumbered=True)
        assert tree.version(conn) == 0
        assert tree.derive(conn, date(2020, 1, 1)).renumbered
