"""What checking refuses in a file, the page of quality finds in records; what checking lets through, it leaves alone.

Each example of the packs is kept as if no rule had ever been asked, and then judged by the register's quality.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl
import pytest
from msgspec.structs import replace

from tests.conftest import Copies
from tests.laws.communes import LUNG_CU, PACK
from tests.laws.house import PROVINCES
from tinhso.access import grants
from tinhso.areas.places import PlaceIndex
from tinhso.foundation import clock
from tinhso.foundation.database import Database, made_sql
from tinhso.foundation.postgres.server import Cluster
from tinhso.packs import apply as packs
from tinhso.packs import examples
from tinhso.packs.declaration import Example
from tinhso.registers import changes
from tinhso.registers.changes import Source
from tinhso.registers.declaration import Constraints, Declaration
from tinhso.registers.quality import counting

FOUND = ("intake.pattern", "intake.too_small", "intake.too_great", "intake.required", "intake.too_short",
         "intake.too_long", "registers.")  # fmt: skip
"""What a value that is kept can still be told of; that it could not be read at all is known to its file alone."""
EXAMPLES = [(register, number) for register, found in sorted(PACK.examples.items()) for number in range(len(found))]


@pytest.fixture(scope="module")
def db(cluster: Cluster, template: str) -> Iterator[Database]:
    copies = Copies(cluster)
    name, made = copies.make(template)
    packs.apply(made, PROVINCES / "hagiang")
    yield made
    made.close()
    copies.drop(name)


@pytest.fixture(scope="module")
def places() -> PlaceIndex:
    return examples.place_index(PACK.areas)


def lax(declaration: Declaration) -> Declaration:
    """The register without a rule: its codes and types stay, else its values could not be read."""
    fields = {name: replace(field, constraints=Constraints(), check=None) for name, field in declaration.fields.items()}
    return replace(declaration, fields=fields, checks=())


def kept(db: Database, declaration: Declaration, example: Example, places: PlaceIndex) -> bool:
    """Keep an example as the only record of its register; says whether it could be read at all."""
    row = examples.checked_examples(PACK, lax(declaration), [example], places).frame
    with db.owner() as conn:
        conn.execute(made_sql(f"delete from registers.{declaration.register}"))
        found = conn.execute("select area, low from areas.tree where code = %s", [LUNG_CU]).fetchone()
    if found is None or row.height != 1:
        return False
    row = row.with_columns(
        pl.lit(found[0]).alias("area"), pl.lit(found[1]).alias("place"), pl.col("key").fill_null("a key")
    )
    scope = grants.station()
    with db.app(scope.settings()) as conn:
        proposed = changes.difference(conn, declaration, row, scope=scope)
    changes.commit(db, proposed, source=Source("file", "a.xlsx", "0" * 64, ("Trang 1",)), scope=scope)
    return True


@pytest.mark.parametrize(("register", "number"), EXAMPLES)
def test_quality_and_checking_agree(db: Database, places: PlaceIndex, register: str, number: int) -> None:
    declaration, example = PACK.registers[register], PACK.examples[register][number]
    with clock.stopped(example.today or clock.today()):
        if not kept(db, declaration, example, places):
            assert example.expect, "only what cannot be read is never kept"
            return
        counted = counting.counted(db, declaration, scope=grants.station())
    words = {each.word for each in counted.measures if each.counts and each.kind not in ("double", "stale")}
    found = {word for word in words & set(counted.frame.columns) if counted.frame[word].sum()}
    found |= {word for word in words & counted.closer.keys() if counted.closer[word].rows.height}
    refused = [code for code in example.expect if code.startswith((*FOUND, f"{register}."))]
    assert bool(found) == bool(refused) or (not refused and example.expect), f"{example.expect}: {sorted(found)}"
    for code in refused:
        if code.startswith(f"{register}."):
            rule = code.partition(".")[2]
            assert found & {f"rule.{rule}", f"sums.{rule}"}, f"{code}: {sorted(found)}"
