"""The one small language of checks, filters and formulas: SQL expressions over the fields of a register.

``parse`` reads a text with sqlglot, admits only what is on the list, gives every part a type, and keeps a tree of
our own. From that one tree come the PostgreSQL text and the Polars expression; both answer alike (a golden set and
generated expressions are compared in the tests)::

    wage = parse("coalesce(income, 0) / nullif(members, 0) <= 1500000", {"income": "money", "members": "integer"})
    wage.fields     # frozenset({"income", "members"})
    wage.sql("r")   # PostgreSQL text, columns as r."income"
    wage.polars()   # pl.Expr over columns of the same names

NULL follows SQL (three-valued logic). Sums and products are exact; a quotient is cut after ten decimals and is NULL
where the divisor is 0; ``round`` goes half away from zero. Text is ordered by code point. Everything else is refused
with a sentence that names it and the nearest thing that is allowed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from tinhso.foundation.problems import refuse
from tinhso.registers.declaration import FieldType
from tinhso.registers.expressions import frames, sql
from tinhso.registers.expressions.reading import read
from tinhso.registers.expressions.tree import Column, Node, columns

__all__ = ["Expression", "condition", "parse"]


@dataclass(frozen=True, slots=True)
class Expression:
    """A formula that was read and typed. ``fields`` are the fields it uses, ``extra`` the other names."""

    text: str
    tree: Node
    fields: frozenset[str]
    extra: frozenset[str]

    @property
    def type(self) -> FieldType:
        """What it yields: string, integer, number, date or boolean (``string`` for a bare NULL)."""
        return self.tree.type.declared

    def sql(self, alias: str | None = None, extra: Mapping[str, str] | None = None) -> str:
        """PostgreSQL text, without ``%``, ``:`` or ``\\`` inside literals, so any client may carry it.

        ``alias`` qualifies the fields. ``extra`` gives SQL text for each extra name (a placeholder, say);
        one that is not given stands as a bare quoted identifier.
        """
        return sql.write(self.tree, alias, extra or {})

    def polars(self, extra: Mapping[str, pl.Expr] | None = None) -> pl.Expr:
        """The same as a Polars expression over columns named like the fields.

        Number columns may be text, float or decimal: they are read as decimals of six places.
        """
        return frames.write(self.tree, extra or {})


def parse(text: str, fields: Mapping[str, FieldType], extra: Mapping[str, FieldType] | None = None) -> Expression:
    """Read ``text`` as a formula over ``fields``; ``extra`` names further values such as ``as_at``.

    Raises ``Refused`` (``registers.expression_*``) where it is not in the language, names no field, or mixes types.
    """
    tree = read(text, {**fields, **(extra or {})})
    used = frozenset(column.name for column in columns(tree) if isinstance(column, Column))
    more = frozenset(extra or ()) - frozenset(fields)
    return Expression(text, tree, used - more, used & more)


def condition(text: str, fields: Mapping[str, FieldType], extra: Mapping[str, FieldType] | None = None) -> Expression:
    """``parse`` for places where only true or false makes sense; refuses any other type."""
    found = parse(text, fields, extra)
    if found.type != "boolean":
        raise refuse("registers.expression_not_condition", value=text, type=found.type)
    return found
