"""Rows as a program sends them: ``{"rows": [{"field": value}]}`` in UTF-8 JSON (RFC 8259), nothing to be guessed."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import msgspec
import polars as pl

from tinhso.foundation.problems import refuse
from tinhso.intake.reading.workbook import Column, Sheet, Workbook, letter_of

Value = str | int | float | bool | None
BEGINNING = b'{"rows":['
"""What a file of rows begins with, as ``written`` writes it."""


class Rows(msgspec.Struct, frozen=True):
    """The rows; every key is a heading, so a field's name or title."""

    rows: list[dict[str, Value]]


def written(rows: list[dict[str, Value]]) -> bytes:
    """The rows as a file to be kept."""
    return msgspec.json.encode(Rows(rows))


def read_rows(path: Path, file: str) -> Workbook:
    """The rows as one sheet without a line of headings: the first row is row 1."""
    try:
        rows = msgspec.json.decode(path.read_bytes(), type=Rows).rows
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise refuse("intake.damaged", file=file) from error
    names = list(dict.fromkeys(name for row in rows for name in row))
    columns = tuple(Column(letter_of(at), name) for at, name in enumerate(names))
    texts = {f"c{at}": [_text(row.get(name)) for row in rows] for at, name in enumerate(names)}
    frame = pl.DataFrame(texts, schema=dict.fromkeys(texts, pl.String)).with_columns(
        pl.Series("row", range(1, len(rows) + 1), pl.Int64)
    )
    kept = frame.filter(~pl.all_horizontal(pl.col(list(texts)).is_null())) if texts else frame
    return Workbook((Sheet("rows", 0, columns, kept),)) if kept.height and texts else Workbook(())


def _text(value: Value) -> str | None:
    if value is None or isinstance(value, bool):
        return None if value is None else str(value).lower()
    if isinstance(value, float):
        return f"{Decimal(repr(value)):f}".removesuffix(".0").replace(".", ",")
    return str(value).replace("\0", "").strip() or None
