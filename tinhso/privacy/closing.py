"""Closing a case, and what closing makes true: who asked for a deletion is forgotten, a consent withdrawn is withdrawn.

Withdrawn means: the ledger of consents says so, and the person's records in registers that rest on nothing but that
consent are restricted, so that from then on nobody reads them but whoever handles the case (Law 91/2025/QH15; what was
done before stays lawful). Agreeing again lifts it (``consent.give``); erasing them is a request of its own.
"""

from __future__ import annotations

from collections.abc import Iterable

from tinhso.access import roles
from tinhso.access.declaration import Purpose
from tinhso.access.scope import Scope
from tinhso.foundation.database import Connection, errors
from tinhso.foundation.problems import refuse
from tinhso.privacy import cases, consent, person, restricting
from tinhso.privacy.cases import Case, Subject
from tinhso.privacy.office import Office
from tinhso.privacy.seeing import identified


def close(conn: Connection, office: Office, case: int, *, scope: Scope) -> Case:
    """Close a case. A deletion that was carried out takes with it who asked and every word about them; a withdrawal
    that was not refused becomes true, for which its person must have been identified."""
    known = cases.one(conn, office, case, scope=scope)
    if known.kind == "withdraw" and not known.closed and not known.has("refused"):
        _withdraw(conn, office, known, scope)
    known = cases.step(conn, office, case, "closed", scope=scope)
    if known.kind == "delete" and known.has("carried_out"):
        try:
            conn.execute("select privacy.forget(%s)", (case,))
        except errors.Error as error:
            if error.sqlstate == "TS002":
                raise refuse("registers.outside_scope") from error
            raise
    return cases.one(conn, office, case, scope=scope)


def withdraw(office: Office, citizen_id: str, purpose: str, channel: str, *, area: str, scope: Scope) -> Case:
    """Withdraw a consent over the counter: the case is opened, carried out and closed at once."""
    subject = Subject(citizen_id)
    opened = cases.receive(
        office, "withdraw", scope=scope, area=area, channel=channel, subject=subject, purpose=purpose
    )
    with office.db.app(scope.settings()) as conn:
        for action in ("identified", "answered"):
            cases.step(conn, office, opened.id, action, scope=scope)
        return close(conn, office, opened.id, scope=scope)


def _withdraw(conn: Connection, office: Office, known: Case, scope: Scope) -> None:
    citizen_id, every = identified(known), roles.purposes(conn)
    asked = _asked(known)
    meant = [each for each in every.values() if each.ground == "consent" and asked in (None, each.purpose)]
    held = [each for each in person.held(conn, citizen_id, scope=scope) if each.records]
    # what was never agreed to is withdrawn too, so that no answer tells what was said elsewhere
    withdrawn = [each.purpose for each in meant]
    for purpose in withdrawn:
        consent.record(conn, office, citizen_id, purpose, "withdrawn", known.channel, scope=scope)
    ended = {register for each in meant for register in _resting(each, every.values())}
    told = restricting.hide(conn, known.id, [each for each in held if each.declaration.register in ended], scope=scope)
    facts = {"withdrawn": withdrawn, **({"restricted": told} if told else {})}
    cases.step(conn, office, known.id, "carried_out", scope=scope, facts=facts)


def _asked(known: Case) -> str | None:
    """The purpose that the request names; None for all consents."""
    found: str | None = next((step.facts.get("purpose") for step in known.steps if step.action == "received"), None)
    return found


def _resting(purpose: Purpose, every: Iterable[Purpose]) -> frozenset[str]:
    """The purpose's registers that no purpose with another ground needs."""
    others = {register for each in every if each.ground != "consent" for register in each.registers}
    return frozenset(purpose.registers) - others
