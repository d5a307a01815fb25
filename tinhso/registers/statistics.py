"""The planner's statistics of registers that many small commits have just filled.

Until autovacuum's next round, up to a minute later, the planner knows nothing of such a table and reads all of it.
"""

from __future__ import annotations

from tinhso.foundation.database import Connection, Database, made_sql

_STALE = """
select u.relname from pg_stat_user_tables u join pg_class c on c.oid = u.relid
where u.schemaname = 'registers' and u.relname in (select register from registers.register)
and u.n_mod_since_analyze > 500 + 0.2 * greatest(c.reltuples, 0)
order by u.relname
"""
"""As autovacuum judges, with a floor below which any plan will do."""


def freshen(db: Database) -> list[str]:
    """Count anew the registers whose contents have changed much since they were counted; gives their names."""
    with db.owner() as conn:
        stale = _stale(conn)
        for register in stale:
            conn.execute(made_sql(f"analyze registers.{register}"))
    return stale


def _stale(conn: Connection) -> list[str]:
    return [name for (name,) in conn.execute(_STALE).fetchall()]
