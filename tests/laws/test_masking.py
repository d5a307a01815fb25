"""For every register: whoever may not see a sensitive field never gets its value, whatever way he reads."""

from __future__ import annotations

import csv
import zipfile
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tests.laws.communes import LUNG_CU, PACK, VERBS, Province
from tinhso.access import grants
from tinhso.access.scope import Scope
from tinhso.foundation.database import Connection
from tinhso.foundation.problems import Refused
from tinhso.registers import export, history, masking, records
from tinhso.registers.declaration import Declaration

LONG = 8
"""Shorter values (a year, a code) may stand in a file for something else."""
DELICATE = sorted(name for name, each in PACK.registers.items() if masking.sensitive(each))


@pytest.fixture(params=DELICATE)
def declaration(request: pytest.FixtureRequest) -> Declaration:
    return PACK.registers[request.param]


def an(province: Province, *unmask: str) -> Scope:
    with province.db.app() as conn:
        return grants.over(conn, [LUNG_CU], VERBS, "an", unmask=unmask)


def raw(province: Province, declaration: Declaration) -> dict[str, Any]:
    """The values there are, in the newest version and in the one before."""
    station = grants.station()
    with province.db.app(station.settings()) as conn:
        versions = history.versions(conn, declaration, 1, scope=station)
    return {name: next((each.values[name] for each in versions if each.values[name] is not None), None)
            for name in declaration.fields}  # fmt: skip


def read(conn: Connection, declaration: Declaration, scope: Scope) -> list[dict[str, Any]]:
    """What every way of reading says of the record."""
    label = str(next(iter(records.page(conn, declaration, scope=scope).rows))[declaration.label])
    return [
        *map(dict, records.page(conn, declaration, scope=scope).rows),
        *map(dict, records.page(conn, declaration, scope=scope, search=label).rows),
        dict(records.one(conn, declaration, 1, scope=scope)),
        *(dict(each.values) for each in history.versions(conn, declaration, 1, scope=scope)),
        *map(dict, history.as_of(conn, declaration, 10_000, scope=scope)),
    ]


def test_no_way_of_reading_tells_a_masked_value(province: Province, declaration: Declaration, tmp_path: Path) -> None:
    known, scope = raw(province, declaration), an(province)
    with province.db.app(scope.settings()) as conn:
        rows = read(conn, declaration, scope)
    export.write_csv(province.db, declaration.register, tmp_path / "out.csv", scope=scope)
    with (tmp_path / "out.csv").open(encoding="utf-8-sig", newline="") as file:
        rows += list(csv.DictReader(file))
    assert len(rows) >= 6
    for name in masking.sensitive(declaration):
        told = {str(row[name]) for row in rows if row[name] not in (None, "")}
        assert str(known[name]) not in told, name
    if set(declaration.primary_key) & set(masking.sensitive(declaration)):
        keys = {row["key"] for row in rows if "key" in row}
        assert not keys & {str(known[name]) for name in declaration.primary_key}


@pytest.mark.parametrize("form", export.FORMATS)
def test_no_kind_of_file_tells_a_masked_value(
    province: Province, declaration: Declaration, form: export.Format, tmp_path: Path
) -> None:
    known, scope = raw(province, declaration), an(province)
    file = tmp_path / f"out.{form}"
    assert export.write(province.db, export.Wish(declaration.register, form), file, scope=scope) == 1
    if form == "xlsx":
        told = zipfile.ZipFile(file).read("xl/worksheets/sheet1.xml").decode()
    elif form == "parquet":
        told = str(pl.read_parquet(file).rows())
    else:
        told = file.read_text("utf-8")
    for name in masking.sensitive(declaration):
        value = str(known[name])
        assert len(value) < LONG or value not in told, name


def test_what_is_shown_is_the_value_itself(province: Province, declaration: Declaration) -> None:
    scope = an(province, "*")
    with province.db.app(scope.settings()) as conn:
        newest = records.one(conn, declaration, 1, scope=scope)
        station = records.one(conn, declaration, 1, scope=grants.station())
    assert newest == station


def test_nothing_is_filtered_by_a_masked_field(province: Province, declaration: Declaration) -> None:
    scope, known = an(province), raw(province, declaration)
    with province.db.app(scope.settings()) as conn:
        for name in masking.sensitive(declaration):
            with pytest.raises(Refused, match="masked"):
                records.page(conn, declaration, scope=scope, filters={name: known[name]})
            with pytest.raises(Refused, match="masked"):
                records.count(conn, declaration, scope=scope, filters={name: known[name]})
        assert not set(records.facets(declaration, scope)) & set(masking.sensitive(declaration))
        shown = an(province, *masking.sensitive(declaration))
        assert records.facets(declaration, shown) == list(declaration.facets)


def test_a_record_is_not_called_by_a_sensitive_field(declaration: Declaration) -> None:
    assert not declaration.fields[declaration.label].sensitive, "lists are sorted and paged by it"
    assert not set(declaration.public) & set(masking.sensitive(declaration))
