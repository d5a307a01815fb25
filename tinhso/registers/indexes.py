"""The indexes of a register's table that a first big load builds after its rows."""

from __future__ import annotations


def after_rows(name: str) -> dict[str, str]:
    """Statements by the index's name."""
    return {
        f"{name}_key": f"create unique index {name}_key on registers.{name} (key)",
        f"{name}_sorted": f"create index {name}_sorted on registers.{name} (sort_key, id) include (place)",
        f"{name}_place": f"create index {name}_place on registers.{name} (place)",
        f"{name}_search": f"create index {name}_search on registers.{name} using gin (search public.gin_trgm_ops)",
    }
