"""When places are numbered anew, every row that keeps a place number is given its unit's new one.

Rows of units that left the tree keep their old number, which no scope covers any more: an act that ends a unit
says where its records go.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from tinhso.foundation.database import SQL, Connection, copy_in, ident

KEEPERS = """
select c.table_schema, c.table_name
  from information_schema.columns c
  join information_schema.tables t using (table_schema, table_name)
 where c.column_name = 'place' and c.data_type = 'bigint' and t.table_type = 'BASE TABLE'
   and c.table_schema not in ('areas', 'inbox', 'pg_catalog', 'information_schema')
   and c.table_schema not like 'pg\\_%'
 order by 1, 2
"""


def move(conn: Connection, moves: Mapping[int, int]) -> int:
    """Rewrite the column ``place`` of all tables that have one (as owner): was -> now. Returns the rows rewritten."""
    if not moves:
        return 0
    conn.execute("create temporary table moved_place (was bigint primary key, now bigint not null) on commit drop")
    copy_in(conn, "moved_place", ["was", "now"], pl.DataFrame({"was": list(moves), "now": list(moves.values())}))
    conn.execute("analyze moved_place")
    statement = SQL("update {} as kept set place = m.now from moved_place m where kept.place = m.was")
    tables = conn.execute(KEEPERS).fetchall()
    rewritten = sum(conn.execute(statement.format(ident(schema, table))).rowcount for schema, table in tables)
    conn.execute("drop table moved_place")
    return rewritten
