"""The SQL functions of one register, made from its columns: the only code that writes records.

They run as the owner with a fixed search_path. They trust nothing of the caller: the inbox is the one made in
this very transaction, the places must be those of the tree in force and inside the transaction's sealed scope, and
each touched record must still have the version that the difference was made against.
SQLSTATE TS001 means overtaken (make the difference again), TS002 outside the scope, TS003 that the sealed scope of
the transaction holds no verb for it, TS012 that the register wants a second person and nobody else proposed it.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import resources
from string import Template

from tinhso.registers import indexes
from tinhso.registers.declaration import Declaration

BIG = 20_000
"""From this many rows on a load that makes a register five times as big builds the indexes after its rows, and
statistics are taken at once."""

MANY = 50_000
"""From this many touched records on, the table is locked against other writers instead of row by row."""


_STAYING = {"area", "place", "source_sheet", "source_row"}
"""What an erased version keeps of what was copied into it: where it belonged and where in its file it stood."""

_ENTRY_COLUMNS = ("id", "version", "origin", "source_sheet", "source_row", "digest")
_ENTRY = (
    "digest || int8send(id) || int4send(version) || int8send(origin)"
    " || int2send(coalesce(source_sheet, (-1)::smallint)) || int4send(coalesce(source_row, -1))"
)
"""What a version that came or changed adds to its change set's digest."""


def create(declaration: Declaration, columns: Mapping[str, str]) -> list[str]:
    """Statements that (re)make the register's functions."""
    names = _names(declaration, columns)
    parts = ("open", "commit", "undo", "known", "find", "erase")
    return [Template(_source(part)).substitute(names) for part in parts]


def _names(declaration: Declaration, columns: Mapping[str, str]) -> dict[str, str]:
    name = declaration.register
    fields = [f'"{column}"' for column in columns]
    content = ["key", "area", "place", "source_sheet", "source_row", "sort_key", "search", "fingerprint", "salt"]
    copied = [*content, *fields]
    made = indexes.after_rows(declaration)
    return {
        "name": name,
        "typed": ", ".join(f'"{column}" {kind}' for column, kind in columns.items()),
        "copied": ", ".join(copied),
        "copied_i": ", ".join(f"i.{column}" for column in copied),
        "copied_h": ", ".join(_restored(column) for column in copied),
        "assigned": ", ".join(f"{column} = i.{column}" for column in copied),
        "blank": ", ".join(f"{column} = null" for column in copied if column not in _STAYING),
        "kept": ", ".join(("id", "version", "change_set", "origin", "digest", *copied)),
        "kept_r": ", ".join(f"r.{column}" for column in ("id", "version", "change_set", "origin", "digest", *copied)),
        "drop_indexes": "; ".join(f"drop index registers.{index}" for index in made),
        "make_indexes": "; ".join(made.values()),
        "numbers": "array[" + ", ".join(f"'{column}'" for column in indexes.numbers(declaration)) + "]::text[]",
        "entry": _ENTRY,
        "entry_columns": ", ".join(_ENTRY_COLUMNS),
        "entry_columns_r": ", ".join(f"r.{column}" for column in _ENTRY_COLUMNS),
        "asked": ", ".join(["id", "key", "area", "place", "change_set", "sort_key", *fields]),
        "big": str(BIG),
        "many": str(MANY),
        "second": str(declaration.approval == "second").lower(),
    }


def _restored(column: str) -> str:
    """A version that comes back stands where its area stands today."""
    return {"place": "t.low"}.get(column, f"h.{column}")


def _source(part: str) -> str:
    return (resources.files("tinhso.registers") / "sql" / f"{part}.sql").read_text(encoding="utf-8")
