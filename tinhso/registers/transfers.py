"""Keys kept twice: what the department decides, and rows that wait for it.

A row whose key is kept where its sender does not look is recorded like any other, beside that record (``twin``): its
sender is told nothing, for nothing is different. Who may approve over both is shown the pair: accepting means that the
person moved, so the earlier record leaves; refusing takes the newer one back, and its sender reads the reason.

A row waits instead where its sender knows the other record, or may read none at all (then every row waits). What waits
can be read by nobody but who may approve both where the row should come to stand and where its key is kept now: the
database's functions see to that, the tables themselves are shut. Everything is decided once, whoever decides meanwhile.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

import msgspec
import polars as pl

from tinhso.access.readings import Seen
from tinhso.access.scope import Scope
from tinhso.foundation.database import Connection, errors
from tinhso.foundation.problems import Problem, refuse
from tinhso.registers import declared, looking
from tinhso.registers.declaration import Declaration, FieldType

OUTSIDE = ("TS002", "TS003")


@dataclass(frozen=True, slots=True)
class Case:
    """A row that waits or waited, or a record that came to stand beside another, for those who may decide it.

    ``content`` is the row as text by field; ``record`` and ``record_area`` (its unit's id) are what the key stands for
    now, None where nobody keeps it. ``twin`` is the record that stands beside it; None where the row waits. ``state``
    is waiting, accepted, refused or erased (then ``key`` and ``content`` are empty).
    """

    id: int
    register: str
    key: str
    area: int
    content: Mapping[str, str | None]
    file_name: str | None
    file_sha256: str | None
    sheets: tuple[str, ...]
    source_sheet: int | None
    source_row: int | None
    sender: str
    at: datetime
    state: str
    decided_by: str | None
    decided_at: datetime | None
    reason: str | None
    change_set: int | None
    record: int | None
    record_area: int | None
    twin: int | None


@dataclass(frozen=True, slots=True)
class Own:
    """A row as its sender sees it: where it stood, and whether it still waits."""

    id: int
    register: str
    file_name: str | None
    sheet: str | None
    row: int | None
    at: datetime
    state: str
    reason: str | None


def problems(held: pl.DataFrame, sheets: tuple[str, ...]) -> tuple[Problem, ...]:
    """One word to the sender for each row that waits, always the same."""
    return tuple(
        Problem("registers.waits_for_department", sheet=sheets[sheet] if sheet < len(sheets) else None, row=row)
        for sheet, row in held.select("sheet", "row").iter_rows()
    )


def hold(conn: Connection, declaration: Declaration, held: pl.DataFrame, source: Mapping[str, Any]) -> None:
    """Put rows aside, in the transaction that commits the others."""
    content = held.select(pl.col(name).cast(pl.String) for name in declaration.fields).to_dicts()
    places = held.select("key", "area", "sheet", "row").to_dicts()
    rows = [{**place, "content": one} for place, one in zip(places, content, strict=True)]
    told = [msgspec.json.encode(each).decode() for each in (rows, source)]
    try:
        conn.execute("select registers.hold(%s, %s, %s)", [declaration.register, *told])
    except errors.Error as error:
        raise _outside(error) from error


def cases(conn: Connection, case: int | None = None) -> list[Case]:
    """The cases that the transaction's scope may decide, or decided; those of other senders only."""
    return [_case(*row) for row in conn.execute("select * from registers.transfers(%s)", [case]).fetchall()]


def shown(conn: Connection, found: Sequence[Case], *, scope: Scope) -> None:
    """Note that somebody is shown what these cases hold, in the transaction that reads them."""
    for register in dict.fromkeys(each.register for each in found):
        here = [each for each in found if each.register == register]
        seen = [Seen(each.twin or each.record or 0, each.area, None) for each in here if each.twin or each.record]
        looking.at_several(conn, declared.one(conn, register), seen, scope=scope, action="transfers")


def own(conn: Connection) -> list[Own]:
    """The latest 200 rows of the transaction's actor that waited, newest first."""
    return [Own(*row) for row in conn.execute("select * from registers.own_transfers()").fetchall()]


def taken(conn: Connection, case: int) -> Case:
    """A case that nobody else decides until the transaction ends; refused where the scope may not decide it."""
    row = conn.execute("select * from registers.take_transfer(%s)", [case]).fetchone()
    if row is None:
        raise refuse("registers.unknown_transfer", value=case)
    return cases(conn, case)[0]


def decide(conn: Connection, case: int, state: str, reason: str | None, change_set: int | None) -> None:
    """Append what became of a case."""
    try:
        conn.execute("select registers.decide_transfer(%s, %s, %s, %s)", [case, state, reason, change_set])
    except errors.Error as error:
        raise _outside(error) from error


def erase(
    conn: Connection, register: str, fields: Sequence[str], number: str, *, reason: str
) -> tuple[int, int]:  # fmt: skip
    """Erase the rows that name a person in one of the fields; how many were, and how many lie outside the scope."""
    query = "select * from registers.erase_transfers(%s, %s, %s, %s)"
    try:
        row = conn.execute(query, [register, list(fields), number, reason]).fetchone()
    except errors.Error as error:
        raise _outside(error) from error
    assert row is not None
    return int(row[0]), int(row[1])


def row_of(conn: Connection, case: Case) -> pl.DataFrame:
    """The row as checking handed it on, standing where its area stands today."""
    place = conn.execute("select low from areas.tree where area = %s", [case.area]).fetchone()
    if place is None:
        raise refuse("registers.overtaken")
    told = Kept(case.key, case.content, case.area, place[0], case.source_sheet, case.source_row)
    return typed(declared.one(conn, case.register), [told])


class Row(Protocol):
    """A row that was put aside, as texts by field, with where it stands and stood in its file."""

    @property
    def key(self) -> str: ...

    @property
    def content(self) -> Mapping[str, str | None]: ...

    @property
    def area(self) -> int: ...

    @property
    def place(self) -> int | None: ...

    @property
    def sheet(self) -> int | None: ...

    @property
    def row(self) -> int | None: ...


@dataclass(frozen=True, slots=True)
class Kept:
    """The row of a case."""

    key: str
    content: Mapping[str, str | None]
    area: int
    place: int | None
    sheet: int | None
    row: int | None


def typed(declaration: Declaration, kept: Sequence[Row]) -> pl.DataFrame:
    """Rows that were put aside, as checking had handed them on."""
    schema = dict.fromkeys(declaration.fields, pl.String)
    texts = pl.DataFrame({name: [each.content.get(name) for each in kept] for name in schema}, schema)
    fields = texts.with_columns(_typed(name, field.type) for name, field in declaration.fields.items())
    return fields.with_columns(
        pl.Series("sheet", [each.sheet or 0 for each in kept], pl.Int32),
        pl.Series("key", [each.key for each in kept], pl.String),
        pl.Series("row", [each.row or 0 for each in kept], pl.Int64),
        pl.Series("area", [each.area for each in kept], pl.Int64),
        pl.Series("place", [each.place for each in kept], pl.Int64),
    )


def _typed(name: str, kind: FieldType) -> pl.Expr:
    """A field as checking hands it on: numbers beyond whole ones stay text."""
    if kind == "date":
        return pl.col(name).str.to_date("%Y-%m-%d")
    if kind == "boolean":
        return pl.col(name) == "true"
    return pl.col(name).cast(pl.Int64 if kind in ("integer", "money") else pl.String)


def _case(*row: Any) -> Case:
    values = [row[0], row[1], row[2] or "", row[3], msgspec.json.decode(row[4]), *row[5:7], tuple(row[7]), *row[8:]]
    return Case(*values)


def _outside(error: errors.Error) -> Exception:
    return refuse("registers.outside_scope") if error.sqlstate in OUTSIDE else error
