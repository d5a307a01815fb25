"""Rows between PostgreSQL and Polars frames, by COPY in CSV, which is the fastest way there is for both."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import polars as pl
import psycopg
from psycopg import sql

SLICE = 100_000
"""Rows written at a time, which bounds the memory a copy needs."""

DTYPES: Mapping[str, pl.DataType] = {
    "int2": pl.Int64(), "int4": pl.Int64(), "int8": pl.Int64(), "oid": pl.Int64(),
    "float4": pl.Float64(), "float8": pl.Float64(), "bool": pl.Boolean(), "date": pl.Date(),
    "timestamp": pl.Datetime("us"), "timestamptz": pl.Datetime("us", "UTC"),
}  # fmt: skip
"""What a column becomes. All others, ``numeric`` among them, stay text, so that no digit is lost."""

Query = str | bytes | sql.SQL | sql.Composed
Params = Sequence[Any] | Mapping[str, Any] | None
Schema = Mapping[str, pl.DataType | type[pl.DataType]]


def frame(
    conn: psycopg.Connection[Any], query: Query, params: Params = None, schema: Schema | None = None
) -> pl.DataFrame:
    """The query's rows as a frame; with ``schema`` (all columns, in order) the server is not asked for the types.

    NULL and the empty text stay apart. Infinite dates and moments become null. ``numeric`` is text unless the
    schema says otherwise.
    """
    plain = sql.SQL(query) if isinstance(query, str) else query
    bound = _bound(conn, plain, params)
    wanted = dict(schema) if schema is not None else _described(conn, bound)
    copy = sql.SQL("copy ({}) to stdout (format csv)").format(bound)
    buffer = io.BytesIO()
    with conn.cursor() as cursor, cursor.copy(copy) as rows:
        for block in rows:
            buffer.write(block)
    return _parsed(buffer.getvalue(), wanted)


def copy_in(
    conn: psycopg.Connection[Any], table: str | sql.Composable, columns: Sequence[str], rows: pl.DataFrame,
    *, own: bool = False,
) -> int:  # fmt: skip
    """Append the frame's columns of these names to a table; a number of rows is returned.

    ``table`` may be dotted. Null becomes NULL, empty text stays empty text. ``own`` says that this very transaction
    made the table: nobody else can see its rows, so they need not be judged for visibility at each reading.
    """
    name = sql.Identifier(*table.split(".")) if isinstance(table, str) else table
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    options = sql.SQL("format csv, freeze" if own else "format csv")
    statement = sql.SQL("copy {} ({}) from stdin ({})").format(name, names, options)
    chosen = rows.select(columns)
    with conn.cursor() as cursor, cursor.copy(statement) as copy:
        for part in chosen.iter_slices(SLICE):
            copy.write(_written(part))
    return chosen.height


def _bound(conn: psycopg.Connection[Any], query: Any, params: Params) -> sql.SQL:
    """COPY takes no parameters, so the driver quotes them into the text."""
    with psycopg.ClientCursor(conn) as cursor:
        text = cursor.mogrify(query, params)
    return sql.SQL(text)


def _described(conn: psycopg.Connection[Any], query: sql.SQL) -> Schema:
    with conn.cursor() as cursor:
        cursor.execute(sql.SQL("select * from ({}) as described limit 0").format(query))
        columns = cursor.description or []
    return {column.name: DTYPES.get(_type_name(conn, column.type_code), pl.String()) for column in columns}


def _type_name(conn: psycopg.Connection[Any], code: int) -> str:
    known = conn.adapters.types.get(code)
    return known.name if known else "text"


def _parsed(csv: bytes, schema: Schema) -> pl.DataFrame:
    if not csv:
        return pl.DataFrame(schema=schema)
    as_text = {name: pl.String() if _indirect(dtype) else dtype for name, dtype in schema.items()}
    found = pl.read_csv(csv, has_header=False, schema=as_text, infer_schema=False)
    return found.with_columns(_converted(name, dtype) for name, dtype in schema.items() if _indirect(dtype))


def _indirect(dtype: Any) -> bool:
    return bool(dtype == pl.Boolean or dtype == pl.Date or dtype.base_type() in (pl.Datetime, pl.Decimal))


def _converted(name: str, dtype: Any) -> pl.Expr:
    column = pl.col(name)
    if dtype == pl.Boolean:
        return column == "t"
    if dtype == pl.Date:
        return column.str.to_date("%Y-%m-%d", strict=False)
    if dtype.base_type() == pl.Decimal:
        return column.cast(dtype)
    if getattr(dtype, "time_zone", None):
        return column.str.to_datetime("%Y-%m-%d %H:%M:%S%.f%#z", strict=False, time_unit="us")
    return column.str.to_datetime("%Y-%m-%d %H:%M:%S%.f", strict=False, time_unit="us")


def _written(part: pl.DataFrame) -> memoryview:
    # One unquoted column could hold "\." alone on its line, which ends the data for servers before 18.
    style: Literal["necessary", "non_numeric"] = "necessary" if part.width > 1 else "non_numeric"
    written = io.BytesIO()  # asked for the text instead, Polars would give a str, to be encoded once more
    part.write_csv(written, include_header=False, quote_style=style)
    return written.getbuffer()
