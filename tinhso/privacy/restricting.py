"""Restricting: the person's records stay, but only whoever handles the case may see them, until it is lifted."""

from __future__ import annotations

from collections.abc import Iterable

from tinhso.access.scope import Scope
from tinhso.foundation import clock
from tinhso.foundation.database import Connection
from tinhso.foundation.problems import refuse
from tinhso.privacy import cases, person
from tinhso.privacy.cases import Case
from tinhso.privacy.office import REGISTER, Office
from tinhso.privacy.person import Held
from tinhso.privacy.seeing import identified
from tinhso.registers import changes


def restrict(conn: Connection, office: Office, case: int, *, scope: Scope) -> Case:
    """Hide the person's records; the case must be assigned, or nobody at all could see them."""
    changes.demand(scope, "propose", REGISTER)
    known = cases.one(conn, office, case, scope=scope)
    if known.handler is None:
        raise refuse("privacy.not_assigned", value=case)
    told = hide(conn, case, person.held(conn, identified(known), scope=scope), scope=scope)
    if not told:
        raise refuse("privacy.nothing_held", value=case)
    return cases.step(conn, office, case, "carried_out", scope=scope, facts={"restricted": told})


def hide(conn: Connection, case: int, held: Iterable[Held], *, scope: Scope) -> dict[str, int]:
    """Restrict what registers hold of a person under a case; how many records by register."""
    told = {}
    for each in held:
        _note(conn, case, each.declaration.register, each.records, "restricted", scope)
        told[each.declaration.register] = len(each.records)
    return told


def lift(conn: Connection, office: Office, case: int, *, scope: Scope, reason: str) -> Case:
    """Let the records be seen again by all who may; a closed case can still be lifted."""
    if not reason.strip():
        raise refuse("privacy.no_reason", value=case)
    changes.demand(scope, "propose", REGISTER)
    cases.one(conn, office, case, scope=scope)
    told: dict[str, int] = {}
    for register, record in conn.execute(_STANDING, (case,)).fetchall():
        _note(conn, case, register, (record,), "lifted", scope)
        told[register] = told.get(register, 0) + 1
    if not told:
        raise refuse("privacy.nothing_restricted", value=case)
    return cases.step(conn, office, case, "noted", scope=scope, facts={"lifted": told}, words=reason)


_STANDING = """
select l.register, l.record from (
  select distinct on (r.register, r.record) r.register, r.record, r.way from privacy.restriction r
  where r."case" = %s order by r.register, r.record, r.id desc
) l where l.way = 'restricted' order by 1, 2
"""


def _note(conn: Connection, case: int, register: str, records: tuple[int, ...], way: str, scope: Scope) -> None:
    query = (
        'insert into privacy.restriction (register, record, "case", way, at, actor)'
        " select %s, unnest(%s::bigint[]), %s, %s, %s, %s"
    )
    conn.execute(query, (register, list(records), case, way, clock.now(), scope.actor))
