"""A board is filled from records; published values only stand beside."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tinhso.access import grants
from tinhso.access.scope import Scope
from tinhso.dashboards import boards, declared
from tinhso.dashboards.boards import FilledBoard
from tinhso.dashboards.declaration import Board, PublishedValues, Row
from tinhso.foundation.database import Database
from tinhso.foundation.problems import Refused
from tinhso.packs import apply as packs
from tinhso.registers.declaration import Text

HAGIANG = Path(__file__).parents[2] / "provinces" / "hagiang"


@pytest.fixture
def scope(db: Database) -> Scope:
    packs.apply(db, HAGIANG)
    return grants.public_scope()


def _fill(db: Database, scope: Scope, area: str = "02", **asked: Any) -> FilledBoard:
    with db.app(scope.settings()) as conn:
        return boards.fill(conn, "article", area, scope, **asked)


def test_the_article_without_records_has_no_data(db: Database, scope: Scope) -> None:
    board = _fill(db, scope)
    assert sorted(row.id for row in board.rows) == [f"A{number:02}" for number in range(1, 27)]
    assert board.as_at == date(2023, 11, 30)
    assert {row.value for row in board.rows} == {None}
    assert {row.agrees for row in board.rows} == {False}
    assert {row.note_vi for row in board.rows} == {"Chưa có dữ liệu để đối chiếu."}


def test_rows_have_the_promised_shape(db: Database, scope: Scope) -> None:
    rows = json.loads(json.dumps(_fill(db, scope).as_json()))
    promised = {"id", "area", "period", "value", "numerator", "denominator", "unit", "published", "qualifier", "agrees"}
    assert promised | {"note", "records"} <= set(rows[0])
    assert {row["id"]: row["published"] for row in rows}["A16"] == 98.16


def test_published_values_speak_of_the_province_only(db: Database, scope: Scope) -> None:
    assert {row.agrees for row in _fill(db, scope, "026").rows} == {None}


def test_what_was_published_moves_no_figure(db: Database, scope: Scope) -> None:
    before = _fill(db, scope)
    with db.owner() as conn:
        board = declared.one(conn, "article")
        declared.apply(conn, [board], {"article": _changed(declared.published(conn, "article"))})
    after = _fill(db, scope)
    assert [row.value for row in after.rows] == [row.value for row in before.rows]
    assert {row.published for row in after.rows} == {Decimal(1)}


def _changed(published: PublishedValues) -> PublishedValues:
    ones = {name: msgspec.structs.replace(each, value=Decimal(1)) for name, each in published.values.items()}
    return msgspec.structs.replace(published, values=ones)


def test_unknown_names_are_refused(db: Database, scope: Scope) -> None:
    with db.app(scope.settings()) as conn, pytest.raises(Refused, match=r"No board is called tasks\. .*article"):
        boards.fill(conn, "tasks", "02", scope)
    wrong = Board("tasks", Text("Việc", "Tasks"), (Row("A99"),))
    with db.owner() as conn, pytest.raises(Refused, match="A99"):
        declared.apply(conn, [wrong], {})
