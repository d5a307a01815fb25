"""Hà Giang with An's records in every register, and Bình, who must never learn of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl
import pytest

from tests.conftest import Copies
from tests.laws.house import PROVINCES
from tinhso.access import grants
from tinhso.access.scope import Scope
from tinhso.areas.places import PlaceIndex
from tinhso.foundation.database import Database
from tinhso.foundation.postgres.server import Cluster
from tinhso.packs import apply as packs
from tinhso.packs import examples
from tinhso.packs.read import Pack, read
from tinhso.registers import changes
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
def province(cluster: Cluster, template: str) -> Iterator[Province]:
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
