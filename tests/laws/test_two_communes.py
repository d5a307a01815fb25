"""The two-communes law: for every register of the province, An's records never reach Bình, whatever way he asks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pytest

from tests.conftest import Copies
from tests.laws.house import PROVINCES
from tinhso.access import grants
from tinhso.access.scope import Scope
from tinhso.areas.places import PlaceIndex
from tinhso.foundation.database import Database, made_sql
from tinhso.foundation.postgres.server import Cluster
from tinhso.foundation.problems import Refused
from tinhso.indicators import explain
from tinhso.packs import apply as packs
from tinhso.packs import examples
from tinhso.packs.read import Pack, read
from tinhso.registers import changes, export, history, records
from tinhso.registers.changes import Commit, Source

LUNG_CU, MEO_VAC = "00715", "027"
"""An's commune in Đồng Văn, and the district whose officer Bình is."""
VERBS = ["read", "propose", "approve", "export"]
PACK = read(PROVINCES / "hagiang")


@dataclass(frozen=True)
class Province:
    """Hà Giang with a record of An's in every register, the second version of it; ``commits`` brought that one."""

    db: Database
    pack: Pack
    commits: dict[str, Commit]
    bình: Scope


@pytest.fixture(scope="module")
def province(cluster: Cluster, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Province]:
    copies = Copies(cluster)
    name, db = copies.make(template)
    try:
        packs.apply(db, PROVINCES / "hagiang")
        places = examples.place_index(PACK.areas)
        commits = {register: _record(db, register, places) for register in PACK.registers}
        with db.app() as conn:
            bình = grants.over(conn, [MEO_VAC], VERBS, "officer-binh")
        yield Province(db, PACK, commits, bình)
    finally:
        db.close()
        copies.drop(name)


def _record(db: Database, register: str, places: PlaceIndex) -> Commit:
    """Commit the register's first good example as a record of Lũng Cú, then once more with a field less."""
    declaration = PACK.registers[register]
    good = next(each for each in PACK.examples[register] if not each.expect)
    row = examples.checked_examples(PACK, declaration, [good], places).frame
    with db.app() as conn:
        found = conn.execute("select area, low from areas.tree where code = %s", [LUNG_CU]).fetchone()
    assert found is not None and row.height == 1
    here = row.with_columns(pl.lit(found[0]).alias("area"), pl.lit(found[1]).alias("place"))
    _commit(db, register, here)
    free = [name for name in declaration.fields if name not in (*declaration.primary_key, declaration.label)]
    touched = next(name for name in reversed(free) if here[name][0] is not None)
    return _commit(db, register, here.with_columns(pl.lit(None, here.schema[touched]).alias(touched)))


def _commit(db: Database, register: str, rows: pl.DataFrame) -> Commit:
    scope = grants.station()
    with db.app(scope.settings()) as conn:
        proposed = changes.difference(conn, PACK.registers[register], rows, scope=scope)
    return changes.commit(db, proposed, source=Source("file", "an.xlsx", "0" * 64, ("Trang 1",)), scope=scope)


@pytest.mark.parametrize("register", sorted(PACK.registers))
def test_records_do_not_reach_bình(province: Province, register: str) -> None:
    declaration, scope = province.pack.registers[register], province.bình
    with province.db.app(scope.settings()) as conn:
        assert records.page(conn, declaration, scope=scope).rows == ()
        assert records.count(conn, declaration, scope=scope) == 0
        with pytest.raises(Refused):
            records.one(conn, declaration, 1, scope=scope)


@pytest.mark.parametrize("register", sorted(PACK.registers))
def test_search_finds_nothing_of_an(province: Province, register: str) -> None:
    declaration, station = province.pack.registers[register], grants.station()
    with province.db.app(station.settings()) as conn:
        (row,) = records.page(conn, declaration, scope=station).rows
        words = str(row[declaration.label])
        assert len(records.page(conn, declaration, scope=station, search=words).rows) == 1
    with province.db.app(province.bình.settings()) as conn:
        assert records.page(conn, declaration, scope=province.bình, search=words).rows == ()


@pytest.mark.parametrize("register", sorted(PACK.registers))
def test_history_does_not_reach_bình(province: Province, register: str) -> None:
    declaration, scope = province.pack.registers[register], province.bình
    with province.db.app(scope.settings()) as conn:
        with pytest.raises(Refused):
            history.versions(conn, declaration, 1, scope=scope)
        assert history.as_of(conn, declaration, 10_000, scope=scope) == []
        assert history.change_sets(conn, scope=scope, register=register) == []


@pytest.mark.parametrize("register", sorted(PACK.registers))
def test_exports_do_not_reach_bình(province: Province, register: str, tmp_path: Path) -> None:
    assert export.write_csv(province.db, register, tmp_path / "out.csv", scope=province.bình) == 0


@pytest.mark.parametrize("register", sorted(PACK.registers))
def test_the_database_itself_keeps_them_apart(province: Province, register: str) -> None:
    for settings in (province.bình.settings(), {}):
        with province.db.app(settings) as conn:
            for schema in ("registers", "history"):
                counted = conn.execute(made_sql(f"select count(*) from {schema}.{register}")).fetchone()
                assert counted == (0,), f"{schema}.{register}"


@pytest.mark.parametrize("register", sorted(PACK.registers))
def test_bình_cannot_write_over_them(province: Province, register: str) -> None:
    with pytest.raises(Refused):
        changes.undo(province.db, province.commits[register].id, reason="mine now", scope=province.bình)
    with province.db.app(grants.station().settings()) as conn:
        kept = records.page(conn, province.pack.registers[register], scope=grants.station()).rows
    assert [row["version"] for row in kept] == [2]


@pytest.mark.parametrize("indicator", sorted(PACK.indicators))
def test_explanations_name_nothing_of_an(province: Province, indicator: str) -> None:
    with province.db.app(province.bình.settings()) as conn:
        found = explain.explain(conn, indicator, "02", scope=province.bình)
    assert found.sources == ()
