"""The province of Hà Giang at a small scale, its planned records committed register by register."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pytest

from tests.conftest import Copies
from tinhso.access import grants
from tinhso.access.scope import Scope
from tinhso.dashboards import boards
from tinhso.dashboards.boards import FilledBoard
from tinhso.demo import planning, senders
from tinhso.demo.planning import Plan
from tinhso.foundation.database import Database, frame
from tinhso.foundation.postgres.server import Cluster
from tinhso.indicators import amounts
from tinhso.packs import apply as packs
from tinhso.registers import changes, declared
from tinhso.registers.changes import Source
from tinhso.registers.declaration import KEY_SEPARATOR, POSTGRES_TYPES, Declaration

HAGIANG = Path(__file__).parents[2] / "provinces" / "hagiang"
TYPES = {"text": pl.String, "bigint": pl.Int64, "date": pl.Date, "numeric": pl.String, "boolean": pl.Boolean}


@dataclass(frozen=True)
class Article:
    """The province with its board; ``scope`` may do everything."""

    db: Database
    scope: Scope

    def board(self, area: str = "02") -> FilledBoard:
        with self.db.app(self.scope.settings()) as conn:
            return boards.fill(conn, "article", area, self.scope)


@pytest.fixture(scope="session")
def applied(cluster: Cluster, template: str) -> Iterator[str]:
    """The name of a database to which the pack is applied, with nothing recorded; to be copied."""
    copies = Copies(cluster)
    name, database = copies.make(template)
    packs.apply(database, HAGIANG)
    database.close()
    yield name
    copies.drop(name)


@pytest.fixture
def empty(cluster: Cluster, applied: str) -> Iterator[Article]:
    """The pack applied, nothing recorded; the test's own."""
    yield from _copied(cluster, applied)


@pytest.fixture(scope="module")
def article(cluster: Cluster, applied: str) -> Iterator[Article]:
    """A fiftieth of the province's records, committed without their workbooks; shared by a module's tests."""
    for article in _copied(cluster, applied):
        fill(article, planning.read(HAGIANG, scale=0.02))
        yield article


def _copied(cluster: Cluster, template: str) -> Iterator[Article]:
    copies = Copies(cluster)
    name, database = copies.make(template)
    amounts.forget()
    yield Article(database, grants.station())
    database.close()
    copies.drop(name)


def fill(article: Article, plan: Plan) -> None:
    """Commit every planned record, one change set per register."""
    found: dict[str, list[pl.DataFrame]] = {}
    for one in senders.every(plan):
        found.setdefault(one.register, []).append(one.make(plan))
    with article.db.owner() as conn:
        declarations = declared.every(conn)
        tree = frame(conn, "select code as at, area, low as place from areas.tree")
    for register, frames in found.items():
        rows = checked(pl.concat(frames, how="diagonal_relaxed"), declarations[register], tree, plan)
        with article.db.app(article.scope.settings()) as conn:
            change = changes.difference(conn, declarations[register], rows, scope=article.scope)
        source = Source("file", file_name=f"{register}.xlsx", file_sha256="0" * 64, sheets=("Danh sách",))
        changes.commit(article.db, change, source=source, scope=article.scope)


def checked(records: pl.DataFrame, declaration: Declaration, tree: pl.DataFrame, plan: Plan) -> pl.DataFrame:
    """Planned records as checking would hand them on, standing in their communes."""
    rule = declaration.area
    places = [name for name in (rule.commune, rule.district) if name and name in records.columns]
    typed = records.with_columns(
        pl.col(name).cast(TYPES[POSTGRES_TYPES[field.type]]) if name in records.columns
        else pl.lit(None, TYPES[POSTGRES_TYPES[field.type]]).alias(name)
        for name, field in declaration.fields.items()
    )  # fmt: skip
    key = pl.concat_str([pl.col(name).cast(pl.String) for name in declaration.primary_key], separator=KEY_SEPARATOR)
    codes = {word: code for code, word in plan.written.items()}
    at = pl.coalesce([*(pl.col(name).replace(codes) for name in places), pl.lit("02")])
    placed = typed.with_columns(at.alias("at"), key.alias("key"), pl.lit(0, pl.Int32).alias("sheet"))
    numbered = placed.join(tree, on="at", how="left", maintain_order="left").with_row_index("row", 2)
    return numbered.with_columns(pl.col("row").cast(pl.Int64)).drop("at")
