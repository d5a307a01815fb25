"""A new declaration beside the one in force becomes steps; what would silently lose data is refused."""

from __future__ import annotations

from hashlib import sha256

import msgspec

from tinhso.access import policies
from tinhso.foundation.database import Connection, made_sql
from tinhso.foundation.problems import Problem, Refused
from tinhso.registers import functions, indexes, renewal, tables
from tinhso.registers.declaration import Declaration

PACK = "pack"
"""Who declares what a pack does."""


def steps(known: Declaration | None, wanted: Declaration) -> list[str]:
    """The SQL statements that lead from ``known`` (``None``: nothing yet) to ``wanted``."""
    if known is None:
        return tables.create(wanted)
    if known == wanted:
        return []
    tables.check_names(wanted)
    refuse_loss(known, wanted)
    had, wants = tables.columns(known), tables.columns(wanted)
    added = [
        f'alter table {schema}.{wanted.register} add column "{name}" {kind}'
        for schema in ("registers", "history")
        for name, kind in wants.items()
        if name not in had
    ]
    return [*added, *_reindexed(known, wanted)]


def _reindexed(known: Declaration, wanted: Declaration) -> list[str]:
    """Indexes whose text has changed are made anew."""
    had = indexes.after_rows(known)
    return [
        statement
        for name, made in indexes.after_rows(wanted).items()
        if name in had and made != had[name]
        for statement in (f"drop index if exists registers.{name}", made)
    ]


def _indexes(conn: Connection, wanted: Declaration) -> list[str]:
    """Statements that make the indexes that the table lacks and drop those that it needs no longer, be it by the
    declaration or by the platform."""
    query = "select indexname from pg_indexes where schemaname = 'registers' and tablename = %s"
    there = {name for (name,) in conn.execute(query, (wanted.register,)).fetchall()}
    needed = indexes.after_rows(wanted)
    left = sorted(there - set(needed) - {f"{wanted.register}_pkey"})
    return [*(f"drop index registers.{name}" for name in left), *(needed[name] for name in needed if name not in there)]


def refuse_loss(known: Declaration, wanted: Declaration) -> None:
    """Refuse to drop a field, change its type or change what identifies a record: records stand on them."""
    had, wants = tables.columns(known), tables.columns(wanted)
    lost = [Problem("registers.field_dropped", field=name, facts={"register": known.register})
            for name in had if name not in wants]  # fmt: skip
    turned = [
        Problem(
            "registers.type_changed", field=name, facts={"register": known.register, "was": was, "now": wants[name]}
        )
        for name, was in had.items() if name in wants and was != wants[name]
    ]  # fmt: skip
    rekeyed = [Problem("registers.key_changed", facts={"register": known.register})] if (
        known.primary_key != wanted.primary_key) else []  # fmt: skip
    if lost or turned or rekeyed:
        raise Refused([*lost, *turned, *rekeyed])


def apply(conn: Connection, wanted: Declaration, *, by: str = PACK) -> list[str]:
    """Bring the register to its declaration (as owner); returns the statements that were needed.

    ``by`` is who declares. Indexes, row policies and functions are made anew where their text has changed, be it with
    the declaration or with the platform.
    """
    row = conn.execute(
        "select declaration::text, declared_by from registers.register where register = %s for update",
        (wanted.register,),
    ).fetchone()
    known = msgspec.json.decode(row[0], type=Declaration) if row else None
    needed = steps(known, wanted)
    for statement in needed:
        conn.execute(made_sql(statement))
    renewed = [*_indexes(conn, wanted), *_policies(conn, wanted), *_functions(conn, wanted)]
    for statement in renewed:
        conn.execute(made_sql(statement))
    renewal.renew(conn, wanted)
    text = msgspec.json.encode(wanted).decode()
    if row is None or row != (text, by):  # the text, since two mappings are equal whatever their order
        conn.execute(
            "insert into registers.register (register, declaration, declared_by) values (%s, %s, %s) on conflict"
            " (register) do update set declaration = excluded.declaration, declared_at = now(),"
            " declared_by = excluded.declared_by",
            (wanted.register, text, by),
        )
    return [*needed, *renewed]


def _policies(conn: Connection, wanted: Declaration) -> list[str]:
    """The row policies of tables where those in place are of an earlier platform, or were taken down."""
    name = wanted.register
    fallen = [schema for schema in ("registers", "history") if not policies.stands(conn, schema, name, name)]
    return [statement for schema in fallen for statement in policies.row_policy(schema, name, name)]


def _functions(conn: Connection, wanted: Declaration) -> list[str]:
    """The register's functions, if those in place have another text; their text's SHA-256 is their comment."""
    statements = functions.create(wanted, tables.columns(wanted))
    mark = sha256("\n".join(statements).encode()).hexdigest()
    name = f"registers.commit_{wanted.register}(jsonb)"
    found = conn.execute("select obj_description(to_regprocedure(%s), 'pg_proc')", (name,)).fetchone()
    return [] if found == (mark,) else [*statements, f"comment on function {name} is '{mark}'"]
