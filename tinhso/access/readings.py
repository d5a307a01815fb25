"""The log of who looked: a line for a record, a page of a list, a stretch of an export, a field that was unmasked.

Rooms that hand out records call ``note`` in the transaction that reads, so that neither is there without the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_address

from tinhso.access.scope import Scope
from tinhso.foundation.database import Connection

STRETCH = 2_000
"""Records that one line of the log holds at most."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A record as it was shown: its id, its unit and its place."""

    record: int
    unit: int | None
    place: int | None


def note(
    conn: Connection, *, scope: Scope, action: str, register: str | None = None, record: int | None = None,
    fields: Sequence[str] = (), reason: str | None = None, count: int = 1, seen: Sequence[Seen] = (), words: str = "",
    verb: str = "read",
) -> None:  # fmt: skip
    """Note a reading by whoever holds ``scope``, with address, purpose and the grant that lets it.

    The grant is the first that holds ``verb`` in the register, over the place of the first record ``seen``. Where
    several records were seen each line holds up to ``STRETCH`` of them, and ``count`` follows from them. ``words`` are
    the folded words of a search; only their blurred form is kept.
    """
    ground = scope.ground(register, verb, seen[0].place if seen else None) if register else None
    who = (scope.actor, action, register)
    what = (list(fields), reason, inet(scope.address))
    why = (ground.purpose if ground else None, ground.id if ground else None)
    lines = [
        (*who, record, *what, len(some) or count, *why,
         None if record is not None or not some else [each.record for each in some], _units(some), words)
        for some in ([seen[at : at + STRETCH] for at in range(0, len(seen), STRETCH)] or [()])
    ]  # fmt: skip
    if len(lines) == 1:
        conn.execute(_LOOK, lines[0])
    else:
        with conn.cursor() as cursor:
            cursor.executemany(_LOOK, lines)


_LOOK = """
select access.look(%s, %s, %s, %s::bigint, %s::text[], %s, %s::inet, %s::integer, %s, %s::bigint, %s::bigint[],
  %s::bigint[], %s)
"""


def _units(seen: Sequence[Seen]) -> list[int] | None:
    return sorted({each.unit for each in seen if each.unit is not None}) or None


def inet(address: str | None) -> str | None:
    """A network address as PostgreSQL keeps it; nothing where it is none."""
    try:
        return str(ip_address((address or "").partition("%")[0]))
    except ValueError:
        return None
