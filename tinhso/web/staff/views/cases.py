"""Cases as pages show them: terms in words, steps in order, and the forms that may come next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from tinhso.access.declaration import Purpose
from tinhso.access.scope import Scope
from tinhso.privacy import erasing, handling
from tinhso.privacy.cases import Case, Step, Subject
from tinhso.privacy.declaration import KINDS
from tinhso.privacy.office import REGISTER, Office
from tinhso.privacy.terms import Term
from tinhso.registers import masking
from tinhso.registers.declaration import Declaration
from tinhso.web.kit import writing
from tinhso.web.kit.sight import Sight

SHAPES = {"running": "none", "overdue": "off", "done": "ok", "late": "risk"}


@dataclass(frozen=True, slots=True)
class TermLine:
    """A term: what, when it ends, how it stands in words and shape; ``problem`` where it cannot be counted."""

    what: str
    due: datetime | None
    shape: str
    said: str
    problem: str | None


@dataclass(frozen=True, slots=True)
class CaseLine:
    """A case in the list; ``term`` is what is due next."""

    id: int
    kind: str
    area: str
    received_at: datetime
    handler: str | None
    closed: bool
    term: TermLine | None
    register: str = ""
    asker: str | None = None


@dataclass(frozen=True, slots=True)
class ListView:
    """The list, and what the form for a new case offers."""

    cases: tuple[CaseLine, ...]
    every: bool
    overdue: int
    kinds: tuple[tuple[str, str], ...]
    purposes: tuple[tuple[str, str], ...]
    may_open: bool


@dataclass(frozen=True, slots=True)
class StepLine:
    """A step in words, with what it did."""

    title: str
    at: datetime
    actor: str
    told: tuple[str, ...]
    words: str | None


@dataclass(frozen=True, slots=True)
class CaseView:
    """One case; ``may`` are the forms that may come next."""

    id: int
    title: str
    area: str
    law: str
    unverified: bool
    received_at: datetime
    handler: str | None
    closed: bool
    subject: Subject
    terms: tuple[TermLine, ...]
    steps: tuple[StepLine, ...]
    may: frozenset[str]
    withdrawing: bool

    @property
    def acts(self) -> bool:
        """Whether anything may be carried out."""
        return bool(self.may - {"note", "step"})


def listed(
    found: Sequence[Case], sight: Sight, scope: Scope, purposes: Sequence[Purpose], known: Mapping[str, Declaration], *,
    every: bool,
) -> ListView:  # fmt: skip
    """The list's values; ``purposes`` are those that rest on consent, ``known`` all registers."""
    lines = tuple(_line(case, sight, known) for case in found)
    overdue = sum(line.term is not None and line.term.shape == "off" for line in lines)
    kinds = tuple((kind, sight.say(title)) for kind, title in KINDS.items() if kind != "breach")
    asked = tuple((each.purpose, sight.say(each.title)) for each in purposes)
    return ListView(lines, every, overdue, kinds, asked, scope.may("propose", REGISTER))


def opened(
    case: Case, office: Office, sight: Sight, scope: Scope, known: Mapping[str, Declaration]
) -> CaseView:  # fmt: skip
    """One case's values."""
    law = office.law(case.law)
    subject = _subject(case, scope, known)
    return CaseView(
        case.id, sight.say(KINDS[case.kind]), case.area_name, sight.say(law.title), not law.verified(case.kind),
        case.received_at, case.handler, case.closed, subject,
        tuple(_term(term, sight) for term in case.terms),
        tuple(_step(step, sight, known) for step in reversed(case.steps)),
        _may(case, scope, extensible=law.extension is not None),
        case.kind == "withdraw" and not case.has("refused"),
    )  # fmt: skip


def _subject(case: Case, scope: Scope, known: Mapping[str, Declaration]) -> Subject:
    """Who asks; to who handles it for a register alone the number is shown where the register shows it."""
    number, register = case.subject.citizen_id, known.get(case.register or "")
    if not number or scope.covers(REGISTER, case.place, case.place) or case.asker == scope.actor:
        return case.subject
    names = [name for name, field in register.fields.items() if field.check == "citizen_id"] if register else []
    clear = [scope.clear(case.register or "", name) for name in names]
    if clear and all(masking.inside(ranges, case.place) for ranges in clear):
        return case.subject
    return replace(case.subject, citizen_id=writing.masked(number))


def _may(case: Case, scope: Scope, *, extensible: bool) -> frozenset[str]:
    """The forms that make sense now; the action itself asks again."""
    found = set()
    if handling.may(case, "propose", scope):
        found |= {"note"} | (set() if case.closed else {"step"})
        if extensible and not case.closed and not case.has("extended", "carried_out") and case.kind != "breach":
            found.add("extend")
    if not case.closed and handling.may(case, "approve", scope):
        found |= {"refuse"} if case.kind not in ("breach", "correct") else set()
        if case.has("answered", "carried_out", "refused", "notified"):
            found.add("close")
        if case.has("identified"):
            found |= {"erase"} if case.kind in erasing.KINDS and not case.has("carried_out") else set()
            found |= {"restrict"} if case.kind == "restrict" and not case.has("carried_out") else set()
    if not case.closed and case.kind == "see" and case.has("identified") and scope.may("export", REGISTER):
        found.add("own_data")
    done = {name for step in case.steps for name in step.facts}
    if "restricted" in done and "lifted" not in done and scope.may("approve", REGISTER):
        found.add("lift")
    return frozenset(found)


def _line(case: Case, sight: Sight, known: Mapping[str, Declaration]) -> CaseLine:
    term = case.next or (case.terms[-1] if case.terms else None)
    return CaseLine(
        case.id, sight.say(KINDS[case.kind]), case.area_name, case.received_at, case.handler, case.closed,
        _term(term, sight) if term else None,
        sight.say(known[case.register].title) if case.register and case.register in known else "", case.asker,
    )  # fmt: skip


def _term(term: Term, sight: Sight) -> TermLine:
    what = {
        "answer": sight.gettext("answer"), "complete": sight.gettext("carry out"),
        "notify": sight.gettext("notify A05"),
    }  # fmt: skip
    said = {
        "running": sight.gettext("in time"), "overdue": sight.gettext("overdue"), "done": sight.gettext("done"),
        "late": sight.gettext("done late"),
    }  # fmt: skip
    problem = None
    if term.problem is not None:
        problem = term.problem.vi if sight.language == "vi" else term.problem.en
    return TermLine(what[term.what], term.due, SHAPES[term.state], said[term.state], problem)


def _step(step: Step, sight: Sight, known: Mapping[str, Declaration]) -> StepLine:
    titles = {
        "received": sight.gettext("Request received"), "identified": sight.gettext("Papers checked"),
        "assigned": sight.gettext("Assigned"), "shared": sight.gettext("Others must act too"),
        "extended": sight.gettext("Term extended"), "answered": sight.gettext("Answered"),
        "noted": sight.gettext("Note"), "proposed": sight.gettext("Correction proposed"),
        "carried_out": sight.gettext("Carried out"), "refused": sight.gettext("Refused"),
        "notified": sight.gettext("Authority notified"), "closed": sight.gettext("Closed"),
    }  # fmt: skip
    actor = sight.gettext("the citizen") if step.actor == "citizen" else step.actor
    told = (*_decided(step.facts, sight, known), *_told(step.facts, sight))
    return StepLine(titles[step.action], step.at, actor, told, step.words)


def _decided(facts: Mapping[str, Any], sight: Sight, known: Mapping[str, Declaration]) -> list[str]:
    """What became of fields, by their titles."""
    told = []
    asked = [[facts["register"], 0, name] for name in facts.get("fields", ())] if "register" in facts else []
    for words, fields in ((sight.gettext("fields"), asked), (sight.gettext("accepted"), facts.get("accepted", ())),
                          (sight.gettext("left as it is"), facts.get("declined", ()))):  # fmt: skip
        if fields:
            told.append(f"{words}: " + ", ".join(titled(known, each[0], each[2], sight) for each in fields))
    for number in facts.get("proposals", ()):
        told.append(sight.gettext("waits for a second person, approval %(number)s", number=number))
    if "sent_back" in facts:
        told.append(sight.gettext("sent back by whoever had to approve it"))
    if facts.get("by") == "code":
        told.append(sight.gettext("by the code from the counter"))
    return told


def titled(known: Mapping[str, Declaration], register: str, name: str, sight: Sight) -> str:
    """A field's title; its name where the declaration has lost it."""
    field = known[register].fields.get(name) if register in known else None
    return sight.say(field.title) if field else name


def _told(facts: Mapping[str, Any], sight: Sight) -> list[str]:
    """What the facts of a step say, in words."""
    told = []
    if "to" in facts:
        told.append(sight.gettext("to %(who)s", who=facts["to"]))
    if "basis" in facts:
        told.append(str(facts["basis"]))
    if "versions" in facts:
        told.append(sight.gettext("%(versions)s versions and %(files)s files erased", **_counts(facts)))
    for key, words in (("own_data", sight.gettext("handed over")), ("restricted", sight.gettext("restricted")),
                       ("lifted", sight.gettext("lifted"))):  # fmt: skip
        if key in facts:
            told.append(f"{words}: " + ", ".join(f"{name} {count}" for name, count in facts[key].items()))
    if facts.get("withdrawn"):
        told.append(sight.gettext("consents withdrawn: %(purposes)s", purposes=", ".join(facts["withdrawn"])))
    if facts.get("waiting"):
        told.append(sight.gettext("waiting rows erased: %(count)s", count=facts["waiting"]))
    if facts.get("complete") is False:
        told.append(sight.gettext("only within the own area; hand it on for the rest"))
    if facts.get("change_sets"):
        told.append(sight.gettext("change sets %(sets)s", sets=", ".join(map(str, facts["change_sets"]))))
    return told


def _counts(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {"versions": facts["versions"], "files": facts.get("files", 0)}
