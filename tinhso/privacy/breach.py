"""A breach: what happened, to how many, in which registers, what was done; the 72 hours run from its detection.

Law 91/2025/QH15, art. 23 (before 2026 Decree 13/2023/NĐ-CP, art. 23): the notice goes to the specialised authority
(A05, Ministry of Public Security); where it comes later than 72 hours it says why.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tinhso.access.scope import Scope
from tinhso.foundation import clock
from tinhso.foundation.clock import VIETNAM
from tinhso.foundation.database import Connection
from tinhso.foundation.formats import vi_date
from tinhso.foundation.problems import refuse
from tinhso.privacy import cases, writing
from tinhso.privacy.cases import Case, Subject
from tinhso.privacy.office import Office
from tinhso.registers import declared

AUTHORITY = "Cục An ninh mạng và phòng, chống tội phạm sử dụng công nghệ cao (A05), Bộ Công an"


@dataclass(frozen=True, slots=True)
class Finding:
    """What is known of a breach; known better later, it is told again and the last one counts."""

    what: str
    persons: int
    registers: Sequence[str]
    occurred_at: datetime | None = None
    measures: str = ""


def report(
    office: Office, finding: Finding, *, scope: Scope, area: str, detected_at: datetime | None = None
) -> Case:
    """Open the case of a breach; its clock runs from the moment of detection."""
    with office.db.app(scope.settings()) as conn:
        _expect_registers(conn, finding)
    case = cases.receive(
        office, "breach", scope=scope, area=area, channel="internal", subject=Subject(), received_at=detected_at
    )
    with office.db.app(scope.settings()) as conn:
        return find(conn, office, case.id, finding, scope=scope)


def find(conn: Connection, office: Office, case: int, finding: Finding, *, scope: Scope) -> Case:
    """Add what is known (again); registers must exist."""
    _expect_breach(cases.one(conn, office, case, scope=scope))
    _expect_registers(conn, finding)
    occurred = finding.occurred_at.astimezone(VIETNAM).isoformat() if finding.occurred_at else None
    facts = {"persons": finding.persons, "registers": list(finding.registers), "occurred_at": occurred,
             "measures": finding.measures}  # fmt: skip
    return cases.step(conn, office, case, "noted", scope=scope, facts=facts, words=finding.what)


def notify(conn: Connection, office: Office, case: int, *, scope: Scope, reason: str = "") -> Case:
    """Note that the notice went to the authority; after 72 hours only with the reason for it."""
    known = cases.one(conn, office, case, scope=scope)
    _expect_breach(known)
    if any(term.state == "overdue" for term in known.terms) and not reason.strip():
        raise refuse("privacy.late_notice", value=case)
    return cases.step(conn, office, case, "notified", scope=scope, facts={"to": "A05"}, words=reason or None)


def notice(conn: Connection, office: Office, case: int, *, scope: Scope) -> str:
    """The notice as a document (HTML, Vietnamese), with what is known so far."""
    known = cases.one(conn, office, case, scope=scope)
    _expect_breach(known)
    found = [step for step in known.steps if step.action == "noted" and "persons" in step.facts]
    told = [step for step in known.steps if step.action == "notified"]
    last = found[-1] if found else None
    named = [declared.one(conn, name).title.vi for name in last.facts["registers"]] if last else []
    return writing.html(
        "breach.html", case=known, finding=last, registers=named, told=told[-1] if told else None, term=known.terms[0],
        occurred=_moment(last.facts.get("occurred_at") if last else None), authority=AUTHORITY,
        law=office.law(known.law), day=vi_date(clock.today()),
    )  # fmt: skip


def _expect_breach(known: Case) -> None:
    if known.kind != "breach":
        raise refuse("privacy.not_a_breach", value=known.id)


def _expect_registers(conn: Connection, finding: Finding) -> None:
    for register in finding.registers:
        declared.one(conn, register)


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
