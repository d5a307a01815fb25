"""Waiting rows as their department and their senders see them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from tinhso.access.scope import Scope
from tinhso.registers.declaration import KEY_SEPARATOR, Declaration
from tinhso.registers.masking import sensitive
from tinhso.registers.transfers import Case, Own
from tinhso.web.kit import writing
from tinhso.web.kit.sight import Sight
from tinhso.web.staff.views.values import Lists, hidden, shown


@dataclass(frozen=True, slots=True)
class Told:
    """What the rows are put into words with: declarations, lists, areas by id and by code, whoever looks."""

    known: Mapping[str, Declaration]
    lists: Lists
    names: Mapping[int, str]
    named: Mapping[str, str]
    scope: Scope
    sight: Sight


@dataclass(frozen=True, slots=True)
class CaseView:
    """A row to decide; ``since`` is the unit that keeps the record now, empty where there is none; ``twin`` the record
    that stands beside it, None where the row waits."""

    id: int
    title: str
    key: str
    register: str
    record: int | None
    twin: int | None
    since: str
    to: str
    file: str
    row: int | None
    sender: str
    at: datetime
    state: str
    state_said: str
    shape: str
    reason: str | None
    decided_by: str | None
    change_set: int | None
    fields: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class OwnView:
    """A row as its sender sees it."""

    title: str
    file: str
    row: int | None
    at: datetime
    state_said: str
    shape: str
    reason: str | None


SHAPES = {"waiting": "new", "accepted": "ok", "refused": "off", "erased": "none"}


def cases(found: Sequence[Case], told: Told, *, waiting: bool) -> list[CaseView]:
    """Those that wait in the order they came, or those decided, newest first."""
    made = [_case(each, told) for each in found if (each.state == "waiting") == waiting]
    return made if waiting else made[:-21:-1]


def own(found: Sequence[Own], told: Told) -> list[OwnView]:
    """A sender's rows, newest first."""
    return [
        OwnView(_title(each.register, told), _file(each.file_name, each.sheet), each.row, each.at,
                state(each.state, told.sight), SHAPES[each.state], each.reason)
        for each in found
    ]  # fmt: skip


def area_codes(found: Sequence[Case], known: Mapping[str, Declaration]) -> list[str]:
    """The codes of all areas that rows name."""
    return [code for each in found if each.register in known for name, field in known[each.register].fields.items()
            if field.type == "area" and (code := each.content.get(name))]  # fmt: skip


def state(word: str, sight: Sight) -> str:
    """The state in words."""
    said = {"waiting": sight.gettext("waits for the department"), "accepted": sight.gettext("accepted"),
            "refused": sight.gettext("refused"), "erased": sight.gettext("erased")}  # fmt: skip
    return said[word]


def _case(case: Case, told: Told) -> CaseView:
    at = case.source_sheet
    sheet = case.sheets[at] if at is not None and at < len(case.sheets) else None
    return CaseView(
        case.id, _title(case.register, told), _key(case, told), case.register, case.record, case.twin,
        told.names.get(case.record_area or 0, ""), told.names.get(case.area, ""), _file(case.file_name, sheet),
        case.source_row, case.sender, case.at, case.state, state(case.state, told.sight), SHAPES[case.state],
        case.reason, case.decided_by, case.change_set, _fields(case, told),
    )  # fmt: skip


def _fields(case: Case, told: Told) -> tuple[tuple[str, str], ...]:
    """The row's fields that have a value; sensitive ones as far as whoever looks sees them in every record."""
    declaration = told.known[case.register]
    return tuple((told.sight.say(field.title), _value(case, name, told))
                 for name, field in declaration.fields.items() if case.content.get(name))  # fmt: skip


def _value(case: Case, name: str, told: Told) -> str:
    value, field = case.content.get(name) or "", told.known[case.register].fields[name]
    if _masked(case.register, name, told):
        return writing.masked(value)
    return told.named.get(value, value) if field.type == "area" else shown(value, field, told.lists, told.sight)


def _masked(register: str, name: str, told: Told) -> bool:
    declaration = told.known[register]
    return hidden(declaration.fields[name]) or (name in sensitive(declaration) and not told.scope.shows(register, name))


def _key(case: Case, told: Told) -> str:
    parts = zip(case.key.split(KEY_SEPARATOR), told.known[case.register].primary_key, strict=False)
    return " · ".join(writing.masked(part) if _masked(case.register, name, told) else part for part, name in parts)


def _title(register: str, told: Told) -> str:
    return told.sight.say(told.known[register].title) if register in told.known else register


def _file(name: str | None, sheet: str | None) -> str:
    return " / ".join(each for each in (name, sheet) if each) or "–"
