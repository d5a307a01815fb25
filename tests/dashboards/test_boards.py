"""A board is filled from records; published values only stand beside."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from tests.dashboards.conftest import Article
from tinhso.access import grants
from tinhso.dashboards import boards, declared
from tinhso.dashboards.boards import FilledBoard
from tinhso.dashboards.declaration import Board, PublishedValues, Row
from tinhso.foundation.problems import Refused
from tinhso.registers.declaration import Text


def _fill(article: Article, area: str = "02", **asked: Any) -> FilledBoard:
    scope = grants.public_scope()
    with article.db.app(scope.settings()) as conn:
        return boards.fill(conn, "article", area, scope, **asked)


def test_the_article_without_records_has_no_data(empty: Article) -> None:
    board = _fill(empty)
    assert sorted(row.id for row in board.rows) == [f"A{number:02}" for number in range(1, 27)]
    assert board.as_at == date(2023, 11, 30)
    assert {row.value for row in board.rows} == {None}
    assert {row.agrees for row in board.rows} == {False}
    assert {row.note_vi for row in board.rows} == {"Chưa có dữ liệu để đối chiếu."}


def test_rows_have_the_promised_shape(empty: Article) -> None:
    rows = json.loads(json.dumps(_fill(empty).as_json()))
    promised = {"id", "area", "period", "value", "numerator", "denominator", "unit", "published", "qualifier", "agrees"}
    assert promised | {"note", "records"} <= set(rows[0])
    assert {row["id"]: row["published"] for row in rows}["A16"] == 98.16


def test_published_values_speak_of_the_province_only(empty: Article) -> None:
    assert {row.agrees for row in _fill(empty, "026").rows} == {None}


def test_what_was_published_moves_no_figure(empty: Article) -> None:
    before = _fill(empty)
    with empty.db.owner() as conn:
        board = declared.one(conn, "article")
        declared.apply(conn, [board], {"article": _changed(declared.published(conn, "article"))})
    after = _fill(empty)
    assert [row.value for row in after.rows] == [row.value for row in before.rows]
    assert {row.published for row in after.rows} == {Decimal(1)}


def _changed(published: PublishedValues) -> PublishedValues:
    ones = {name: msgspec.structs.replace(each, value=Decimal(1)) for name, each in published.values.items()}
    return msgspec.structs.replace(published, values=ones)


def test_unknown_names_are_refused(empty: Article) -> None:
    with empty.db.app(empty.scope.settings()) as conn, pytest.raises(Refused, match=r"called tasks.*article"):
        boards.fill(conn, "tasks", "02", empty.scope)
    wrong = Board("tasks", Text("Việc", "Tasks"), (Row("A99"),))
    with empty.db.owner() as conn, pytest.raises(Refused, match="A99"):
        declared.apply(conn, [wrong], {})
