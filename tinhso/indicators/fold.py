"""Folding: deltas of finished commits are summed into cells and kept aside, so that reading stays quick."""

from __future__ import annotations

from tinhso.foundation import jobs
from tinhso.foundation.database import Connection, Database

DUE = 20_000
"""From this many waiting deltas on, folding is worth its while."""

_LOCK = 7283402

_FOLD = """
with ready as (
  delete from indicators.delta d using registers.change_set s
  where s.id = d.change_set and s.leaf is not null
  returning d.change_set, d.part, d.area, d.day, d.dimension, d.member, d.value
), kept as (
  insert into indicators.folded (change_set, part, area, day, dimension, member, value) select * from ready
), summed as (
  insert into indicators.cell as c (part, area, day, dimension, member, value)
  select part, area, day, dimension, member, sum(value) from ready group by part, area, day, dimension, member
  on conflict (part, dimension, member, area, day) do update set value = c.value + excluded.value
)
select count(*) from ready
"""


def fold(conn: Connection) -> int:
    """Fold all deltas that this transaction sees (as owner); returns how many. 0 when another fold is at work.

    Readers see the figures unchanged before and after; commits go on meanwhile and are folded the next time.
    """
    row = conn.execute("select pg_try_advisory_xact_lock(%s)", (_LOCK,)).fetchone()
    if row is None or not row[0]:
        return 0
    counted = conn.execute(_FOLD).fetchone()
    return int(counted[0]) if counted else 0


def waiting(conn: Connection) -> int:
    """How many deltas wait to be folded."""
    row = conn.execute("select count(*) from indicators.delta").fetchone()
    return int(row[0]) if row else 0


def fold_if_due(db: Database) -> int:
    """Fold when enough deltas wait; cheap to call after every commit. Returns how many were folded."""
    with db.owner() as conn:
        return fold(conn) if waiting(conn) >= DUE else 0


@jobs.job("indicators.fold")
def _fold(db: Database) -> None:
    fold_if_due(db)
