"""Erasure: content, fingerprint and salt of versions go for good; the stub and its digest stay in the chain.

The act is a change set of its own (way ``erasure``) whose digest covers the erased ones; it cannot be undone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tinhso.access.scope import Scope
from tinhso.foundation.database import SQL, Connection, errors, ident
from tinhso.foundation.problems import refuse
from tinhso.registers import changes
from tinhso.registers.declaration import Declaration

_OUTSIDE = ("TS002", "TS003")


@dataclass(frozen=True, slots=True)
class Erased:
    """An act of erasure: its change set, how many records in force it took away, how many versions it emptied."""

    register: str
    change_set: int
    records: int
    versions: int


def erase(
    conn: Connection, declaration: Declaration, records: Sequence[int], lone: Sequence[tuple[int, int]] = (), *,
    reason: str, scope: Scope, case: int | None = None, rule: str | None = None,
) -> Erased:  # fmt: skip
    """Erase records with all their versions, and ``lone`` earlier versions (id, version) of records that stay.

    Refused where a place of theirs, today's or an earlier one, lies outside the scope.
    """
    name = declaration.register
    changes.demand(scope, "approve", name)
    ids, numbers = [one for one, _ in lone], [version for _, version in lone]
    query = SQL("select registers.{}(%s, %s, %s::integer[], %s, %s, %s)").format(ident(f"erase_{name}"))
    try:
        row = conn.execute(query, (list(records), ids, numbers, case, rule, reason)).fetchone()
    except errors.Error as error:
        if error.sqlstate in _OUTSIDE:
            raise refuse("registers.outside_scope") from error
        raise
    assert row is not None
    told = conn.execute(_TOLD, {"set": row[0]}).fetchone()
    assert told is not None
    return Erased(name, row[0], *told)


_TOLD = """
select s.gone_count, (select count(*) from privacy.erased e where e.change_set = s.id)
from registers.change_set s where s.id = %(set)s
"""
