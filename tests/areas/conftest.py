"""Hà Giang's units, loaded."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tinhso.areas import load
from tinhso.foundation.database import Database

FOLDER = Path(__file__).resolve().parents[2] / "provinces" / "hagiang" / "areas"


@pytest.fixture
def hagiang(db: Database) -> Iterator[Database]:
    """A database that knows the areas of Hà Giang."""
    with db.owner() as conn:
        load.load(conn, FOLDER)
    yield db


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A folder with one province, two districts, three communes and two villages."""
    lines = [
        "code,name,kind,parent,lat,lon,from",
        "02,Tỉnh Hà Giang,tỉnh,,22.8,105.0,2020-01-01",
        "026,Huyện Đồng Văn,huyện,02,23.2,105.2,2020-01-01",
        "027,Huyện Mèo Vạc,huyện,02,23.1,105.4,2020-01-01",
        "00715,Xã Lũng Cú,xã,026,23.36,105.32,2020-01-01",
        "00742,Xã Tả Lủng,xã,026,23.23,105.35,2020-01-01",
        "00796,Xã Tả Lủng,xã,027,23.16,105.38,2020-01-01",
    ]
    villages = ["code,name,kind,parent,from", "00715-001,Thôn Séo Lủng,thôn,00715,2020-01-01",
                "00715-002,Tổ 2,tổ dân phố,00715,2020-01-01"]  # fmt: skip
    (tmp_path / "units.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (tmp_path / "villages.csv").write_text("\n".join(villages) + "\n", encoding="utf-8")
    (tmp_path / "aliases.csv").write_text("code,alias\n00715,Xã Lũng Cứ\n", encoding="utf-8")
    return tmp_path
