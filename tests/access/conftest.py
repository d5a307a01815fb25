"""A small province: Đồng Văn, where An is an officer, and Mèo Vạc, where Bình is one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tinhso.areas import tree
from tinhso.foundation.database import Database

UNITS = (
    ("02", "Tỉnh Hà Giang", "tỉnh", 1, None), ("026", "Huyện Đồng Văn", "huyện", 2, "02"),
    ("027", "Huyện Mèo Vạc", "huyện", 2, "02"), ("00715", "Xã Lũng Cú", "xã", 3, "026"),
    ("00718", "Xã Má Lé", "xã", 3, "026"), ("00724", "Xã Lũng Táo", "xã", 3, "026"),
    ("00727", "Xã Phố Là", "xã", 3, "026"), ("00733", "Xã Sủng Là", "xã", 3, "026"),
    ("00736", "Xã Sà Phìn", "xã", 3, "026"), ("00739", "Xã Tả Phìn", "xã", 3, "026"),
    ("00742", "Xã Tả Lủng", "xã", 3, "026"), ("00745", "Xã Phố Cáo", "xã", 3, "026"),
    ("00796", "Xã Tả Lủng", "xã", 3, "027"),
)  # fmt: skip


@pytest.fixture
def province(db: Database) -> Iterator[Database]:
    with db.owner() as conn:
        areas: dict[str, int] = {}
        for code, name, kind, level, parent in UNITS:
            row = conn.execute("insert into areas.area (level) values (%s) returning id", [level]).fetchone()
            assert row
            areas[code] = row[0]
            ever = "daterange(null, null)"
            conn.execute(f"insert into areas.code values (%s, %s, {ever})", [row[0], code])
            conn.execute(f"insert into areas.name values (%s, %s, %s, {ever})", [row[0], name, kind])
            if parent:
                conn.execute(f"insert into areas.parent values (%s, %s, {ever})", [row[0], areas[parent]])
        tree.derive(conn)
    yield db
