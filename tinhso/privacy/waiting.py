"""What waits and was never recorded: rows for the department, uploads for their sender's decision.

It is found by the person it names, and by a term that has ended, as records are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from tinhso.access.scope import Scope
from tinhso.foundation.clock import VIETNAM
from tinhso.foundation.database import Connection
from tinhso.foundation.files import Files
from tinhso.privacy import holding, person
from tinhso.registers.declaration import Declaration


@dataclass(frozen=True, slots=True)
class Waits:
    """That a row about a person waits, since when and with whom: with the ``department`` that decides for ``unit``, or
    with the ``sender`` of a file, an office of ``unit``. ``unit`` is a name, None where the whole province is meant."""

    declaration: Declaration
    unit: str | None
    since: datetime
    who: Literal["department", "sender"]

    def as_json(self) -> dict[str, Any]:
        """One line of ``waiting`` in ``tinhso privacy see --json``."""
        named = self.declaration
        return {
            "register": named.register, "title": named.title.vi, "unit": self.unit, "since": self.since,
            "with": self.who,
        }  # fmt: skip


def of_person(conn: Connection, store: Files, citizen_id: str, *, scope: Scope) -> tuple[tuple[Waits, ...], bool]:
    """The rows that name a person and wait within the scope, and whether that is all there are for the department."""
    found: list[Waits] = []
    complete = True
    for declaration in person.personal(conn):
        asked = [declaration.register, list(person.fields(declaration)), citizen_id]
        for unit, since in conn.execute(_ROWS, asked).fetchall():
            complete &= since is not None
            found += [Waits(declaration, unit, since, "department")] if since is not None else []
        files = conn.execute(_FILES, [declaration.register]).fetchall()
        naming = holding.those(store, citizen_id, [sha256 for sha256, _, _ in files])
        found += [Waits(declaration, unit, since, "sender") for sha256, unit, since in files if sha256 in naming]
    return tuple(found), complete


_ROWS = """
select t.name, w.at from registers.waiting_rows(%s, %s, %s) w left join areas.tree t on t.area = w.area
"""
_FILES = """
select b.file_sha256, t.name, b.received_at from intake.batch b left join areas.tree t on t.low = b.place
where b.register = %s and b.state in ('received', 'checked', 'refused') order by b.id
"""


def end_rows(conn: Connection, declaration: Declaration, before: date, reason: str | None) -> int:
    """How many rows that wait, or waited, lie before a day by the register's rule; with a reason they are erased."""
    rule = declaration.retention
    assert rule is not None
    asked = [declaration.register, rule.after, before, reason]
    query = "select registers.end_transfers(%s, %s, %s, %s) + registers.end_proposals(%s, %s, %s, %s)"
    row = conn.execute(query, [*asked, *asked]).fetchone()
    assert row is not None
    return int(row[0])


def end_uploads(conn: Connection, declaration: Declaration, before: date, *, drop: bool) -> tuple[int, list[str]]:
    """How many uploads that wait have ended (they are dropped where so told), and the files that nothing else needs."""
    asked = [declaration.register, before, drop]
    ended = conn.execute("select * from privacy.ended_uploads(%s, %s, %s)", asked).fetchall()
    return sum(waiting for _, waiting, _ in ended), [sha256 for sha256, _, alone in ended if alone]


def emptied(conn: Connection, declaration: Declaration) -> list[str]:
    """Files of rows that waited and were erased, once no row of theirs is kept."""
    return [row[0] for row in conn.execute("select * from privacy.emptied_by_waiting(%s)", [declaration.register])]


def unnamed(conn: Connection, store: Files, before: date) -> list[str]:
    """Stored files that were put there before a day and that nothing names."""
    old = [name for name, day in _kept(store) if day < before]
    return [row[0] for row in conn.execute("select * from privacy.unnamed(%s)", [old]).fetchall()] if old else []


def _kept(store: Files) -> Sequence[tuple[str, date]]:
    return [
        (path.name, datetime.fromtimestamp(path.stat().st_mtime, VIETNAM).date()) for path in holding.kept(store)
    ]  # fmt: skip
