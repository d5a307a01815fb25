"""A ledger: a name, and how its leaves are read in order::

    CHANGES = numbered("changes", "registers.change_set", position="leaf", columns=(...))
    READINGS = gathered("readings", "access.reading", columns=(...))

``numbered`` is for tables that give positions themselves, gapless from 1, in the order of commits. ``gathered`` is for
tables into which many write at once without waiting for each other: a checkpoint gives places to the rows that came
since the last one, in order of id, and ``ledgers.leaf`` remembers them.

A leaf's data is the row in canonical JSON (RFC 8785): the named columns that have a value, keys in order, no blanks,
UTF-8. Values are what PostgreSQL's ``to_jsonb`` makes of them in UTC: moments in ISO 8601 with offset, bytes as ``\\x``
and hexadecimal digits. A column added later, still empty, changes no leaf.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tinhso.foundation.database import SQL, Connection, ident

PAGE = 20_000
"""Rows read at a time."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """One row of a ledger: its place from 0, its row's number, and its data (``None``: the row is not there)."""

    position: int
    row: int
    data: bytes | None


Leaves = Callable[[Connection, int], Iterator[Leaf]]
"""All leaves from a position on, in order. Positions missing in the table are missing here."""


@dataclass(frozen=True, slots=True)
class Ledger:
    """A name (a short word: files and origins carry it) and its leaves."""

    name: str
    leaves: Leaves


def canonical(row: Mapping[str, Any]) -> bytes:
    """The leaf's data for a row of JSON values."""
    filled = {name: value for name, value in row.items() if value is not None}
    return json.dumps(filled, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def numbered(name: str, table: str, *, columns: tuple[str, ...], position: str, row: str = "id") -> Ledger:
    """A ledger whose table numbers its rows itself; rows without a number are not in it yet."""
    query = _composed(_NUMBERED, table, columns, row, position)

    def leaves(conn: Connection, start: int) -> Iterator[Leaf]:
        after = start
        while True:
            rows = _page(conn, query, {"after": after, "page": PAGE})
            for place, number, data in rows:
                yield Leaf(place - 1, number, canonical(data))
                after = place
            if len(rows) < PAGE:
                return

    return Ledger(name, leaves)


def gathered(name: str, table: str, *, columns: tuple[str, ...], row: str = "id") -> Ledger:
    """A ledger whose rows get their places when a checkpoint gathers them."""
    placed = _composed(_PLACED, table, columns, row, row)
    waiting = _composed(_WAITING, table, columns, row, row)

    def leaves(conn: Connection, start: int) -> Iterator[Leaf]:
        position = start
        while rows := _page(conn, placed, {"ledger": name, "from": position, "page": PAGE}):
            for place, number, data in rows:
                yield Leaf(place, number, None if data is None else canonical(data))
                position = place + 1
        after = None
        while rows := _page(conn, waiting, {"ledger": name, "after": after, "page": PAGE}):
            for number, data in rows:
                yield Leaf(position, number, canonical(data))
                position, after = position + 1, number

    return Ledger(name, leaves)


_NUMBERED = """
select r.{position}, r.{row}, (select to_jsonb(c) from (select {columns}) c) from {table} r
where r.{position} > %(after)s order by r.{position} limit %(page)s
"""
_PLACED = """
select l.position, l.row_id, d.data from ledgers.leaf l
left join lateral (select to_jsonb(r) as data from (select {columns} from {table} where {row} = l.row_id) r) d on true
where l.ledger = %(ledger)s and l.position >= %(from)s order by l.position limit %(page)s
"""
_WAITING = """
select r.{row}, (select to_jsonb(c) from (select {columns}) c) from {table} r
where (%(after)s::bigint is null or r.{row} > %(after)s)
  and not exists (select from ledgers.leaf l where l.ledger = %(ledger)s and l.row_id = r.{row})
order by r.{row} limit %(page)s
"""


def _composed(template: str, table: str, columns: tuple[str, ...], row: str, position: str) -> Any:
    return SQL(template).format(
        table=ident(*table.split(".")),
        columns=SQL(", ").join(ident(name) for name in columns),
        row=ident(row),
        position=ident(position),
    )


def _page(conn: Connection, query: Any, params: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """Moments read the same whatever zone the connection is in."""
    conn.execute("select set_config('timezone', 'UTC', true)")
    return conn.execute(query, params).fetchall()
