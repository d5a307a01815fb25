"""What makes a version: its canonical text, fingerprint, salt, sort key and search text, made in columns.

The fingerprint is SHA-256 of the canonical text: the key, the area and every field that has a value, each as
``name=value``, so that a field added later, still empty, changes no fingerprint. The digest that the tables keep
is SHA-256 of salt and fingerprint, so that content and salt can be erased and the digest stay.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache

import polars as pl
import polars_hash

from tinhso.foundation import frames
from tinhso.registers import indexes, sorting
from tinhso.registers.declaration import Declaration

SLICE = 50_000
_FIELD, _VALUE = "\x1f", "\x1e"
SALT_BYTES = 16


def fingerprints(declaration: Declaration, rows: pl.DataFrame) -> pl.Series:
    """The fingerprint of each row as 64 hexadecimal digits; slices are hashed side by side."""
    fingerprint = _fingerprint(tuple(sorted(declaration.fields)))
    if rows.height <= SLICE:
        return _made(fingerprint, rows)
    with ThreadPoolExecutor(2, thread_name_prefix="fingerprints") as makers:
        made = makers.map(lambda piece: _made(fingerprint, piece), rows.iter_slices(SLICE))
        return pl.concat(made)


def _made(fingerprint: pl.Expr, rows: pl.DataFrame) -> pl.Series:
    return rows.select(fingerprint).to_series()


@lru_cache(64)
def _fingerprint(fields: tuple[str, ...]) -> pl.Expr:
    names = ["key", "area", *fields]
    parts = [pl.lit(f"{name}{_VALUE}") + pl.col(name).cast(pl.String) + pl.lit(_FIELD) for name in names]
    canonical = polars_hash.concat_str(parts, ignore_nulls=True)
    made: pl.Expr = canonical.chash.sha2_256().alias("fingerprint")
    return made


def salts(count: int) -> pl.Series:
    """Fresh random salts as hexadecimal digits."""
    digits = os.urandom(SALT_BYTES * count).hex()
    width = 2 * SALT_BYTES
    return pl.Series("salt", [digits[at : at + width] for at in range(0, len(digits), width)], dtype=pl.String)


def inbox_columns(declaration: Declaration) -> list[str]:
    """The inbox's columns in the order in which rows are sent."""
    return [
        "op", "id", "base", "key", "area", "place", "source_sheet", "source_row",
        "sort_key", "search", "fingerprint", "salt", *declaration.fields,
    ]  # fmt: skip


def inbox_slices(declaration: Declaration, rows: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """The rows as the inbox wants them, a slice at a time, the next one made while one is being sent."""
    pieces = list(rows.iter_slices(SLICE))
    if len(pieces) == 1:
        yield _inbox(declaration, pieces[0])
        return
    with ThreadPoolExecutor(1, thread_name_prefix="versions") as maker:
        waiting = [maker.submit(_inbox, declaration, piece) for piece in pieces]
        for made in waiting:
            yield made.result()


def prepared(declaration: Declaration, rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with all that a version has and the database need not be asked for."""
    if "search" in rows.columns:
        return rows
    label = rows.get_column(declaration.label).cast(pl.String)
    marked = rows if "fingerprint" in rows.columns else rows.with_columns(fingerprints(declaration, rows))
    searched = _search_text(indexes.searched(declaration))
    return marked.with_columns(sorting.keys(label, declaration.label_order), searched)


def _inbox(declaration: Declaration, rows: pl.DataFrame) -> pl.DataFrame:
    return prepared(declaration, rows).select(
        pl.col("op", "id", "base", "key", "area", "place"),
        pl.col("sheet").alias("source_sheet"),
        pl.col("row").alias("source_row"),
        pl.col("sort_key", "search"),
        ("\\x" + pl.col("fingerprint")).alias("fingerprint"),
        ("\\x" + salts(rows.height)).alias("salt"),
        pl.col(*declaration.fields),
    )


def _search_text(fields: tuple[str, ...]) -> pl.Expr:
    """Folded words between blanks, so that a pattern may ask for the beginning of a word."""
    # each field by itself: names repeat, so folding their distinct values is cheap
    folded = [frames.fold_expr(pl.col(name).cast(pl.String)) for name in fields]
    return pl.concat_str([pl.lit(""), *folded, pl.lit("")], separator=" ", ignore_nulls=True).alias("search")
