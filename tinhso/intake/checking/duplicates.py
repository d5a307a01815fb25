"""Keys of rows, and keys that stand in a file more than once."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from tinhso.intake.checking.columns import Rows
from tinhso.intake.checking.findings import Facts, Finding
from tinhso.registers.declaration import KEY_SEPARATOR, Declaration


def keys(typed: pl.DataFrame, declaration: Declaration) -> pl.Series:
    """The natural key of each row as one text; null where a part is missing."""
    parts = [pl.col(name).cast(pl.String) for name in declaration.primary_key]
    return typed.select(pl.concat_str(parts, separator=KEY_SEPARATOR).alias("key")).to_series()


def twice(rows: Rows, key: pl.Series, declaration: Declaration) -> list[Finding]:
    """All rows whose key another row has too: none of them is preferred, each names another."""
    known = key.drop_nulls()
    if known.n_unique() == known.len():
        return []
    at = (key.is_duplicated() & key.is_not_null()).arg_true()
    return [Finding("intake.twice_in_file", declaration.primary_key[0], at, facts=_other(rows, key, at))]


def _other(rows: Rows, key: pl.Series, at: pl.Series) -> Facts:
    """For each of the rows the first other row with its key."""
    places = pl.DataFrame({"key": key.gather(at), "at": at}).group_by("key").agg(pl.col("at").head(2))
    pairs = places.with_columns(first=pl.col("at").list.get(0), second=pl.col("at").list.get(1)).drop("at")
    other = dict(pairs.select("key", "first").iter_rows()) if at.len() <= MOST else {}
    second = dict(pairs.select("key", "second").iter_rows()) if at.len() <= MOST else {}

    def facts(position: int) -> Mapping[str, str]:
        mine = key[position]
        found = second.get(mine) if other.get(mine) == position else other.get(mine)
        if found is None:
            found = next((int(one) for one in (key == mine).arg_true() if int(one) != position), position)
        sheet, row, _ = rows.cell(int(found), None)
        return {"other_row": str(row), "other_sheet": sheet}

    return facts


MOST = 100_000
"""Up to so many rows the other row of each is kept at hand; beyond, it is looked for when it is told."""
