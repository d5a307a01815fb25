"""Reading a column of texts: the easy values in one expression, the others once per distinct text."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import polars as pl


class Reading(NamedTuple):
    """A column read: ``value`` typed, null where blank or bad; ``bad`` true where there was text of no value."""

    value: pl.Expr
    bad: pl.Expr


def reading(column: pl.Expr, easy: pl.Expr, read: Callable[[str], object], kind: type[pl.DataType]) -> Reading:
    """``easy`` where it has a value; what it leaves null is read by ``read``, whose faults (a word) become null.

    A fault is told from a value by its form: a ``str`` of letters and underscores only.
    """
    left = pl.when(easy.is_null()).then(column)
    value = pl.coalesce(easy, left.map_batches(partial(_by_distinct, read, kind), return_dtype=kind))
    blank = column.is_null() | (column.str.strip_chars() == "")
    return Reading(value, value.is_null() & ~blank)


def _by_distinct(read: Callable[[str], object], kind: type[pl.DataType], texts: pl.Series) -> pl.Series:
    distinct = texts.drop_nulls().unique()
    if distinct.is_empty():
        return pl.Series(texts.name, [None], dtype=kind).new_from_index(0, texts.len())
    values = [None if is_fault(found) else found for found in map(read, distinct.to_list())]
    return texts.replace_strict(distinct, pl.Series(values, dtype=kind), default=None, return_dtype=kind)


def is_fault(found: object) -> bool:
    """Whether a scalar reader refused: it answered with a word instead of a value."""
    return isinstance(found, str) and found.replace("_", "").isalpha()
