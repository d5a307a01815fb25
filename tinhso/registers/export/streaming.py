"""Records of a list portion by portion, in the list's order, from one look at the register: a cursor of the server.

That they are carried out is noted portion by portion, in the transaction that reads them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import polars as pl

from tinhso.access.readings import Seen
from tinhso.access.scope import Scope
from tinhso.foundation.database import SQL, Composed, Connection, ident, made_sql
from tinhso.registers import conditions, looking, ordering, records
from tinhso.registers.clauses import Clause
from tinhso.registers.conditions import Among, Condition, Span
from tinhso.registers.declaration import Declaration
from tinhso.registers.export.wish import Wish
from tinhso.registers.masking import Mask

PORTION = 4_000
"""Records held in memory at a time."""
MOST_TOLD = 20
"""Values of one filter that the log names."""
SEEN = ("id", "area", "place")


def total(conn: Connection, declaration: Declaration, wish: Wish, *, scope: Scope) -> int:
    """How many records the file will have."""
    where, params = _where(conn, declaration, wish, scope)
    query = SQL("select count(*) from registers.{} r where ").format(ident(declaration.register)) + where
    row = conn.execute(query, params).fetchone()
    return int(row[0]) if row else 0


def portions(
    conn: Connection, declaration: Declaration, wish: Wish, fields: tuple[str, ...], *, scope: Scope
) -> Iterator[pl.DataFrame]:  # fmt: skip
    """Frames of texts, masked: ``fields``, then ``id``, ``area`` and ``place`` as numbers."""
    where, params = _where(conn, declaration, wish, scope)
    texts = (SQL("r.{}::text").format(ident(name)) for name in fields)
    columns = [*texts, *(SQL("r.{}").format(ident(name)) for name in SEEN)]
    query = SQL("select {} from registers.{} r where ").format(SQL(", ").join(columns), ident(declaration.register))
    schema = dict.fromkeys(fields, pl.String) | dict.fromkeys(SEEN, pl.Int64)
    mask = Mask(declaration, scope)
    for stretch in ordering.stretches(declaration, wish.order, None):
        bound = [*params, *stretch.where_params, *stretch.by_params]
        rows = _fetched(conn, query + where + SQL(" and ") + stretch.where + stretch.by, bound)
        for told in (pl.DataFrame(some, schema=schema, orient="row") for some in rows):
            seen = [Seen(*row) for row in told.select(SEEN).iter_rows()]
            looking.at_several(
                conn, declaration, seen, scope=scope, action="export", search=wish.search, verb="export",
                reason=said(wish),
            )  # fmt: skip
            yield mask.columns(told)


def _fetched(conn: Connection, query: Composed, params: list[object]) -> Iterator[list[tuple[Any, ...]]]:
    with conn.cursor(name="carried_out") as cursor:
        cursor.execute(query, params)
        while rows := cursor.fetchmany(PORTION):
            yield rows


def said(wish: Wish) -> str | None:
    """What the log keeps of a wish: what for and how narrowed. Words that were typed may be a person's name: those of
    the search are kept blurred, as of all lists, those looked for in a field not at all."""
    narrowed = [f"{name}: {_told(conditions.of(wanted))}" for name, wanted in sorted(wish.filters.items())]
    if wish.within is not None:
        narrowed.append(f"places {wish.within[0]}..{wish.within[1]}")
    return " · ".join(part for part in (wish.reason, ", ".join(narrowed)) if part) or None


def _told(condition: Condition) -> str:
    if isinstance(condition, Among):
        return " ".join(map(str, condition.values[:MOST_TOLD])) + (" …" if len(condition.values) > MOST_TOLD else "")
    if isinstance(condition, Clause):
        return condition.word
    return f"{condition.low or ''}..{condition.high or ''}" if isinstance(condition, Span) else "…"


def _where(conn: Connection, declaration: Declaration, wish: Wish, scope: Scope) -> tuple[Composed, list[object]]:
    where, params = records.condition(
        conn, declaration, scope=scope, filters=wish.filters, search=wish.search, within=wish.within
    )
    return where + made_sql(f" and {scope.predicate(declaration.register, 'r.place', 'export')}"), params
