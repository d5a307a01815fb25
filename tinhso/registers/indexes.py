"""The indexes of a register's table that a first big load builds after its rows."""

from __future__ import annotations

from tinhso.registers.declaration import Declaration


def after_rows(declaration: Declaration) -> dict[str, str]:
    """Statements by the index's name.

    The list's order carries place and facets along, so that a filtered page is found without a look at the table.
    Figures as at any day ask how many records of which place a few days have, and need no look at the table for it;
    lists by their last change ask for those of a change set.
    """
    name = declaration.register
    carried = ", ".join(["place", *(f'"{facet}"' for facet in declaration.facets)])
    return {
        f"{name}_key_twin": f"create unique index {name}_key_twin on registers.{name} (key, twin)",
        f"{name}_sorted": f"create index {name}_sorted on registers.{name} (sort_key, id) include ({carried})",
        f"{name}_changed": f"create index {name}_changed on registers.{name} (change_set, id) include (place)",
        f"{name}_place": f"create index {name}_place on registers.{name} (place)",
        f"{name}_search": f"create index {name}_search on registers.{name} using gin (search public.gin_trgm_ops)",
        **{
            made: f'create index {made} on registers.{name} ("{field}") include (place)'
            for field, declared in declaration.fields.items()
            if declared.type == "date"
            for made in (f"{name}_{field}_dated",)
        },
        **{
            f"{name}_{field}_number": f'create index {name}_{field}_number on registers.{name} ("{field}")'
            for field in numbers(declaration)
            if field != "key"
        },
        **{
            f"{name}_{field}_link": f'create index {name}_{field}_link on registers.{name} ("{field}")'
            for field in linked(declaration)
        },
    }


def linked(declaration: Declaration) -> tuple[str, ...]:
    """Fields by which other registers' records ask for theirs and that nothing else indexes."""
    firsts = dict.fromkeys(key.fields[0] for key in declaration.foreign_keys)
    indexed = {*numbers(declaration), *(name for name, field in declaration.fields.items() if field.type == "date")}
    return tuple(name for name in firsts if name not in indexed and (name,) != declaration.primary_key)


def searched(declaration: Declaration) -> tuple[str, ...]:
    """The fields whose words make a record's search text."""
    named = declaration.search or (declaration.label,)
    return tuple(name for name in named if not declaration.fields[name].sensitive)


def numbers(declaration: Declaration) -> tuple[str, ...]:
    """Searched fields that are sensitive: found by the complete value only, so that nobody can feel a personal number
    out digit by digit. One that is the whole key is found by the key."""
    return tuple(
        "key" if (name,) == declaration.primary_key else name
        for name in declaration.search
        if declaration.fields[name].sensitive
    )
