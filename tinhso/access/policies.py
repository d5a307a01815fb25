"""Row policies: the database itself keeps a scope's rows apart, whatever a query forgot.

A policy reads the transaction's settings (``Scope.settings``) through sub-selects, so that PostgreSQL evaluates them
once for a query rather than once for a row. A transaction without settings sees nothing.
"""

from __future__ import annotations

from tinhso.access.scope import RANGES
from tinhso.foundation.database import ident

ROLE = "tinhso_app"
NAME = "within_scope"


def condition(column: str = "place") -> str:
    """The SQL condition that keeps the rows of the transaction's scope."""
    place = ident(column).as_string(None)
    slots = [f"{place} between {_number(f'low{slot}')} and {_number(f'high{slot}')}" for slot in range(RANGES)]
    return " or ".join(["(select current_setting('tinhso.whole', true)) = 'on'", *slots])


def row_policy(schema: str, table: str, column: str = "place") -> list[str]:
    """The statements that put row security on a table with a place column: reading only, for the application's role.

    Running them again is harmless. Writing stays with the owner (the commit function).
    """
    name = f"{ident(schema).as_string(None)}.{ident(table).as_string(None)}"
    return [
        f"alter table {name} enable row level security",
        f"drop policy if exists {NAME} on {name}",
        f"create policy {NAME} on {name} for select to {ROLE} using ({condition(column)})",
    ]


def _number(setting: str) -> str:
    """A setting as a number; a setting of an ended transaction reads as an empty text, hence nullif."""
    return f"(select nullif(current_setting('tinhso.{setting}', true), '')::bigint)"
