"""To whom a case is given: somebody takes it, or is given it by who handles it now."""

from __future__ import annotations

from tinhso.access import grants
from tinhso.access.scope import Scope
from tinhso.foundation.database import Connection
from tinhso.foundation.problems import Refused, refuse
from tinhso.privacy import cases, handling
from tinhso.privacy.cases import Case
from tinhso.privacy.office import Office


def able(conn: Connection, case: Case) -> list[tuple[str, str]]:
    """Who can take the case over, as (login, name): of the people near it those whose grants let them handle it."""
    near = conn.execute("select login, name from privacy.near(%s)", (case.id,)).fetchall()
    return [(login, name) for login, name in near if _fits(conn, case, login)]


def assign(conn: Connection, office: Office, case: int, to: str, *, scope: Scope, words: str | None = None) -> Case:
    """Give the case to somebody, or take it; refused where that person could not handle it, or is nobody."""
    known = cases.one(conn, office, case, scope=scope)
    handling.demand(known, "propose", scope)
    if to != scope.actor and not _fits(conn, known, to):
        raise refuse("privacy.cannot_handle", value=to, case=case)
    return cases.step(conn, office, case, "assigned", scope=scope, facts={"to": to}, words=words)


def _fits(conn: Connection, case: Case, login: str) -> bool:
    try:
        return handling.may(case, "propose", grants.of(conn, login))
    except Refused:
        return False
