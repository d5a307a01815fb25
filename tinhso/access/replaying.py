"""Whether people, grants, roles, purposes and keys stand as the log of their changes says.

Each line of the log tells how what it is about stood afterwards (``access.standing``). What one line says must follow
from the line before by what its action may change, and what the tables say now must be what the last line said. So an
alteration behind the platform's back is found although no record was touched; the log itself is sealed (``ledgers``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tinhso.foundation.database import Connection
from tinhso.ledgers.findings import Finding

LEDGER = "events"
BEGIN = frozenset({"person.first_administrator", "person.added", "client.added", "grant", "key.made", "role", "purpose",
                   "baseline"})  # fmt: skip
"""The actions that somebody or something begins with."""
MAY_CHANGE: Mapping[str, frozenset[str]] = {
    action: frozenset(columns.split())
    for action, columns in {
        "invitation.used": "state password", "reset.used": "state password", "reset.made": "password second_factor",
        "password.changed": "password", "password.rehashed": "password", "person.disabled": "state",
        "person.enabled": "state", "second_factor.set": "second_factor",
        "second_factor.dropped": "second_factor password", "identity.linked": "state identities",
        "identity.unlinked": "identities", "revoke": "revoked_by", "key.revoked": "revoked_by", "role": "declaration",
        "purpose": "declaration",
    }.items()
}
"""What an action may change of what it is about; every other one nothing."""

State = Mapping[str, Any]


def altered(conn: Connection) -> Iterator[Finding]:
    """What does not follow from the log: on a connection of the owner's."""
    said: dict[tuple[str, str], tuple[int, State]] = {}
    for event, action, kind, name, state in conn.execute(_SAID).fetchall():
        before = said.get((kind, name))
        if before is None and action not in BEGIN:
            yield _finding("access.state_unlogged", kind, name, event)
        elif before is not None and (beyond := _changed(before[1], state) - MAY_CHANGE.get(action, frozenset())):
            yield _finding("access.state_altered", kind, name, event, beyond)
        said[kind, name] = (event, state)
    for kind, name, state in conn.execute("select kind, name, state from access.standing()").fetchall():
        last = said.pop((kind, name), None)
        if last is None:
            yield _finding("access.state_unlogged", kind, name)
        elif changed := _changed(last[1], state):
            yield _finding("access.state_altered", kind, name, last[0], changed)
    for (kind, name), (event, _) in said.items():
        yield _finding("access.state_gone", kind, name, event)


_SAID = """
select e.id, e.action, e.facts #>> '{now,kind}', e.facts #>> '{now,name}', e.facts #> '{now,state}'
from access.event e where e.facts ? 'now' order by e.id
"""


def _changed(before: State, after: State) -> set[str]:
    return {name for name in {*before, *after} if before.get(name) != after.get(name)}


def _finding(code: str, kind: str, name: str, event: int | None = None, columns: set[str] | None = None) -> Finding:
    facts = {"kind": kind, "name": name, "event": event or "–", "columns": ", ".join(sorted(columns or ()))}
    return Finding(code, ledger=LEDGER, facts=facts)
