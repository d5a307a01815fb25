"""The log of who looked: one line for a record, a search, an export or a field that was unmasked."""

from __future__ import annotations

from collections.abc import Sequence

from tinhso.access.scope import Scope
from tinhso.foundation.database import Connection


def note(
    conn: Connection, *, scope: Scope, action: str, register: str | None = None, record: int | None = None,
    fields: Sequence[str] = (), reason: str | None = None, address: str | None = None, count: int = 1,
) -> None:  # fmt: skip
    """Note a reading in the transaction that reads, so that neither is there without the other.

    The purpose and the grant are told where the scope rests on one grant alone; else the actor's grants at that
    moment tell.
    """
    ground = scope.grounds[0] if len(scope.grounds) == 1 else None
    conn.execute(
        "insert into access.reading"
        " (actor, action, register, record, fields, reason, address, count, purpose, grant_id)"
        " values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        [scope.actor, action, register, record, list(fields), reason, address, count,
         ground.purpose if ground else None, ground.id if ground else None],
    )  # fmt: skip
