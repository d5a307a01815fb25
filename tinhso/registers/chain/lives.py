"""Each record's life: versions counted from 1 without a hole, each ended by the change set that brought the next."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from tinhso.ledgers.findings import Finding
from tinhso.registers.chain.versions import MOST


def broken(register: str, bound: pl.DataFrame) -> Iterator[Finding]:
    """Versions that do not go on from the one before, or that lack the next."""
    lives = bound.select("id", "version", "change_set", "until_change_set", "op").sort("id", "version")
    beside = lives.with_columns(
        pl.col("version").shift(1).over("id").alias("before"),
        pl.col("until_change_set").shift(1).over("id").alias("ended_by"),
        pl.col("op").shift(1).over("id").alias("ended_as"),
        pl.col("version").shift(-1).over("id").is_null().alias("last"),
    )
    yield from _told(register, "registers.version_gone", beside.filter(_after_a_hole()), pl.col("version") - 1)
    yield from _told(register, "registers.version_twice", beside.filter(pl.col("version") == pl.col("before")))
    yield from _told(register, "registers.version_gone", beside.filter(_cut_off()), pl.col("version") + 1)
    yield from _told(register, "registers.ends_altered", beside.filter(_not_joined()))


def _after_a_hole() -> pl.Expr:
    return pl.col("version") > pl.col("before").fill_null(0) + 1


def _cut_off() -> pl.Expr:
    """A changed version without the one it was changed into."""
    return pl.col("last") & (pl.col("op") == "changed").fill_null(False)


def _not_joined() -> pl.Expr:
    """Ended by another change set than brought the next, or ended in force, or before it began."""
    joined = (
        pl.when(pl.col("ended_as") == "changed").then(pl.col("change_set") == pl.col("ended_by"))
        .when(pl.col("ended_as") == "gone").then(pl.col("change_set") > pl.col("ended_by"))
        .otherwise(pl.col("before").is_null())
    )  # fmt: skip
    next_to_it = pl.col("version") == pl.col("before").fill_null(0) + 1
    early = pl.col("until_change_set") <= pl.col("change_set")
    return (next_to_it & ~joined.fill_null(False)) | early.fill_null(False)


def _told(register: str, code: str, rows: pl.DataFrame, version: pl.Expr | None = None) -> Iterator[Finding]:
    named = rows.select("id", (version if version is not None else pl.col("version")).alias("which"), "change_set")
    for record, which, change_set in named.head(MOST).iter_rows():
        yield Finding(code, register=register, record=record, version=which, change_set=change_set)
