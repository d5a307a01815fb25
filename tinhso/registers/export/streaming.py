"""Records of a list portion by portion, in the list's order, from one look at the register: a cursor of the server.

That they are carried out is noted portion by portion, in the transaction that reads them.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from tinhso.access.readings import Seen
from tinhso.access.scope import Scope
from tinhso.foundation.database import SQL, Composed, Connection, ident, made_sql
from tinhso.registers import looking, records
from tinhso.registers.declaration import Declaration
from tinhso.registers.export.wish import Wish
from tinhso.registers.masking import Mask

PORTION = 4_000
"""Records held in memory at a time."""
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
    columns = [*(SQL("r.{}::text").format(ident(name)) for name in fields), *(SQL(f"r.{name}") for name in SEEN)]
    query = SQL("select {} from registers.{} r where ").format(SQL(", ").join(columns), ident(declaration.register))
    schema = dict.fromkeys(fields, pl.String) | dict.fromkeys(SEEN, pl.Int64)
    mask = Mask(declaration, scope)
    with conn.cursor(name="carried_out") as cursor:
        cursor.execute(query + where + SQL(" order by r.sort_key, r.id"), params)
        while rows := cursor.fetchmany(PORTION):
            told = pl.DataFrame(rows, schema=schema, orient="row")
            seen = [Seen(*row) for row in told.select(SEEN).iter_rows()]
            looking.at_several(
                conn, declaration, seen, scope=scope, action="export", search=wish.search, verb="export",
                reason=said(wish),
            )  # fmt: skip
            yield mask.columns(told)


def said(wish: Wish) -> str | None:
    """What the log keeps of a wish: what for and how narrowed; the words of a search only blurred, as in all lists."""
    narrowed = [f"{name}={value}" for name, value in sorted(wish.filters.items())]
    if wish.within is not None:
        narrowed.append(f"places={wish.within[0]}..{wish.within[1]}")
    return " · ".join(part for part in (wish.reason, " ".join(narrowed)) if part) or None


def _where(conn: Connection, declaration: Declaration, wish: Wish, scope: Scope) -> tuple[Composed, list[object]]:
    where, params = records.condition(
        conn, declaration, scope=scope, filters=wish.filters, search=wish.search, within=wish.within
    )
    return where + made_sql(f" and {scope.predicate(declaration.register, 'r.place', 'export')}"), params
