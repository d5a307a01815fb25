"""That somebody looks at records: noted here, by every function of the rooms that hands records of persons out.

A register is personal where a field of it is sensitive. What the public sees of it shows no person.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tinhso.access import readings
from tinhso.access.readings import Seen
from tinhso.access.scope import Scope
from tinhso.foundation import text
from tinhso.foundation.database import Connection
from tinhso.registers import masking
from tinhso.registers.declaration import Declaration


def personal(declaration: Declaration) -> bool:
    """Whether the register holds data of persons."""
    return bool(masking.sensitive(declaration))


def at_record(
    conn: Connection, declaration: Declaration, seen: Seen, *, scope: Scope, action: str = "record",
    fields: Sequence[str] = (), reason: str | None = None,
) -> None:  # fmt: skip
    """One record was looked at."""
    if _noted(declaration, scope):
        readings.note(
            conn, scope=scope, action=action, register=declaration.register, record=seen.record, fields=fields,
            reason=reason, seen=[seen],
        )  # fmt: skip


def at_several(
    conn: Connection, declaration: Declaration, seen: Sequence[Seen], *, scope: Scope, action: str, search: str = "",
    verb: str = "read", reason: str | None = None,
) -> None:  # fmt: skip
    """A list of records was looked at; nothing where it is empty."""
    if seen and _noted(declaration, scope):
        readings.note(
            conn, scope=scope, action=action, register=declaration.register, seen=seen, words=folded(search), verb=verb,
            reason=reason,
        )  # fmt: skip


def counted(conn: Connection, declaration: Declaration, count: int, *, scope: Scope, search: str) -> None:
    """How many records answer to a search was told: of one number it says whether the person is there."""
    if search.strip() and _noted(declaration, scope):
        readings.note(
            conn, scope=scope, action="count", register=declaration.register, count=count, words=folded(search)
        )


def at_file(
    conn: Connection, declaration: Declaration, count: int, seen: Sequence[Seen], *, scope: Scope, action: str
) -> None:
    """A file of persons was looked at: its rows, and beside them records that it would change."""
    if _noted(declaration, scope) and count:
        readings.note(
            conn, scope=scope, action=action, register=declaration.register, count=count, verb="propose",
        )  # fmt: skip
        at_several(conn, declaration, seen, scope=scope, action=f"{action}_before")


def rows(found: Iterable[Mapping[str, Any]]) -> list[Seen]:
    """Records as lists hold them, by ``id``, ``area`` and ``place``."""
    return [Seen(row["id"], row["area"], row["place"]) for row in found]


def folded(search: str) -> str:
    """The words of a search as it looks for them."""
    return " ".join(text.fold(search).split())


def _noted(declaration: Declaration, scope: Scope) -> bool:
    return not scope.public and personal(declaration)
