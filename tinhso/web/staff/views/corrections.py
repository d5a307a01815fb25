"""A request to correct as officers see it: what is asked beside what the record says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tinhso.access.scope import Scope
from tinhso.intake.forms.typed import respelled
from tinhso.privacy.cases import Case
from tinhso.privacy.evidence import Evidence
from tinhso.registers.declaration import Declaration
from tinhso.registers.history import Version
from tinhso.web.kit.sight import Sight
from tinhso.web.staff.views.values import Lists, shown


@dataclass(frozen=True, slots=True)
class WishLine:
    """A field: as it is ``now`` and as it should be; ``key`` names it in the form, ``same`` where it is so already."""

    key: str
    title: str
    now: str
    wanted: str
    same: bool


@dataclass(frozen=True, slots=True)
class WishedRecord:
    """A record with what is asked of it; ``version`` is None where whoever looks does not see the record."""

    address: str
    key: str
    title: str
    register: str
    version: int | None
    lines: tuple[WishLine, ...]


@dataclass(frozen=True, slots=True)
class CorrectionView:
    """What is asked, the evidence, and what whoever looks may do next. ``unproved``: the papers of the person who asks
    were not checked yet."""

    register: str
    record: str
    asker: str | None
    records: tuple[WishedRecord, ...]
    files: tuple[Evidence, ...]
    take: bool
    take_down: bool
    accept: bool
    turn_down: bool
    unproved: bool


@dataclass(frozen=True, slots=True)
class Offered:
    """A record of the person, to be chosen."""

    key: str
    title: str
    register: str


def key(word: str) -> tuple[str, int, str] | None:
    """A field of a record as a form names it: register/number/field."""
    parts = word.split("/")
    if len(parts) != 3 or not (parts[1].isascii() and parts[1].isdecimal()) or len(parts[1]) > 18:
        return None
    return parts[0], int(parts[1]), parts[2]


def now(
    declaration: Declaration, version: Version, lists: Lists, areas: Mapping[str, str], sight: Sight
) -> dict[str, str]:  # fmt: skip
    """What each field says, in words, as far as whoever looks may see it."""
    return {name: _said(version.values.get(name), declaration, name, lists, areas, sight)
            for name in declaration.fields}  # fmt: skip


def wanted(
    declaration: Declaration, record: int, versions: Sequence[Version], values: Mapping[str, Any], lists: Lists,
    areas: Mapping[str, str], sight: Sight,
) -> WishedRecord:  # fmt: skip
    """What is asked of one record."""
    about, register = f"{declaration.register}/{record}", sight.say(declaration.title)
    told = now(declaration, versions[0], lists, areas, sight) if versions else {}
    made = []
    for name, value in values.items():
        said = _asked(value, declaration, name, lists, areas, sight) if value else "–"
        title = sight.say(declaration.fields[name].title) if name in declaration.fields else name
        made.append(WishLine(f"{about}/{name}", title, told.get(name, "–"), said, told.get(name) == said))
    title = told.get(declaration.label, "") if told else ""
    version = versions[0].version if versions and versions[0].gone is None else None
    return WishedRecord(f"/staff/registers/{about}", about, title, register, version, tuple(made))


def view(
    case: Case, register: str, found: Sequence[WishedRecord], files: Sequence[Evidence], *, handles: bool,
    approves: bool, mine: Scope,
) -> CorrectionView:  # fmt: skip
    """The part of the case's page."""
    waits = case.waits
    open_, unproved = handles and not case.closed, case.asker is None and not case.has("identified")
    record = f"/staff/registers/{case.register}/{case.record}" if case.register and case.record else ""
    ready = open_ and approves and not waits
    return CorrectionView(
        register, record, case.asker, tuple(found), tuple(files), open_ and case.handler != mine.actor,
        open_ and not waits and (case.record is not None or not unproved), ready and bool(found) and not unproved,
        ready, unproved and not case.closed,
    )  # fmt: skip


def offered(
    declaration: Declaration, record: int, versions: Sequence[Version], lists: Lists, areas: Mapping[str, str],
    sight: Sight,
) -> Offered:  # fmt: skip
    """A record of the person, to be chosen."""
    label = declaration.label
    title = _said(versions[0].values.get(label), declaration, label, lists, areas, sight)
    return Offered(f"{declaration.register}/{record}", title, sight.say(declaration.title))


def _asked(
    text: str, declaration: Declaration, name: str, lists: Lists, areas: Mapping[str, str], sight: Sight
) -> str:  # fmt: skip
    """A value as somebody wrote it, in the way in which a record's value is told where it says one."""
    field = declaration.fields.get(name)
    if field is None or field.codes or field.type in ("area", "boolean"):
        return _said(text, declaration, name, lists, areas, sight)
    return respelled(text, field)


def _said(
    value: Any, declaration: Declaration, name: str, lists: Lists, areas: Mapping[str, str], sight: Sight
) -> str:  # fmt: skip
    field = declaration.fields.get(name)
    if field is None:
        return str(value)
    if field.type == "area" and value:
        return areas.get(str(value), str(value))
    if field.type == "boolean" and value in ("true", "false"):
        value = value == "true"
    return shown(value, field, lists, sight)
