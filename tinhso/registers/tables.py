"""From a declaration to the SQL of its tables, functions and row policies. Pure: text in, text out.

A register ``workers`` has ``registers.workers`` (versions in force), ``history.workers`` (earlier versions,
each with the change set that ended it), for each commit an unlogged ``inbox.workers_<transaction>``, and
functions owned by ``tinhso_owner``: ``open_workers``, ``commit_workers``, ``undo_workers``, ``known_workers``
and ``find_workers``. Row policies are text of ``access.policies``.
"""

from __future__ import annotations

import re

from tinhso.access import policies
from tinhso.foundation.problems import refuse
from tinhso.registers import indexes
from tinhso.registers.declaration import POSTGRES_TYPES, Declaration

SYSTEM_COLUMNS: dict[str, str] = {
    "id": "bigint", "key": 'text collate "C"', "area": "bigint", "place": "bigint", "version": "integer",
    "change_set": "bigint", "origin": "bigint", "source_sheet": "smallint", "source_row": "integer",
    "sort_key": 'text collate "C"', "search": 'text collate "C"',
    "fingerprint": "bytea", "salt": "bytea", "digest": "bytea",
}  # fmt: skip
"""What every record has beside its declared fields. ``origin`` is the change set that first brought this content:
after an undo it is the earlier one, whose file, ``source_sheet`` (from 0) and ``source_row`` still hold."""

_RESERVED = {*SYSTEM_COLUMNS, "twin", "op", "base", "until_change_set", "row", "sheet"}
_NAME = re.compile(r"[a-z][a-z0-9_]{0,40}")


def columns(declaration: Declaration) -> dict[str, str]:
    """The declared fields and their PostgreSQL types, in order."""
    return {name: POSTGRES_TYPES[field.type] for name, field in declaration.fields.items()}


def check_names(declaration: Declaration) -> None:
    """Refuse names that cannot be tables and columns, or that the house keeps for itself."""
    for name in (declaration.register, *declaration.fields):
        if not _NAME.fullmatch(name) or name in _RESERVED:
            raise refuse("registers.bad_name", value=name, register=declaration.register)


def create(declaration: Declaration) -> list[str]:
    """Statements that make the register's tables with their indexes and policies.

    ``twin`` is 0 but for records whose key was kept, where their sender does not look, when they came (``transfers``).
    """
    check_names(declaration)
    name = declaration.register
    fields = ", ".join(f'"{column}" {kind}' for column, kind in columns(declaration).items())
    system = ", ".join(f"{column} {kind}" for column, kind in SYSTEM_COLUMNS.items() if column != "id")
    return [
        f"create table registers.{name} (id bigint generated always as identity primary key, {system},"
        f" twin bigint not null default 0, {fields})",
        f"create table history.{name} (id bigint, {system}, {fields}, until_change_set bigint, op text)",
        # the planner weighs a search by this column's histogram, which counts for it from a hundred entries on
        f"alter table registers.{name} alter column search set statistics 101",
        f"create index on history.{name} (id, version)",
        f"create index on history.{name} (until_change_set)",
        *indexes.after_rows(declaration).values(),
        *_granted("registers", name),
        *_granted("history", name),
    ]


def _granted(schema: str, name: str) -> list[str]:
    return [f"grant select on {schema}.{name} to tinhso_app", *policies.row_policy(schema, name, name)]
