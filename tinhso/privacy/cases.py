"""Cases: what a person asked, or a breach. A case is its steps; they are added, never changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from tinhso.access.scope import Scope
from tinhso.foundation import clock
from tinhso.foundation.clock import VIETNAM
from tinhso.foundation.database import SQL, Connection, Jsonb, made_sql
from tinhso.foundation.problems import refuse
from tinhso.privacy import consent, handling, terms
from tinhso.privacy.declaration import KINDS, Kind
from tinhso.privacy.office import REGISTER, Office
from tinhso.privacy.terms import Term
from tinhso.registers import changes, declared, masking

Action = Literal[
    "received", "identified", "assigned", "shared", "extended", "answered", "noted", "proposed", "carried_out",
    "refused", "notified", "closed",
]  # fmt: skip
ONCE: frozenset[Action] = frozenset({"received", "extended", "closed"})
BEFORE: Mapping[Action, tuple[tuple[Action, ...], str]] = {
    "carried_out": (("identified",), "privacy.not_identified"),
    "closed": (("answered", "carried_out", "refused", "notified"), "privacy.nothing_done"),
}
"""Steps that need one of others before them, and the problem where there is none."""
NOTIFIED: tuple[tuple[Action, ...], str] = (("notified", "refused"), "privacy.breach_untold")
"""What the closing of a breach needs: it was notified, or a basis is named on which none is due."""


@dataclass(frozen=True, slots=True)
class Subject:
    """Who asks; everything is ``None`` once it was erased."""

    citizen_id: str | None = None
    name: str | None = None
    contact: str | None = None
    request: str | None = None
    erased_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One step: ``facts`` name numbers, laws and officers; ``words`` is what the officer wrote, until erased."""

    id: int
    action: Action
    at: datetime
    actor: str
    facts: Mapping[str, Any]
    words: str | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """A case with its steps and its terms as they stand at this moment."""

    id: int
    kind: Kind
    area: str
    area_name: str
    law: str
    received_at: datetime
    channel: str
    subject: Subject
    steps: tuple[Step, ...]
    terms: tuple[Term, ...]
    place: int = 0
    register: str | None = None
    record: int | None = None
    """What a request to correct is about, as far as whoever asked knew it."""
    asker: str | None = None
    """The officer who asked; None where a person asks about own data."""

    @property
    def closed(self) -> bool:
        return self.has("closed")

    @property
    def handler(self) -> str | None:
        """Whom it was assigned to last."""
        given = [step.facts.get("to") for step in self.steps if step.action == "assigned"]
        return given[-1] if given else None

    @property
    def next(self) -> Term | None:
        """The open term that ends first."""
        running = [term for term in self.terms if term.done_at is None and term.due is not None]
        return min(running, key=lambda term: term.due or datetime.max, default=None) if not self.closed else None

    @property
    def waits(self) -> bool:
        """Whether a correction waits for a second person."""
        for step in reversed(self.steps):
            if step.action == "carried_out" or "sent_back" in step.facts:
                return False
            if "proposals" in step.facts:
                return True
        return False

    def has(self, *actions: Action) -> bool:
        return any(step.action in actions for step in self.steps)

    def as_json(self) -> dict[str, Any]:
        """The shape promised by ``tinhso privacy show --json``."""
        due = [
            {"what": term.what, "due": term.due, "done_at": term.done_at, "state": term.state,
             "problem": term.problem.as_json() if term.problem else None}
            for term in self.terms
        ]  # fmt: skip
        return {
            "case": self.id, "kind": self.kind, "area": self.area, "law": self.law, "received_at": self.received_at,
            "channel": self.channel, "register": self.register, "record": self.record, "asker": self.asker,
            "handler": self.handler, "closed": self.closed, "subject": self.subject,
            "steps": self.steps, "terms": due,
        }  # fmt: skip


def receive(
    office: Office, kind: Kind, *, scope: Scope, area: str, channel: str, subject: Subject,
    received_at: datetime | None = None, purpose: str | None = None,
) -> Case:  # fmt: skip
    """Open a case in the unit with the code ``area``; its law is the one in force on the day it was received.

    ``purpose`` is the consent that a withdrawal is about, None for all that the person ever gave.
    """
    changes.demand(scope, "propose", REGISTER)
    at = (received_at or clock.now()).astimezone(VIETNAM)
    if at > clock.now():
        raise refuse("privacy.received_later", value=f"{at:%d/%m/%Y %H:%M}")
    if kind not in KINDS:
        raise refuse("privacy.unknown_kind", value=kind, known=", ".join(KINDS))
    law = office.law_on(at.date()).law
    mark = office.mark(subject.citizen_id) if subject.citizen_id else None
    with office.db.app(scope.settings()) as conn:
        if purpose is not None:
            consent.expect(conn, purpose)
        unit = conn.execute("select area, low, high from areas.tree where code = %s", (area,)).fetchone()
        if unit is None or not scope.covers(REGISTER, unit[1], unit[1], "propose"):
            raise refuse("privacy.outside_area", value=area)
        row = conn.execute(_RECEIVE, (kind, unit[0], unit[1], mark, law, at, channel)).fetchone()
        assert row is not None
        asked = (row[0], subject.citizen_id, subject.name, subject.contact, subject.request)
        conn.execute(_SUBJECT, asked)
        facts = {"channel": channel, **({"purpose": purpose} if purpose else {})}
        _write(conn, row[0], "received", scope.actor, facts, None)
        return one(conn, office, row[0], scope=scope)


_RECEIVE = """
insert into privacy.case (kind, area, place, person, law, received_at, channel)
values (%s, %s, %s, %s, %s, %s, %s) returning id
"""
_SUBJECT = 'insert into privacy.subject ("case", citizen_id, name, contact, request) values (%s, %s, %s, %s, %s)'


def step(
    conn: Connection, office: Office, case: int, action: Action, *, scope: Scope,
    facts: Mapping[str, Any] | None = None, words: str | None = None,
) -> Case:  # fmt: skip
    """Add a step; refused where the case is closed or the step does not follow from those before."""
    known = one(conn, office, case, scope=scope)
    handling.demand(known, "approve" if action in ("carried_out", "refused", "closed") else "propose", scope)
    _expect_possible(office, known, action)
    _write(conn, case, action, scope.actor, dict(facts or {}), words)
    return one(conn, office, case, scope=scope)


def _expect_possible(office: Office, known: Case, action: Action) -> None:
    if known.closed and action != "noted":
        raise refuse("privacy.closed", value=known.id)
    if action in ONCE and known.has(action):
        raise refuse("privacy.once", value=known.id)
    if action == "extended" and office.law(known.law).extension is None:
        raise refuse("privacy.no_extension", value=known.id, law=office.law(known.law).title.vi)
    needed, problem = NOTIFIED if (known.kind, action) == ("breach", "closed") else BEFORE.get(action, ((), ""))
    free = action == "carried_out" and (known.kind == "breach" or known.asker is not None)
    if needed and not known.has(*needed) and not free:
        raise refuse(problem, value=known.id)


def extend(conn: Connection, office: Office, case: int, reason: str, *, scope: Scope) -> Case:
    """Extend the term to carry out, once, with the reason the person is told."""
    if not reason.strip():
        raise refuse("privacy.no_reason", value=case)
    known = one(conn, office, case, scope=scope)
    _expect_possible(office, known, "extended")
    if any(term.what == "complete" and term.state == "overdue" for term in known.terms):
        raise refuse("privacy.extended_late", value=case)
    return step(conn, office, case, "extended", scope=scope, words=reason)


def decline(conn: Connection, office: Office, case: int, basis: str, *, scope: Scope, words: str = "") -> Case:
    """Refuse what is asked; the legal basis is named."""
    if not basis.strip():
        raise refuse("privacy.no_basis", value=case)
    return step(conn, office, case, "refused", scope=scope, facts={"basis": basis}, words=words or None)


def of_record(conn: Connection, office: Office, register: str, record: int, *, scope: Scope) -> list[Case]:
    """The requests about one record that the scope sees, newest first."""
    asked = {"register": register, "record": record, "size": 20}
    return _cases(conn, office, scope, "c.register = %(register)s and c.record = %(record)s", asked)


def one(conn: Connection, office: Office, case: int, *, scope: Scope) -> Case:
    """A case by number; refused where it does not exist within the scope."""
    found = _cases(conn, office, scope, "c.id = %(case)s", {"case": case})
    if not found:
        raise refuse("privacy.unknown_case", value=case)
    return found[0]


def every(
    conn: Connection, office: Office, *, scope: Scope, open_only: bool = True, size: int = 200
) -> list[Case]:
    """The cases of the scope, what is due first on top; closed ones last where they are asked for."""
    where = "not exists (select from privacy.step s where s.\"case\" = c.id and s.action = 'closed')"
    found = _cases(conn, office, scope, where if open_only else "true", {"size": size})
    return sorted(found, key=_urgency)


def _urgency(case: Case) -> tuple[bool, float, int]:
    due = case.next.due if case.next is not None else None
    return case.closed, due.timestamp() if due else float("inf"), -case.id


def _cases(conn: Connection, office: Office, scope: Scope, where: str, params: Mapping[str, Any]) -> list[Case]:
    seen = handling.predicate(scope, declared.names(conn))
    query = SQL(_CASES).format(where=made_sql(where), scope=made_sql(seen))
    rows = conn.execute(query, {"size": 1, **params}).fetchall()
    steps = _steps(conn, [row[0] for row in rows])
    every = [_case(office, row, steps.get(row[0], ())) for row in rows]
    return [case if handling.may(case, "propose", scope) else _masked(case, scope) for case in every]


ANSWERS: frozenset[Action] = frozenset({"received", "proposed", "extended", "answered", "carried_out", "refused"})
"""Steps whose words are for whoever asked."""


def told_in_words(case: Case, scope: Scope) -> bool:
    """Whether the scope reads what was asked in words and files: who handles it, and the officer who asked."""
    return handling.may(case, "propose", scope) or case.asker == scope.actor


def _masked(case: Case, scope: Scope) -> Case:
    """To those who only look: how far the case is, not who asks in which words. An officer who asked reads the own
    words and the answer, not what others noted."""
    said = case.subject
    if case.asker == scope.actor:
        told = tuple(step if step.action in ANSWERS else replace(step, words=None) for step in case.steps)
        return replace(case, steps=told)
    hidden = Subject(_dots(said.citizen_id), _dots(said.name), _dots(said.contact), _dots(said.request), said.erased_at)
    silent = tuple(replace(step, words=_dots(step.words)) for step in case.steps)
    return replace(case, subject=hidden, steps=silent)


def _dots(text: str | None) -> str | None:
    return masking.DOT * 3 if text else None


_CASES = """
select c.id, c.kind, n.code, n.name, c.law, c.received_at, c.channel,
  s.citizen_id, s.name, s.contact, s.request, s.erased_at, c.place, c.register, c.record, c.asker
from privacy.case c left join privacy.subject s on s."case" = c.id
left join lateral (select t.code, t.name from areas.tree t where t.area = c.area) n on true
where {where} and {scope} order by c.id desc limit %(size)s
"""


def _steps(conn: Connection, cases: Sequence[int]) -> dict[int, tuple[Step, ...]]:
    found: dict[int, tuple[Step, ...]] = {}
    for case, *values in conn.execute(_STEPS, (list(cases),)).fetchall():
        found[case] = (*found.get(case, ()), Step(*values))
    return found


_STEPS = """
select s."case", s.id, s.action, s.at, s.actor, s.facts, w.words
from privacy.step s left join privacy.words w on w.step = s.id where s."case" = any (%s) order by s.id
"""


def _case(office: Office, row: Sequence[Any], steps: tuple[Step, ...]) -> Case:
    number, kind, area, name, law, received, channel, *subject = row[:12]
    first: dict[str, datetime] = {}
    for each in steps:
        first.setdefault(each.action, each.at)
    due = terms.of(kind, office.law(law), received, first, office.calendar, clock.now())
    asked = Subject(*subject)
    return Case(number, kind, area or "", name or "", law, received, channel, asked, steps, due, *row[12:])


def _write(
    conn: Connection, case: int, action: Action, actor: str, facts: Mapping[str, Any], words: str | None
) -> None:
    query = 'insert into privacy.step ("case", action, at, actor, facts) values (%s, %s, %s, %s, %s) returning id'
    row = conn.execute(query, (case, action, clock.now(), actor, Jsonb(dict(facts)))).fetchone()
    assert row is not None
    if words:
        conn.execute('insert into privacy.words (step, "case", words) values (%s, %s, %s)', (row[0], case, words))
