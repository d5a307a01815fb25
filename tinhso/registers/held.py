"""What a field holds now: its different values as texts, within a scope, with how often each comes."""

from __future__ import annotations

from tinhso.access.scope import Scope
from tinhso.foundation.database import SQL, Connection, ident, made_sql
from tinhso.registers.declaration import Declaration

MOST = 50_000
"""Different values that are looked at."""


def values(conn: Connection, declaration: Declaration, field: str, *, scope: Scope) -> list[tuple[str | None, int]]:
    """Texts (None where a record has none) and how many records have each. The true values: show none of a sensitive
    field."""
    query = SQL("select r.{}::text, count(*) from registers.{} r where {} group by 1 order by 2 desc limit {}").format(
        ident(field), ident(declaration.register), made_sql(scope.predicate(declaration.register, "r.place")), MOST
    )
    return [(text, int(count)) for text, count in conn.execute(query).fetchall()]
