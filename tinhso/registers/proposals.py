"""Proposals: change sets that wait for a second person, who decides them row by row (``approving``).

Somebody may approve where it holds ``approve`` at every place of a proposal, and did not send it. Nobody else but its
sender learns that there is one: the tables are shut, the database's functions answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
import polars as pl

from tinhso.access.grants import STATION
from tinhso.access.scope import Scope
from tinhso.foundation.database import Connection, errors
from tinhso.foundation.problems import refuse
from tinhso.registers import changes
from tinhso.registers.changes import ChangeSet, Source
from tinhso.registers.declaration import Declaration

SLICE = 2_000
"""Rows that are put aside in one call."""
REMARK = 500
"""Signs of a remark that are kept."""
_REFUSED = {"TS001": "registers.overtaken", "TS002": "registers.outside_scope", "TS003": "registers.outside_scope",
            "TS006": "registers.proposal_decided"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Proposal:
    """A change set that waits or waited: who sent it from where, and how many of its rows stand how.

    ``own`` tells that the transaction's actor sent it, ``batch`` is the file it came in.
    """

    id: int
    register: str
    sender: str
    way: str
    file_name: str | None
    file_sha256: str | None
    sheets: tuple[str, ...]
    reason: str | None
    batch: int | None
    at: datetime
    own: bool
    rows: int
    waiting: int
    approved: int
    returned: int
    decided_at: datetime | None


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a proposal: ``put`` into the register as it was checked, or the ``record`` to be ``gone``.

    ``content`` is its texts by field, empty once erased; ``record`` and ``base`` are the version it was compared with
    when it was sent. ``place`` is None where the tree lost its unit. ``state`` is waiting, approved, returned,
    withdrawn or erased, with who decided and what was remarked.
    """

    id: int
    op: str
    area: int
    place: int | None
    key: str
    content: Mapping[str, str | None]
    record: int | None
    base: int | None
    sheet: int | None
    row: int | None
    state: str
    actor: str | None
    remark: str | None
    change_set: int | None
    at: datetime | None


def alone(declaration: Declaration, scope: Scope) -> bool:
    """Whether the scope's holder makes own changes of the register true at all, wherever that may be."""
    return scope.may("approve", declaration.register) and (declaration.approval == "one" or scope.actor == STATION)


def direct(change_set: ChangeSet, scope: Scope) -> bool:
    """Whether the scope's holder makes this change set true without anybody else."""
    declaration = change_set.declaration
    if not alone(declaration, scope):
        return False
    within = scope.mask(declaration.register, verb="approve")
    return all(frame.is_empty() or frame.filter(~within).is_empty() for frame in (change_set.rows, change_set.held))


def propose(
    conn: Connection, change_set: ChangeSet, *, source: Source, scope: Scope, batch: int | None = None
) -> int:  # fmt: skip
    """Put a change set before whoever may approve it; gives its number. Rows that are the same already stay out.

    Refused where nothing would change, a place lies outside the scope, or the batch was decided or is another's.
    """
    register = change_set.declaration.register
    changes.demand(scope, "propose", register)
    lines = list(_sent(change_set))
    if not lines:
        raise refuse("registers.nothing_proposed")
    told = {
        "way": source.way, "file_name": source.file_name, "file_sha256": source.file_sha256, "sheets": source.sheets,
        "reason": source.reason, "batch": batch, "rows": len(lines),
    }  # fmt: skip
    number: int | None = None
    for at in range(0, len(lines), SLICE):
        some = _json(lines[at : at + SLICE])
        number = _asked(conn, "select registers.propose(%s, %s, %s, %s)", register, number, _json(told), some)
    assert number is not None
    return number


def _sent(change_set: ChangeSet) -> Iterator[dict[str, Any]]:
    """The rows of a change set as they are put aside: those held for the department too, then the records to go."""
    fields = list(change_set.declaration.fields)
    for rows in (change_set.rows, change_set.held):
        if rows.is_empty():
            continue
        texts = rows.select(pl.col(name).cast(pl.String) for name in fields).to_dicts()
        known = [pl.col(name) if name in rows.columns else pl.lit(None).alias(name) for name in ("id", "base")]
        for text, at in zip(texts, rows.select("key", "area", "sheet", "row", *known).to_dicts(), strict=True):
            yield {"op": "put", "key": at["key"], "area": at["area"], "content": text, "record": at["id"],
                   "base": at["base"], "sheet": at["sheet"], "row": at["row"]}  # fmt: skip
    for record in change_set.gone["id"].to_list():
        yield {"op": "gone", "record": record}


def listed(conn: Connection) -> list[Proposal]:
    """The proposals that the transaction's actor sent or may decide, what waits on top; 200 at most."""
    return [Proposal(*row) for row in conn.execute("select * from registers.proposals()").fetchall()]


def one(conn: Connection, number: int) -> Proposal:
    """A proposal by number; refused where there is none, or not the actor's to see."""
    row = conn.execute("select * from registers.proposals(%s)", [number]).fetchone()
    if row is None:
        raise refuse("registers.unknown_proposal", value=number)
    return Proposal(*row)


def of_batch(conn: Connection, batch: int) -> Proposal | None:
    """What became of a file that was put before the department; None where it was not."""
    row = conn.execute("select * from registers.proposals(null, %s)", [batch]).fetchone()
    return None if row is None else Proposal(*row)


def lines(conn: Connection, number: int) -> list[Line]:
    """The rows of a proposal, as they were sent."""
    rows = conn.execute("select * from registers.proposal_lines(%s)", [number]).fetchall()
    return [_line(*row) for row in rows]


def decide(
    conn: Connection, number: int, remarks: Mapping[int, str | None], state: str, change_set: int | None = None
) -> None:
    """Append what became of rows: their numbers with what was remarked on each, each decided once."""
    told = (number, list(remarks), state, list(remarks.values()), change_set)
    _asked(conn, "select registers.decide_lines(%s, %s, %s, %s, %s)", *told)


def withdraw(conn: Connection, number: int) -> None:
    """Take back what still waits of an own proposal."""
    known = one(conn, number)
    open_ones = [each.id for each in lines(conn, number) if each.state == "waiting"]
    if not known.own or not open_ones:
        raise refuse("registers.proposal_decided", value=number)
    decide(conn, number, dict.fromkeys(open_ones), "withdrawn")


def erase(
    conn: Connection, register: str, fields: Sequence[str], number: str, *, reason: str
) -> tuple[int, int]:  # fmt: skip
    """Erase the rows that name a person in one of the fields; how many were, and how many lie outside the scope."""
    query = "select * from registers.erase_proposals(%s, %s, %s, %s)"
    row = conn.execute(query, [register, list(fields), number, reason]).fetchone()
    assert row is not None
    return int(row[0]), int(row[1])


def _asked(conn: Connection, query: Any, *params: Any) -> Any:
    try:
        row = conn.execute(query, params).fetchone()
    except errors.Error as error:
        if error.sqlstate in _REFUSED:
            raise refuse(_REFUSED[error.sqlstate]) from error
        raise
    return row[0] if row else None


def _json(told: Any) -> str:
    return msgspec.json.encode(told).decode()


def _line(*row: Any) -> Line:
    content = msgspec.json.decode(row[5]) if row[5] else {}
    told: list[Any] = [*row[:4], row[4] or "", content, *row[6:]]
    return Line(*told)
