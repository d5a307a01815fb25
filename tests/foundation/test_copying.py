"""Rows go into PostgreSQL and come back as they were, whatever letters they hold."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from tinhso.foundation.database import Database, copy_in, frame

TEXT = st.none() | st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)
ODD = st.sampled_from([None, "", "\\N", "\\.", '"', '""', ",", "\n", "\r", "\r\n", " Đồng Văn ", "NULL", "#DIV/0!"])
LOOSE = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)


@given(st.lists(st.tuples(TEXT | ODD, st.none() | st.integers(-(2**63), 2**63 - 1)), max_size=20))
@LOOSE
def test_text_and_numbers_survive_the_round_trip(db: Database, rows: list[tuple[str | None, int | None]]) -> None:
    given_rows = pl.DataFrame(rows, schema={"words": pl.String, "number": pl.Int64}, orient="row")
    with db.owner() as conn:
        conn.execute("create temp table there (words text, number bigint) on commit drop")
        assert copy_in(conn, "there", ["words", "number"], given_rows) == len(rows)
        assert_frame_equal(frame(conn, "select words, number from there"), given_rows)


@given(st.lists(TEXT | ODD, max_size=20))
@LOOSE
def test_a_single_column_survives_too(db: Database, words: list[str | None]) -> None:
    given_rows = pl.DataFrame({"words": words}, schema={"words": pl.String})
    with db.owner() as conn:
        conn.execute("create temp table there (words text) on commit drop")
        copy_in(conn, "there", ["words"], given_rows)
        assert_frame_equal(frame(conn, "select words from there"), given_rows)


def test_columns_take_their_types_from_the_server(db: Database) -> None:
    query = "select 7::int as n, 1.50::numeric as exact, true as yes, null::boolean as unknown"
    with db.app() as conn:
        found = frame(
            conn,
            f"{query}, date '2023-10-31' as day, timestamptz '2023-10-31 07:00+07' as at, '-infinity'::date as ever",
        )
    assert found.schema == {
        "n": pl.Int64, "exact": pl.String, "yes": pl.Boolean, "unknown": pl.Boolean, "day": pl.Date,
        "at": pl.Datetime("us", "UTC"), "ever": pl.Date,
    }  # fmt: skip
    assert found.row(0) == (7, "1.50", True, None, date(2023, 10, 31), datetime(2023, 10, 31, tzinfo=UTC), None)


def test_a_schema_of_ones_own_is_followed(db: Database) -> None:
    with db.app() as conn:
        found = frame(conn, "select 1.5::numeric, 'x'", schema={"value": pl.Decimal(20, 2), "word": pl.String})
    assert found.rows() == [(Decimal("1.50"), "x")]


def test_parameters_are_bound_not_pasted(db: Database) -> None:
    with db.app() as conn:
        found = frame(conn, "select %(word)s::text as word where 'a%%' like '%%'", {"word": "'); drop table x; --"})
    assert found["word"].to_list() == ["'); drop table x; --"]


def test_no_rows_still_have_columns(db: Database) -> None:
    with db.app() as conn:
        found = frame(conn, "select 1 as n, null::date as day where false")
    assert found.is_empty()
    assert found.schema == {"n": pl.Int64, "day": pl.Date}


@pytest.mark.parametrize("table", ["intake.heading"])
def test_copying_into_a_dotted_table(db: Database, table: str) -> None:
    columns = ["sender", "register", "heading", "field"]
    rows = pl.DataFrame([["An", "lao_dong", "ho ten", "name"]], schema=columns, orient="row")
    with db.owner() as conn:
        assert copy_in(conn, table, columns, rows) == 1
