"""A form as it is shown: groups of controls, each of the kind that its field's type asks for, and what is to say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from tinhso.foundation.problems import Problem
from tinhso.intake.forms.choosing import Choice, Choices
from tinhso.intake.forms.looking import Looked
from tinhso.intake.forms.merging import Conflict, Side
from tinhso.intake.forms.sheets import Filled
from tinhso.registers import masking
from tinhso.registers.declaration import Declaration, Field
from tinhso.web.kit import wishes
from tinhso.web.kit.sight import Sight
from tinhso.web.staff.views import sending
from tinhso.web.staff.views.sending import Sent
from tinhso.web.staff.views.values import Lists

Kind = Literal["text", "long", "number", "date", "choice", "yesno", "masked"]
LONG = 300
"""From this many characters on a text gets a box of several lines."""


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence about a field; ``accept`` names a repair that may be accepted, ``mended`` what it would write."""

    severity: str
    words: str
    accept: str | None = None
    mended: str | None = None


@dataclass(frozen=True, slots=True)
class Dispute:
    """A field that two people changed: what it was, what each writes, and what was chosen."""

    was: str | None
    mine: str
    theirs: str
    chosen: Side | None


@dataclass(frozen=True, slots=True)
class Control:
    """A field to be filled in. ``groups`` are choices, as (name of the group, choices)."""

    name: str
    kind: Kind
    label: str
    value: str
    help: str
    unit: str
    required: bool
    groups: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = ()
    masked: str = ""
    emptied: bool | None = None
    """Of a hidden field whether it is to be emptied; None where there is nothing that could be."""
    said: tuple[Said, ...] = ()
    dispute: Dispute | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """Controls that stand beside one another, under a title where there are several."""

    title: str
    controls: tuple[Control, ...]
    point: bool = False
    """Whether they are the degrees of a point, which may be set on a map as well."""


@dataclass(frozen=True, slots=True)
class FormView:
    """``groups``: rows under the titles of the record's page. ``general`` are sentences of no field of the form,
    ``taken`` what others changed meanwhile, as (title, before, now)."""

    groups: tuple[tuple[str, tuple[Row, ...]], ...]
    general: tuple[Said, ...]
    errors: tuple[tuple[str, str], ...]
    warnings: tuple[tuple[str, str], ...]
    taken: tuple[tuple[str, str, str], ...]
    disputes: int
    warned: str


@dataclass(frozen=True, slots=True)
class Told:
    """What filling in a form's page needs to know; ``units`` are names of units by code."""

    declaration: Declaration
    lists: Lists
    units: Mapping[str, str]
    choices: Choices
    sight: Sight


def form(filled: Filled, sent: Sent, looked: Looked | None, refused: Sequence[Problem], told: Told) -> FormView:
    """The form with what was typed, what was found, and what others changed."""
    found = [*sent.problems, *(looked.problems if looked is not None else ()), *refused]
    by: dict[str, list[Said]] = {}
    for problem in found:
        by.setdefault(_field(problem, told), []).append(_said(problem, looked, told.sight))
    controls = {name: _control(name, filled, by.get(name, ()), told) for name in told.declaration.fields}
    warnings = looked.warnings if looked is not None else ()
    return FormView(
        _groups(controls, told), tuple(by.get("", ())), _listed(found, told, warning=False),
        _listed(found, told, warning=True), _taken(filled, told), len(filled.merged.conflicts),
        " ".join(sorted(sending.mark(each) for each in warnings)),
    )  # fmt: skip


def words(problem: Problem, sight: Sight) -> str:
    """Intake's sentence without the cell it would name in a workbook: here it stands beside its field."""
    return wishes.without_cell(problem, sight)


def told_while_typing(problems: Iterable[Problem], looked: Looked, sight: Sight) -> list[dict[str, Any]]:
    """The same sentences for the script that shows them."""
    found = [(each, _said(each, looked, sight)) for each in problems]
    return [{"field": each.field, "severity": said.severity, "words": said.words} for each, said in found]


def options(choices: Choices, sight: Sight) -> dict[str, list[list[str]]]:
    """Choices for the script that lays them into the controls: value, title, group."""
    return {name: [[each.value, sight.say(each.title), each.group] for each in offered]
            for name, offered in choices.items()}  # fmt: skip


def _said(problem: Problem, looked: Looked | None, sight: Sight) -> Said:
    accept = problem.code.removeprefix("intake.") if problem.severity == "repair" else None
    mended = looked.mended.get(problem.field or "") if looked is not None and accept else None
    return Said(problem.severity, words(problem, sight), accept, mended)


def _listed(found: Iterable[Problem], told: Told, *, warning: bool) -> tuple[tuple[str, str], ...]:
    """Sentences for the head of the form, with where they lead."""
    return tuple(
        (f"f-{_field(each, told)}" if _field(each, told) else "reason", words(each, told.sight))
        for each in found if (each.severity == "warning") is warning
    )  # fmt: skip


def _field(problem: Problem, told: Told) -> str:
    """The field of the form that a problem is about; "" where it is about none."""
    return problem.field if problem.field is not None and problem.field in told.declaration.fields else ""


def _control(name: str, filled: Filled, said: Sequence[Said], told: Told) -> Control:
    declared, sight = told.declaration.fields[name], told.sight
    hidden = name in filled.sheet.hidden
    dispute = next((each for each in filled.disputed if each.field == name), None)
    value = filled.mine[name] if dispute is not None else filled.merged.texts[name]
    if hidden:
        value = filled.changed.get(name, "")
    kind = "masked" if hidden else _kind(name, declared, told)
    masked, emptied = "", None
    if hidden and filled.sheet.now is not None:
        masked = str(masking.mask(filled.sheet.now.values.get(name), declared) or "")
        emptied = _emptied(name, declared, filled, masked)
    return Control(
        name, kind, sight.say(declared.title), value, _help(kind, declared, sight),
        sight.say(declared.unit) if declared.unit else sight.gettext("đồng") if declared.type == "money" else "",
        declared.constraints.required, _grouped(told.choices.get(name, ()), sight), masked,
        emptied, tuple(said), _dispute(dispute, filled, told) if dispute is not None else None,
    )  # fmt: skip


def _emptied(name: str, declared: Field, filled: Filled, masked: str) -> bool | None:
    if declared.constraints.required or not masked:
        return None
    return name in filled.changed and not filled.changed[name]


def _kind(name: str, declared: Field, told: Told) -> Kind:
    if declared.type == "boolean":
        return "yesno"
    if name in told.choices:
        return "choice"
    if declared.type in ("date", "partialDate"):
        return "date"
    if declared.type in ("integer", "number", "money"):
        return "number"
    return "long" if (declared.constraints.max_length or 0) >= LONG else "text"


def _help(kind: Kind, declared: Field, sight: Sight) -> str:
    """How to write it, where that is not plain."""
    if kind == "masked":
        return sight.gettext("Hidden from you. Left blank, it stays as it is; what you write takes its place.")
    if declared.type == "date":
        return sight.gettext("Day/month/year, for example 27/09/2019")
    if declared.type == "partialDate":
        return sight.gettext("Day/month/year, month/year or the year alone: 27/09/1965, 09/1965, 1965")
    if declared.type == "money":
        return sight.gettext("For example 1.500.000 or 3 tỷ 500 triệu")
    if declared.type == "number":
        return sight.gettext("A comma before decimals, for example 98,26")
    if kind == "choice" and declared.level == "village":
        return sight.gettext("Those of the commune chosen above")
    if declared.type == "area" and kind == "text":
        return sight.gettext("Name or code of the unit")
    return sight.gettext("For example %(example)s", example=declared.example) if declared.example else ""


def _grouped(
    offered: Sequence[Choice], sight: Sight
) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:  # fmt: skip
    groups: dict[str, list[tuple[str, str]]] = {}
    for each in offered:
        groups.setdefault(each.group, []).append((each.value, sight.say(each.title)))
    return tuple((group, tuple(pairs)) for group, pairs in groups.items())


def _dispute(conflict: Conflict, filled: Filled, told: Told) -> Dispute:
    name = conflict.field
    was = _label(name, conflict.base, filled, told) if conflict.base is not None else None
    mine = conflict.mine if conflict.mine and name in filled.sheet.hidden else _label(name, conflict.mine, filled, told)
    return Dispute(was, mine, _label(name, conflict.theirs, filled, told), filled.choices.get(name))


def _taken(filled: Filled, told: Told) -> tuple[tuple[str, str, str], ...]:
    """What others changed and this form did not touch."""
    sheet, disputed = filled.sheet, {each.field for each in filled.disputed}
    if sheet.base is None or sheet.now is None:
        return ()
    base, now = sheet.texts(sheet.base), sheet.texts(sheet.now)
    return tuple(
        (told.sight.say(each.title), _label(name, base[name], filled, told), _label(name, now[name], filled, told))
        for name, each in told.declaration.fields.items() if base[name] != now[name] and name not in disputed
    )  # fmt: skip


def _label(name: str, text: str, filled: Filled, told: Told) -> str:
    """A text of a form in words; masked where whoever looks may not see it."""
    declared, sight = told.declaration.fields[name], told.sight
    if not text:
        return "–"
    if name in filled.sheet.hidden:
        return masking.DOT * 4
    if declared.type == "boolean":
        return sight.gettext("yes") if text == "true" else sight.gettext("no")
    codes = told.lists.get(declared.codes or "")
    if codes is not None and text in codes.codes:
        return sight.say(codes.codes[text].title)
    return told.units.get(text, text) if declared.type == "area" else text


def _groups(controls: Mapping[str, Control], told: Told) -> tuple[tuple[str, tuple[Row, ...]], ...]:
    """Rows by group as on the record's page; the two degrees of a point stand beside one another."""
    declaration = told.declaration
    point = declaration.point
    groups: dict[str, list[Row]] = {name: [] for name in ("", *declaration.groups)}
    for name, declared in declaration.fields.items():
        if point is not None and name == point.longitude:
            continue
        beside = point is not None and name == point.latitude
        both = (controls[name], controls[point.longitude]) if point is not None and beside else (controls[name],)
        groups.setdefault(declared.group or "", []).append(
            Row(told.sight.gettext("Point on the map, in degrees of WGS 84") if beside else "", both, beside)
        )
    titles = {name: told.sight.say(title) for name, title in declaration.groups.items()}
    return tuple((titles.get(group, group), tuple(rows)) for group, rows in groups.items() if rows)
