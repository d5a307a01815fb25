"""A small province with one register of teams, filled by real commits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import msgspec
import polars as pl
import pytest
import yaml

from tinhso.access import grants
from tinhso.access.scope import Scope
from tinhso.foundation.database import Database
from tinhso.indicators import amounts, declared, figures
from tinhso.indicators.declaration import Indicator
from tinhso.registers import changes, evolution
from tinhso.registers import declared as registers
from tinhso.registers.changes import Commit, Source
from tinhso.registers.declaration import POSTGRES_TYPES, Declaration

TEAMS = """
register: teams
title: {vi: Tổ công nghệ số cộng đồng, en: Community digital teams}
primaryKey: [code]
label: name
area: {village: village, commune: commune}
fields:
  code: {type: string, title: {vi: Mã, en: Code}}
  name: {type: string, title: {vi: Tên, en: Name}}
  commune: {type: area, level: commune, title: {vi: Xã, en: Commune}}
  village: {type: area, level: village, title: {vi: Thôn, en: Village}}
  members: {type: integer, title: {vi: Thành viên, en: Members}}
  kind: {type: string, title: {vi: Loại, en: Kind}}
  since: {type: date, title: {vi: Từ ngày, en: Since}}
  until: {type: date, title: {vi: Đến ngày, en: Until}}
"""
INDICATORS = """
- {indicator: teams, title: {vi: Tổ, en: Teams}, unit: {vi: tổ, en: team}, kind: count, register: teams,
   dimensions: [kind]}
- {indicator: active, title: {vi: Tổ đang hoạt động, en: Active teams}, unit: {vi: tổ, en: team}, kind: count,
   register: teams, at: {from: since, until: until}, dimensions: [kind], kept: [kind]}
- {indicator: members, title: {vi: Thành viên, en: Members}, unit: {vi: người, en: person}, kind: sum,
   register: teams, value: members, where: "kind <> 'closed'"}
- {indicator: founded, title: {vi: Tổ lập năm 2023, en: Founded in 2023}, unit: {vi: tổ, en: team}, kind: count,
   register: teams, "on": since, period: {from: 2023-01-01, to: 2023-12-31}}
- {indicator: big, title: {vi: Tỷ lệ tổ lớn, en: Share of big teams}, unit: {vi: "%", en: percent}, kind: ratio,
   register: teams, where: "members >= 6", over: {register: teams}, scale: 100, decimals: 2}
- {indicator: mean, title: {vi: Bình quân, en: Average}, unit: {vi: người, en: person}, kind: average,
   register: teams, value: members, decimals: 1}
- {indicator: kinds, title: {vi: Số loại, en: Kinds}, unit: {vi: loại, en: kind}, kind: distinct, register: teams,
   distinct: kind, at: {from: since, until: until}}
- {indicator: old, title: {vi: Tổ trên một năm, en: Older than a year}, unit: {vi: tổ, en: team}, kind: count,
   register: teams, where: "year(since) < year(as_at)"}
"""
AS_AT = date(2023, 11, 30)
COMMUNES = ("00712", "00715", "00769")
AREAS = [
    # area, parent, level, low, high, code, name
    (1, None, 1, 1, 100, "02", "Hà Giang"),
    (2, 1, 2, 2, 50, "026", "Đồng Văn"),
    (3, 1, 2, 51, 100, "027", "Mèo Vạc"),
    (4, 2, 3, 3, 20, "00712", "Phó Bảng"),
    (5, 2, 3, 21, 40, "00715", "Lũng Cú"),
    (6, 3, 3, 52, 80, "00769", "Mèo Vạc"),
    (7, 4, 4, 4, 4, "00712001", "Thôn Một"),
    (8, 4, 4, 5, 5, "00712002", "Thôn Hai"),
]


class Province:
    """The register and its indicators in a fresh database, with the verbs that tests use."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.scope: Scope = grants.station()
        self.places = {code: (area, low) for area, _, _, low, _, code, _ in AREAS}

    def rows(self, *rows: dict[str, Any]) -> pl.DataFrame:
        """Checked rows as intake makes them; each names its ``at`` area by code."""
        declaration = self.declaration()
        types = {"text": pl.String, "bigint": pl.Int64, "date": pl.Date, "numeric": pl.String, "boolean": pl.Boolean}
        schema: dict[str, Any] = {"sheet": pl.Int32, "row": pl.Int64}
        schema |= {name: types[POSTGRES_TYPES[field.type]] for name, field in declaration.fields.items()}
        schema |= {"area": pl.Int64, "place": pl.Int64, "key": pl.String}
        full = [
            {**dict.fromkeys(schema), **row, "sheet": 0, "row": number + 2, "key": row["code"],
             "area": self.places[row["at"]][0], "place": self.places[row["at"]][1]}
            for number, row in enumerate(rows)
        ]  # fmt: skip
        return pl.DataFrame([{name: row[name] for name in schema} for row in full], schema=schema)

    @staticmethod
    def team(
        code: str, at: str = "00712", members: int | None = 6, kind: str | None = "village", **dates: date
    ) -> dict[str, Any]:
        """A team as a checked row; ``at`` is the code of its area, ``dates`` are since and until."""
        return {"code": code, "name": f"Tổ {code}", "at": at, "members": members, "kind": kind, **dates}

    @staticmethod
    def indicators(wanted: list[Any] | None = None) -> list[Indicator]:
        """The indicators of the small province, or those written in these words."""
        return msgspec.convert(wanted, list[Indicator]) if wanted else indicators()

    def declaration(self) -> Declaration:
        with self.db.owner() as conn:
            return registers.one(conn, "teams")

    def commit(self, *rows: dict[str, Any], file: str = "teams.xlsx") -> Commit:
        with self.db.app(self.scope.settings()) as conn:
            change = changes.difference(conn, self.declaration(), self.rows(*rows), scope=self.scope)
        source = Source("file", file_name=file, file_sha256="0" * 64, sheets=("Sheet1",))
        return changes.commit(self.db, change, source=source, scope=self.scope)

    def remove(self, *keys: str) -> Commit:
        return changes.remove(self.db, "teams", list(keys), source=Source("form", reason="test"), scope=self.scope)

    def figures(self, *ids: str, area: str = "02", as_at: date = AS_AT, as_of: int | None = None) -> list[Any]:
        """The values of these indicators as floats, None where there is no data."""
        with self.db.app(self.scope.settings()) as conn:
            found = figures.compute(conn, ids, area, as_at, scope=self.scope, as_of=as_of)
        return [figure.value if figure.value is None else float(figure.value) for figure in found]


def indicators(text: str = INDICATORS) -> list[Indicator]:
    return msgspec.convert(yaml.safe_load(text), list[Indicator])


def plant(db: Database, wanted: Sequence[Indicator]) -> None:
    with db.owner() as conn:
        for area, parent, level, low, high, code, name in AREAS:
            conn.execute("insert into areas.area (id, level) overriding system value values (%s, %s)", (area, level))
            conn.execute(
                "insert into areas.tree values (%s, %s, %s, %s, %s, %s, %s, '', '', %s)",
                (area, parent, level, low, high, code, name, name),
            )
        evolution.apply(conn, msgspec.convert(yaml.safe_load(TEAMS), Declaration))
        declared.apply(conn, wanted)


@pytest.fixture
def province(db: Database) -> Province:
    amounts.forget()
    plant(db, indicators())
    return Province(db)


@pytest.fixture
def bare(db: Database) -> Callable[[], Province]:
    """The same province before any indicator was declared."""

    def make() -> Province:
        amounts.forget()
        plant(db, [])
        return Province(db)

    return make
