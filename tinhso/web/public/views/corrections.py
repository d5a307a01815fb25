"""A request for a correction as whoever asked may know it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from tinhso.privacy.asking import State, StateStep
from tinhso.registers.declaration import Declaration
from tinhso.web.kit.sight import Sight
from tinhso.web.kit.wishes import Typed


@dataclass(frozen=True, slots=True)
class StepView:
    """A step: what, when, what became of which fields, and the answer's words."""

    title: str
    at: datetime
    told: tuple[str, ...]
    words: str | None


@dataclass(frozen=True, slots=True)
class StateView:
    """``shape`` and ``said`` tell the whole at a glance."""

    case: int
    register: str
    received_at: datetime
    due: datetime | None
    shape: str
    said: str
    steps: tuple[StepView, ...]


def words(typed: Typed, sight: Sight) -> str:
    """What is wrong and what would be right, as one text."""
    wrong, right = typed.text("wrong"), typed.text("right")
    if not wrong or not right:
        return wrong or right
    said = sight.gettext("Right would be:")
    return f"{wrong}\n{said} {right}"


def state(state: State, known: Mapping[str, Declaration], sight: Sight) -> StateView:
    """The page's values."""
    shape, said = _standing(state, sight)
    declaration = known.get(state.register or "")
    return StateView(
        state.case, sight.say(declaration.title) if declaration else "", state.received_at, state.due, shape, said,
        tuple(_step(each, known, sight) for each in reversed(state.steps)),
    )  # fmt: skip


def _standing(state: State, sight: Sight) -> tuple[str, str]:
    if state.has("carried_out"):
        return "ok", sight.gettext("Corrected")
    if state.has("refused"):
        return "risk", sight.gettext("Not corrected; the reason stands below")
    if any(each.waits for each in state.steps):
        return "new", sight.gettext("Accepted; a second person has to approve it")
    if any(term.state == "overdue" for term in state.terms if term.what == "complete"):
        return "off", sight.gettext("Overdue: ask at your commune and name the number")
    if state.has("assigned"):
        return "new", sight.gettext("An officer is looking at it")
    return "none", sight.gettext("Received; waits for an officer")


def _step(step: StateStep, known: Mapping[str, Declaration], sight: Sight) -> StepView:
    titles = {
        "received": sight.gettext("Request received"), "identified": sight.gettext("Papers checked"),
        "assigned": sight.gettext("With an officer"), "extended": sight.gettext("Term extended"),
        "answered": sight.gettext("Answered"), "carried_out": sight.gettext("Corrected"),
        "refused": sight.gettext("Refused"), "closed": sight.gettext("Closed"),
    }  # fmt: skip
    told = []
    for said, fields in ((sight.gettext("accepted"), step.accepted), (sight.gettext("left as it is"), step.declined)):
        if fields:
            told.append(f"{said}: " + ", ".join(_title(known, *each, sight) for each in fields))
    return StepView(titles[step.action], step.at, tuple(told), step.words)


def _title(known: Mapping[str, Declaration], register: str, name: str, sight: Sight) -> str:
    field = known[register].fields.get(name) if register in known else None
    return sight.say(field.title) if field else name
