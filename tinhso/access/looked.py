"""Reading the log of who looked: one's own trail, and for auditors everybody's, within the sealed scope."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tinhso.foundation.database import Connection

SIZE = 50


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the log. ``count`` is how many records were shown; ``units`` are ids of areas."""

    id: int
    at: datetime
    actor: str
    action: str
    register: str | None
    record: int | None
    fields: tuple[str, ...]
    reason: str | None
    address: str | None
    count: int
    purpose: str | None
    grant: int | None
    units: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list is narrowed to; ``low`` and ``high`` are places, days are whole days of Vietnam."""

    actor: str | None = None
    register: str | None = None
    record: int | None = None
    begins: datetime | None = None
    ends: datetime | None = None
    low: int | None = None
    high: int | None = None
    before: int | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """Unusual reading by somebody in the hour that began at ``since``, with the numbers that made it unusual."""

    id: int
    at: datetime
    kind: str
    actor: str
    since: datetime
    facts: Mapping[str, Any]


def found(conn: Connection, wanted: Wanted, *, size: int = SIZE) -> list[Line]:
    """Lines, newest first: one's own, or where the scope audits all of its area."""
    asked = {name: getattr(wanted, name) for name in Wanted.__slots__} | {"size": size}
    rows = conn.execute(_FOUND, asked).fetchall()
    return [_line(*row) for row in rows]


def _line(*values: Any) -> Line:
    told: list[Any] = [tuple(value) if isinstance(value, list) else value for value in (*values[:-1], values[-1] or [])]
    return Line(*told)


_FOUND = """
select id, at, actor, action, register, record, fields, reason, host(address), count, purpose, grant_id, units
from access.reading r
where (%(actor)s::text is null or actor = %(actor)s) and (%(register)s::text is null or register = %(register)s)
  and (%(record)s::bigint is null or record = %(record)s or records @> array[%(record)s::bigint])
  and (%(begins)s::timestamptz is null or at >= %(begins)s) and (%(ends)s::timestamptz is null or at < %(ends)s)
  and (%(low)s::bigint is null or units && array(select area from areas.tree where low between %(low)s and %(high)s))
  and (%(before)s::bigint is null or id < %(before)s)
order by id desc limit %(size)s
"""


def roles(conn: Connection, lines: Iterable[Line]) -> dict[int, Mapping[str, str]]:
    """The titles of the roles by the numbers of the grants that lines name, as far as the scope may know them."""
    numbers = sorted({each.grant for each in lines if each.grant is not None})
    rows = conn.execute("select id, title from access.granted_as(%s)", [numbers]).fetchall()
    return dict(rows)


def notices(conn: Connection, *, before: int | None = None, size: int = SIZE) -> list[Notice]:
    """Notices, newest first; only for who audits everywhere."""
    rows = conn.execute(
        "select id, at, kind, actor, since, facts from access.notice"
        " where (%(before)s::bigint is null or id < %(before)s) order by id desc limit %(size)s",
        {"before": before, "size": size},
    ).fetchall()
    return [Notice(*row) for row in rows]
