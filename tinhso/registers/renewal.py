"""Sort keys and search texts made anew where a declaration asks for others: by another field, in another order.

They follow from a record's content and stand in no digest, so writing them anew changes no version.
"""

from __future__ import annotations

from tinhso.foundation.database import Connection, Literal, copy_in, frame, made_sql
from tinhso.registers import indexes, tables, versions
from tinhso.registers.declaration import Declaration

STEP = 50_000
"""Ids that are looked at together."""


def rule(declaration: Declaration) -> str:
    """What sort key and search text are made of; kept as the comment of the column ``search``."""
    return f"{declaration.label} {declaration.label_order}: {', '.join(indexes.searched(declaration))}"


def renew(conn: Connection, declaration: Declaration) -> bool:
    """Bring all versions to the declaration's rule (as owner); False where they follow it already."""
    name, wanted = declaration.register, rule(declaration)
    if conn.execute(_RULE, (f"registers.{name}",)).fetchone() == (wanted,):
        return False
    for table in (f"registers.{name}", f"history.{name}"):
        _rewrite(conn, declaration, table)
    conn.execute(made_sql(f"comment on column registers.{name}.search is ") + Literal(wanted))
    return True


_RULE = """
select col_description(attrelid, attnum) from pg_attribute where attrelid = %s::regclass and attname = 'search'
"""
_TARGET = """
create temporary table renewed (id bigint, version integer, sort_key text collate "C", search text collate "C")
on commit drop
"""


def _rewrite(conn: Connection, declaration: Declaration, table: str) -> None:
    (last,) = conn.execute(made_sql(f"select coalesce(max(id), 0) from {table}")).fetchone() or (0,)
    for first in range(0, last + 1, STEP):
        _rewrite_some(conn, declaration, table, first)


def _rewrite_some(conn: Connection, declaration: Declaration, table: str, first: int) -> None:
    columns = tables.columns(declaration)
    named = ", ".join(f'"{column}"' for column in columns)
    query = f"select id, version, key, area, {named} from {table} where id >= %s and id < %s"
    known = versions.prepared(declaration, frame(conn, query, (first, first + STEP)))
    conn.execute(_TARGET)
    copy_in(conn, "renewed", _KEPT, known.select(_KEPT))
    conn.execute(made_sql(_UPDATE.format(table=table)))
    conn.execute("drop table renewed")


_KEPT = ["id", "version", "sort_key", "search"]
_UPDATE = """
update {table} t set sort_key = r.sort_key, search = r.search from renewed r
where r.id = t.id and r.version = t.version and (r.sort_key, r.search) is distinct from (t.sort_key, t.search)
"""
