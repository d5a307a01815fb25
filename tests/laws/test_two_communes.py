"""The two-communes law: for every register of the province, An's records never reach Bình, whatever way he asks."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.laws.communes import MEO_VAC, PACK, VERBS, Province
from tinhso.access import grants
from tinhso.foundation.database import made_sql
from tinhso.foundation.files import Files
from tinhso.foundation.problems import Refused
from tinhso.indicators import explain
from tinhso.intake import template
from tinhso.intake.desk import Desk
from tinhso.registers import changes, export, history, records


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
    for form in export.FORMATS:
        wish = export.Wish(register, form)
        assert export.write(province.db, wish, tmp_path / f"out.{form}", scope=province.bình) == 0


@pytest.mark.parametrize("register", sorted(PACK.registers))
def test_filled_templates_do_not_reach_bình(province: Province, register: str, tmp_path: Path) -> None:
    desk = Desk.open(province.db, Files(tmp_path))
    asked = template.Asked(register, (0, 2**62), filled=True)
    assert template.write(desk, asked, tmp_path / "x.xlsx", scope=grants.station()) == 1
    with province.db.app() as conn:
        bình = grants.over(conn, [MEO_VAC], VERBS, "officer-binh", unmask=["*"])
    assert template.write(desk, asked, tmp_path / "x.xlsx", scope=bình) == 0


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
