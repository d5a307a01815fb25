"""The orders of a list, and where a page of one ended: paged by the last row seen, never by offset.

The register's own order stands first: its label in Vietnamese order, people by given name. Records without a value
come last in either direction.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from tinhso.access.scope import Scope
from tinhso.foundation.database import SQL, Composed, Connection, ident
from tinhso.foundation.problems import refuse
from tinhso.foundation.text import LETTERS, TONES
from tinhso.registers import conditions, masking
from tinhso.registers.declaration import Declaration, Field

AREA, UPDATED = "area", "change_set"
"""Orders by where a record stands in the tree of areas, and by the change set that wrote it last."""
SMALL = 50_000
"""Up to so many records (as the planner knows them) a register is also sorted by fields that no index keeps."""


@dataclass(frozen=True, slots=True)
class Order:
    """By a field (or ``AREA``, ``UPDATED``); the register's own where none is named. ``down`` turns it round.

    ``ranks`` are the codes of a field in the order in which its readers have them, by title.
    """

    field: str = ""
    down: bool = False
    ranks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Position:
    """Where a page ended: the last row's sort key (None where it has no value) and id."""

    sort_key: str | None
    id: int


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of an order that one query walks: what keeps to it, what sorts it."""

    where: Composed
    where_params: list[Any]
    by: Composed
    by_params: list[Any]


@dataclass(frozen=True, slots=True)
class _Key:
    """What an order compares: SQL over ``r`` with its parameters, its type, whether records may lack it."""

    sql: Composed
    params: tuple[Any, ...]
    type: Literal["text", "bigint", "numeric", "date", "boolean"]
    blank: bool = True


def of(declaration: Declaration, scope: Scope, name: str, down: bool = False, ranks: Sequence[str] = ()) -> Order:
    """An order by name; refused for a field that the register has not or that the scope does not see unmasked."""
    if name in ("", declaration.label) or name in (AREA, UPDATED):
        return Order("" if name == declaration.label else name, down)
    conditions.expect_known(declaration, scope, name)
    masking.expect_shown(declaration, scope, name)
    return Order(name, down, tuple(ranks))


def sortable(conn: Connection, declaration: Declaration, scope: Scope) -> frozenset[str]:
    """What a list may be sorted by without making its readers wait: all columns of a small register; of a big one
    those that an index keeps."""
    shown = {name for name in declaration.fields if masking.may_filter(declaration, scope, name)}
    found = conn.execute("select reltuples from pg_class where oid = %s::regclass", [
        f"registers.{declaration.register}"
    ]).fetchone()  # fmt: skip
    if found is not None and found[0] > SMALL:
        shown = {name for name in shown if _kept(declaration, name)}
    return frozenset({declaration.label, AREA, UPDATED, *shown})


def _kept(declaration: Declaration, name: str) -> bool:
    return (name,) == declaration.primary_key or declaration.fields[name].type == "date"


def stretches(declaration: Declaration, order: Order, after: Position | None) -> Iterator[Stretch]:
    """The parts of an order from a position on: those that have a value, then those that have none."""
    key, sign = _key(declaration, order), SQL("<" if order.down else ">")
    by = SQL(" order by {}{}, r.id{}").format(key.sql, *(_turned(order),) * 2)
    here = [*key.params]
    if after is None or after.sort_key is not None:
        where, params = SQL("{} is not null").format(key.sql) if key.blank else SQL("true").format(), [*here]
        if not key.blank:
            params = []
        if after is not None:
            value = _value(key, after.sort_key or "")
            compared = SQL(" and ({}, r.id) {} (%s::{}, %s)").format(key.sql, sign, SQL(key.type))
            where, params = where + compared, [*params, *here, value, after.id]
        yield Stretch(where, params, by, here)
    if key.blank:
        where, params = SQL("{} is null").format(key.sql), [*here]
        if after is not None and after.sort_key is None:
            where, params = where + SQL(" and r.id {} %s").format(sign), [*params, after.id]
        yield Stretch(where, params, SQL(" order by r.id{}").format(_turned(order)), [])


def cursor(declaration: Declaration, order: Order) -> tuple[Composed, list[Any]]:
    """What the order compares, as text: kept in a ``Position``."""
    key = _key(declaration, order)
    return SQL("({})::text").format(key.sql), [*key.params]


def _turned(order: Order) -> SQL:
    return SQL(" desc" if order.down else "")


def _key(declaration: Declaration, order: Order) -> _Key:
    if order.field == "":
        return _Key(SQL("r.sort_key").format(), (), "text", blank=False)
    if order.field in (AREA, UPDATED):
        column = "place" if order.field == AREA else "change_set"
        return _Key(SQL("r.{}").format(ident(column)), (), "bigint", blank=False)
    if (order.field,) == declaration.primary_key:
        return _Key(SQL("r.key").format(), (), "text", blank=False)
    return _of_field(declaration.fields[order.field], order)


def _of_field(field: Field, order: Order) -> _Key:
    column = SQL("r.{}").format(ident(order.field))
    if order.ranks:
        return _Key(SQL("array_position(%s::text[], {}::text)").format(column), (list(order.ranks),), "bigint")
    if field.type in ("integer", "money"):
        return _Key(column, (), "bigint")
    if field.type == "number":
        return _Key(column, (), "numeric")
    if field.type == "date" or field.type == "boolean":
        return _Key(column, (), field.type)
    if field.type == "string" and not field.codes:
        return _vietnamese(column)
    return _Key(SQL('({} collate "C")').format(column), (), "text")


def _vietnamese(column: Composed) -> _Key:
    """``foundation.text.sort_key`` in SQL: the letters, then the tones; the marks are bound, so none is in a query."""
    marks = "".join(mark for mark in LETTERS if mark != "đ")
    letters = "".join(LETTERS[mark] for mark in marks)
    tones = "".join(TONES)
    made = SQL(
        "(translate(replace(normalize(lower({0}), nfd), 'đ', 'd{{'), %s, %s) || ' ' ||"
        " translate(regexp_replace(normalize(lower({0}), nfd), %s, '', 'g'), %s, %s)) collate \"C\""
    ).format(column)
    bound = (marks + tones, letters, f"[^{tones} ]", f"{tones} ", "".join(TONES.values()) + ".")
    return _Key(SQL("({})").format(made), bound, "text")


def _value(key: _Key, word: str) -> Any:
    """A position's word as the order compares it; refused where it is none."""
    try:
        if key.type == "date":
            return date.fromisoformat(word)
        if key.type == "boolean":
            return {"true": True, "false": False}[word]
        return word if key.type == "text" else Decimal(word) if key.type == "numeric" else int(word)
    except (ValueError, ArithmeticError, KeyError) as error:
        raise refuse("registers.bad_position", value=word) from error
