"""How far the database has come, read in one small query: by it a kept figure is known to be still true."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tinhso.foundation.database import Connection


@dataclass(frozen=True, slots=True)
class State:
    """``leaves`` holds each register's last commit. ``settled``: this transaction has written nothing of its own,
    so what it reads may be kept for others."""

    database: int
    revision: int
    declared: str
    leaves: Mapping[str, int]
    settled: bool


_STATE = """
select d.oid::bigint, s.revision, pg_current_xact_id_if_assigned() is null,
  array_agg(r.register), array_agg(r.last_leaf), coalesce(max(r.declared_at)::text, '')
from indicators.state s
join pg_database d on d.datname = current_database()
left join registers.register r on true
group by d.oid, s.revision
"""


def read(conn: Connection) -> State:
    """The state that the connection's next statements will see, or an earlier one."""
    row = conn.execute(_STATE).fetchone()
    assert row is not None
    database, revision, settled, registers, leaves, declared = row
    known = {name: leaf for name, leaf in zip(registers, leaves, strict=True) if name is not None}
    return State(database, revision, declared, known, settled)
