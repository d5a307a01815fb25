"""Few rows: all fields read by one query, for the cost there is the number of queries.

It knows only plain texts: a code as its list writes it, a day in figures, a whole number. A field with any other text,
or with a fault, has no answer here and is read by its whole plan.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from tinhso.intake.checking.values import Plan, numbered

VALUE, DOUBT = "\x00value ", "\x00doubt "


@dataclass(frozen=True, slots=True)
class Query:
    """For the fields of ``plans`` that have a plain way: value and doubt (Boolean), over a column named like it."""

    plans: Mapping[str, Plan]
    values: Mapping[str, pl.Expr]
    doubts: Mapping[str, pl.Expr]


_kept: dict[int, Query] = {}
MOST_KEPT = 64


def read(texts: Mapping[str, pl.Series], plans: Mapping[str, Plan]) -> dict[str, pl.Series]:
    """The typed values of each field whose texts are all plain and without fault."""
    query = _query(plans)
    names = [name for name in texts if name in query.values]
    answers = (
        pl.LazyFrame({name: texts[name] for name in names})
        .with_columns(query.values[name] for name in names)
        .select(*(VALUE + name for name in names), *(query.doubts[name] for name in names))
        .collect(optimizations=pl.QueryOptFlags.none())
    )
    return {name: answers[VALUE + name].alias(name) for name in names if not answers[DOUBT + name].any()}


def _query(plans: Mapping[str, Plan]) -> Query:
    """Made once for the plans of a declaration, which are kept too."""
    kept = _kept.get(id(plans))
    if kept is None or kept.plans is not plans:
        if len(_kept) >= MOST_KEPT:
            _kept.clear()
        plain = {name: plan for name, plan in plans.items() if plan.plain is not None}
        values = {name: plan.plain(pl.col(name)).alias(VALUE + name) for name, plan in plain.items() if plan.plain}
        _kept[id(plans)] = kept = Query(plans, values, {name: _doubt(name, plan) for name, plan in plain.items()})
    return kept


def _doubt(name: str, plan: Plan) -> pl.Expr:
    """Where a text has no plain value, or one beyond the field's limits."""
    value = pl.col(VALUE + name)
    missing = value.is_null() if plan.required else value.is_null() & pl.col(name).is_not_null()
    beyond = numbered(plan.limits(value)) > 0
    return (missing | beyond).alias(DOUBT + name)
