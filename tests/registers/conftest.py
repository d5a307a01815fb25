"""A small register of people in two communes, Lũng Cú (An's, Đồng Văn) and Tả Lủng (Bình's, Mèo Vạc)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tinhso.access import grants
from tinhso.access.scope import Scope
from tinhso.areas import load
from tinhso.foundation.database import Database
from tinhso.registers import changes, evolution
from tinhso.registers.changes import Commit, Source
from tinhso.registers.declaration import KEY_SEPARATOR, AreaRule, Declaration, Field, Text

AN, BINH = "00715", "00796"
VERBS = ["read", "propose", "approve"]


def titled(words: str) -> Text:
    return Text(words, words)


PEOPLE = Declaration(
    register="people",
    title=titled("Người"),
    fields={
        "code": Field("string", titled("Mã")),
        "name": Field("string", titled("Họ tên")),
        "job": Field("string", titled("Việc")),
        "age": Field("integer", titled("Tuổi")),
        "seen": Field("date", titled("Ngày")),
    },
    primary_key=("code",),
    label="name",
    label_order="person",
    search=("name", "code"),
    area=AreaRule(commune="commune"),
    public=("job",),
)


@dataclass(frozen=True)
class People:
    """The register at hand: ``put`` commits rows, ``all`` reads what is there."""

    db: Database
    declaration: Declaration
    places: Mapping[str, tuple[int, int]]

    def station(self) -> Scope:
        return grants.station()

    def officer(self, commune: str, verbs: list[str] = VERBS) -> Scope:
        with self.db.app() as conn:
            return grants.over(conn, [commune], verbs, f"officer-{commune}")

    def rows(self, *people: Mapping[str, Any]) -> pl.DataFrame:
        return frame(self.declaration, self.places, people)

    def put(self, *people: Mapping[str, Any], scope: Scope | None = None, gone: Any = "keep") -> Commit:
        holder = scope or self.station()
        with self.db.app(holder.settings()) as conn:
            proposed = changes.difference(conn, self.declaration, self.rows(*people), scope=holder, gone=gone)
        return changes.commit(self.db, proposed, source=Source("file", "a.xlsx", "0" * 64, ("Trang 1",)), scope=holder)

    def all(self, scope: Scope | None = None) -> dict[str, tuple[Any, ...]]:
        holder = scope or self.station()
        with self.db.app(holder.settings()) as conn:
            found = conn.execute("select key, name, job, age, seen, area from registers.people order by key").fetchall()
        return {row[0]: tuple(row[1:]) for row in found}


def frame(declaration: Declaration, places: Mapping[str, tuple[int, int]], people: Any) -> pl.DataFrame:
    schema = {"code": pl.String, "name": pl.String, "job": pl.String, "age": pl.Int64, "seen": pl.Date}
    filled = [
        {**dict.fromkeys(schema), **person, "sheet": 0, "row": at + 2,
         "area": places[person.get("in", AN)][0], "place": places[person.get("in", AN)][1]}
        for at, person in enumerate(people)
    ]  # fmt: skip
    whole = {"sheet": pl.Int32, "row": pl.Int64, **schema, "area": pl.Int64, "place": pl.Int64}
    made = pl.DataFrame(filled, schema=whole) if filled else pl.DataFrame(schema=whole)
    return made.with_columns(pl.concat_str(declaration.primary_key, separator=KEY_SEPARATOR).alias("key"))


@pytest.fixture
def two_communes(tmp_path: Path) -> Path:
    units = (
        "code,name,kind,parent,lat,lon,from\n02,Tỉnh Hà Giang,tỉnh,,22.8,105.0,2020-01-01\n"
        "026,Huyện Đồng Văn,huyện,02,23.2,105.2,2020-01-01\n027,Huyện Mèo Vạc,huyện,02,23.1,105.4,2020-01-01\n"
        "00715,Xã Lũng Cú,xã,026,23.36,105.32,2020-01-01\n00796,Xã Tả Lủng,xã,027,23.16,105.38,2020-01-01\n"
    )
    (tmp_path / "units.csv").write_text(units, encoding="utf-8")
    (tmp_path / "villages.csv").write_text("code,name,kind,parent,from\n", encoding="utf-8")
    (tmp_path / "aliases.csv").write_text("code,alias\n", encoding="utf-8")
    return tmp_path


@pytest.fixture
def people(db: Database, two_communes: Path) -> People:
    with db.owner() as conn:
        load.load(conn, two_communes)
        evolution.apply(conn, PEOPLE)
        found = conn.execute("select code, area, low from areas.tree").fetchall()
    return People(db, PEOPLE, {code: (area, low) for code, area, low in found})
