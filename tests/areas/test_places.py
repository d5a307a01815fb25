"""The index that resolves names in files."""

from __future__ import annotations

import polars as pl

from tinhso.areas.places import CODES, NAMES, PlaceIndex
from tinhso.foundation.database import Database
from tinhso.foundation.text import fold


def named(index: PlaceIndex, name: str, level: int, parent: str | None = None, grand: str | None = None) -> list[str]:
    rows = index.names.filter(pl.col("folded") == fold(name), pl.col("level") == level)
    for column, above in (("parent_folded", parent), ("grand_folded", grand)):
        if above is not None:
            rows = rows.filter(pl.col(column) == fold(above))
    return sorted(set(rows["code"]))


def test_columns_and_sizes(hagiang: Database) -> None:
    with hagiang.app() as conn:
        index = PlaceIndex.read(conn)
    assert dict(index.codes.schema) == CODES
    assert dict(index.names.schema) == NAMES
    assert index.codes.height == 2276
    assert index.codes["code"].is_unique().all()
    assert index.names.is_unique().all()


def test_names_resolve_within_the_unit_above(hagiang: Database) -> None:
    with hagiang.app() as conn:
        index = PlaceIndex.read(conn)
    assert named(index, "Tả Lủng", 3) == ["00742", "00796"]
    assert named(index, "TẢ LÙNG", 3, "Mèo Vạc") == ["00796"]
    assert named(index, "Xã Xà Phìn", 3, "Đồng Văn") == ["00736"]
    assert named(index, "xa sa phin", 3) == ["00736"]
    assert named(index, "TT. Đồng Văn", 3, "Đồng Văn") == ["00721"]
    assert named(index, "TP Hà Giang", 2) == ["024"]
    assert named(index, "Tỉnh Hà Giang", 1) == ["02"]
    assert named(index, "TDP số 3", 4, "Trần Phú", "Hà Giang") == ["00691-003"]


def test_an_alias_never_hides_an_official_name(hagiang: Database) -> None:
    with hagiang.app() as conn:
        index = PlaceIndex.read(conn)
    assert named(index, "Việt Lâm", 3, "Vị Xuyên") == ["00967"]
    assert named(index, "Thị trấn Việt Lâm", 3, "Vị Xuyên") == ["00916"]


def test_every_official_name_resolves_to_its_unit_alone(hagiang: Database) -> None:
    with hagiang.app() as conn:
        index = PlaceIndex.read(conn)
        names = conn.execute("select code, name, level from areas.tree").fetchall()
    within = ["folded", "level", "parent_folded", "grand_folded"]
    alone = index.names.group_by(within).agg(pl.col("area").n_unique()).filter(pl.col("area") > 1)
    assert alone.is_empty(), alone
    known = index.names.group_by("code").agg("folded")
    spelled = dict(known.iter_rows())
    assert all(fold(name) in spelled[code] for code, name, _ in names)
