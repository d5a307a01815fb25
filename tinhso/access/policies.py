"""Row policies: the database itself keeps a scope's rows apart, whatever a query forgot.

A policy asks the transaction's sealed scope (``access.sealing``) through sub-selects, so that PostgreSQL evaluates
them once for a query rather than once for a row. A transaction without a sealed scope sees nothing.
"""

from __future__ import annotations

from hashlib import sha256

from tinhso.foundation.database import Connection, Literal, ident

ROLE = "tinhso_app"
NAME = "within_scope"
UNRESTRICTED = "not_restricted"


def condition(register: str, column: str = "place") -> str:
    """The SQL condition that keeps the rows that the transaction's scope may read in the register.

    Few sub-selects, since each is planned with every query. The whole tree is one range too, and most scopes have one:
    only for more is each row counted into the buckets between their edges.
    """
    place = ident(column).as_string(None)
    edges = f"access.told('read', {Literal(register).as_string(None)})::bigint[]"
    # within coalesce the planner counts on half the rows; of a bare pair of bounds it would expect one in two hundred
    first = f"coalesce({place} >= (select ({edges})[1]) and {place} < (select ({edges})[2]), false)"
    return f"{first} or width_bucket({place}, (select ({edges})[3:])) % 2 = 1"


def row_policy(schema: str, table: str, register: str, column: str = "place") -> list[str]:
    """The statements that put row security on a table with a place column: reading only, for the application's role.

    Running them again is harmless. Writing stays with the owner (the commit function).
    """
    name, kept = f"{ident(schema).as_string(None)}.{ident(table).as_string(None)}", condition(register, column)
    return [
        f"alter table {name} enable row level security",
        f"drop policy if exists {NAME} on {name}",
        f"create policy {NAME} on {name} for select to {ROLE} using ({kept})",
        f"comment on policy {NAME} on {name} is '{_mark(kept)}'",
    ]


def stands(conn: Connection, schema: str, table: str, register: str, column: str = "place") -> bool:
    """Whether the table's row security is on and its policy the one that this version of the platform makes."""
    row = conn.execute(_STANDING, [NAME, f"{schema}.{table}"]).fetchone()
    return row == (True, _mark(condition(register, column)))


_STANDING = """
select c.relrowsecurity, obj_description(p.oid, 'pg_policy') from pg_class c
left join pg_policy p on p.polrelid = c.oid and p.polname = %s where c.oid = to_regclass(%s)
"""


def _mark(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def restricted_policy(schema: str, table: str, register: str) -> list[str]:
    """The statements that hide records restricted at a person's request from whoever does not handle the case.

    Restrictive: it holds beside the scope's policy. Where nothing was ever restricted it costs one look a query.
    """
    name = f"{ident(schema).as_string(None)}.{ident(table).as_string(None)}"
    told = Literal(register).as_string(None)
    hidden = f"(select registers.nothing_hidden({told})) or id <> all ((select registers.hidden({told}))::bigint[])"
    return [
        f"drop policy if exists {UNRESTRICTED} on {name}",
        f"create policy {UNRESTRICTED} on {name} as restrictive for select to {ROLE} using ({hidden})",
    ]
