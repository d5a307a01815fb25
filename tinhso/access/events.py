"""The log of changes in this room: who changed what about people, rights and keys. It is appended to only."""

from __future__ import annotations

from typing import Any

from tinhso.foundation.database import Connection, Jsonb


def note(conn: Connection[Any], *, actor: str, action: str, subject: str, **facts: Any) -> None:
    """Note a change in the transaction that makes it, so that neither is there without the other."""
    conn.execute(
        "insert into access.event (actor, action, subject, facts) values (%s, %s, %s, %s)",
        [actor, action, subject, Jsonb(facts)],
    )
