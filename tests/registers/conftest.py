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
from tinhso.foundation.database import Database, made_sql
from tinhso.ledgers import sealing
from tinhso.ledgers.findings import Finding
from tinhso.registers import changes, evolution
from tinhso.registers.chain import verify
from tinhso.registers.chain.ledgers import CHANGES
from tinhso.registers.changes import Commit, Source
from tinhso.registers.declaration import KEY_SEPARATOR, AreaRule, Declaration, Field, Text

AN, BINH = "00715", "00796"
VERBS = ["read", "propose", "approve"]


LAU_AN = {"code": "1", "name": "Lầu Thị An", "job": "giáo viên", "age": 30}
VANG_BINH = {"code": "2", "name": "Vàng Mí Bình", "job": "cán bộ", "in": BINH}
SUNG_CHI = {"code": "3", "name": "Sùng Thị Chi", "age": 41}


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


@dataclass(frozen=True)
class Archive:
    """The register of people after four commits, under two checkpoints; An's record has two versions."""

    people: People
    home: Path

    def checkpoint(self) -> None:
        sealing.seal(self.people.db, self.home, CHANGES, occasion="asked")

    def found(self) -> list[Finding]:
        return verify.chain(self.people.db, self.home).findings

    def codes(self) -> set[str]:
        return {finding.code for finding in self.found()}

    def tamper(self, *statements: str) -> None:
        """What somebody with the owner's password can do; every guard that the tables have is taken off first."""
        with self.people.db.owner() as conn:
            for table in ("leaf", "checkpoint", "erased_version"):
                conn.execute(made_sql(f"alter table ledgers.{table} disable trigger user"))
            for statement in statements:
                conn.execute(made_sql(statement))


@pytest.fixture
def archive(people: People, tmp_path: Path) -> Archive:
    made = Archive(people, tmp_path / "home")
    people.put(LAU_AN, VANG_BINH, SUNG_CHI)
    people.put({**LAU_AN, "job": "hiệu trưởng"})
    made.checkpoint()
    changes.remove(people.db, "people", ["3"], source=Source("form", reason="trùng"), scope=people.station())
    people.put({"code": "4", "name": "Giàng A Dơ"}, {"code": "5", "name": "Hoàng Văn Én"})
    made.checkpoint()
    return made
