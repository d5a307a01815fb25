"""A citizen's records and who looked at them, in plain words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from tinhso.access.citizens import Look, Own, Waits
from tinhso.foundation.formats import vi_partial_date
from tinhso.registers.declaration import CodeList, Declaration, Field
from tinhso.web.kit import writing
from tinhso.web.kit.sight import Sight

Names = tuple[Mapping[int, str], Mapping[str, str]]
"""Names of areas by id, and by code."""


@dataclass(frozen=True, slots=True)
class RecordView:
    """One record: its register, its unit, and its fields in the order of the declaration."""

    title: str
    description: str
    unit: str
    fields: tuple[tuple[str, str], ...]
    register: str
    record: int


@dataclass(frozen=True, slots=True)
class WaitView:
    """Something that waits: the register it is meant for, since when, with whom."""

    register: str
    since: datetime
    who: str


@dataclass(frozen=True, slots=True)
class LookView:
    """One look: when, who as what, what for, at what and how."""

    at: datetime
    who: str
    purpose: str
    register: str
    how: str


@dataclass(frozen=True, slots=True)
class OwnView:
    """The page of a citizen."""

    records: tuple[RecordView, ...]
    waits: tuple[WaitView, ...]
    looks: tuple[LookView, ...]


def area_codes(known: Mapping[str, Declaration], found: Sequence[Own]) -> list[str]:
    """The codes of areas that the records name."""
    return [
        str(each.values[name])
        for each in found
        for name, field in known[each.register].fields.items()
        if field.type == "area" and each.values.get(name)
    ]


def view(
    told: tuple[Sequence[Own], Sequence[Waits], Sequence[Look]], known: Mapping[str, Declaration],
    lists: Mapping[str, CodeList], names: Names, sight: Sight,
) -> OwnView:  # fmt: skip
    """The page's values in the visitor's language."""
    found, waits, looks = told
    return OwnView(
        tuple(_record(each, known[each.register], lists, names, sight) for each in found),
        tuple(_wait(each, known[each.register], names, sight) for each in waits),
        tuple(_look(each, known, names, sight) for each in looks),
    )


def _wait(waits: Waits, declaration: Declaration, names: Names, sight: Sight) -> WaitView:
    said = (sight.gettext("The office that sent the file, which has not decided yet") if waits.file
            else sight.gettext("The department in charge of the register, which decides"))  # fmt: skip
    unit = names[0].get(waits.unit or 0)
    return WaitView(sight.say(declaration.title), waits.since, f"{said} ({unit})" if unit else said)


def _record(
    own: Own, declaration: Declaration, lists: Mapping[str, CodeList], names: Names, sight: Sight
) -> RecordView:
    fields = tuple(
        (sight.say(field.title), _value(own.values.get(name), field, lists, names, sight))
        for name, field in declaration.fields.items()
    )
    about = sight.say(declaration.description) if declaration.description else ""
    title, unit = sight.say(declaration.title), names[0].get(own.unit or 0, "")
    return RecordView(title, about, unit, fields, own.register, own.record)


def said(
    own: Own, declaration: Declaration, lists: Mapping[str, CodeList], names: Names, sight: Sight
) -> dict[str, str]:
    """What each field of a record says, in words."""
    fields = declaration.fields
    return {name: _value(own.values.get(name), field, lists, names, sight) for name, field in fields.items()}


def _value(value: Any, field: Field, lists: Mapping[str, CodeList], names: Names, sight: Sight) -> str:
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return sight.gettext("yes") if value else sight.gettext("no")
    if field.codes and field.codes in lists and str(value) in lists[field.codes].codes:
        return sight.say(lists[field.codes].codes[str(value)].title)
    if field.type == "area":
        return names[1].get(str(value), str(value))
    if field.type == "date":
        return writing.day(date.fromisoformat(str(value)), sight.language)
    if field.type == "partialDate":
        return vi_partial_date(str(value))
    return writing.number(Decimal(str(value)), sight.language) if field.type in ("money", "number") else str(value)


def _look(look: Look, known: Mapping[str, Declaration], names: Names, sight: Sight) -> LookView:
    declaration = known[look.register]
    return LookView(
        look.at, _who(look, names, sight), (look.purpose or {}).get(sight.language, "–"), sight.say(declaration.title),
        _how(look, declaration, sight),
    )  # fmt: skip


def _who(look: Look, names: Names, sight: Sight) -> str:
    if look.who == "citizen":
        return sight.gettext("You yourself")
    if look.who == "station":
        return sight.gettext("The operator of the system")
    role = (look.role or {}).get(sight.language) or sight.gettext("An officer")
    unit = names[0].get(look.unit or 0)
    return f"{role}, {unit}" if unit else role


def _how(look: Look, declaration: Declaration, sight: Sight) -> str:
    if look.action == "unmask":
        shown = [sight.say(declaration.fields[name].title) for name in look.fields if name in declaration.fields]
        return sight.gettext("looked behind the mask of: %(fields)s", fields=", ".join(shown))
    if look.action == "export":
        return sight.gettext("carried out in a file, with others")
    if look.action in ("record", "own"):
        return sight.gettext("opened the record")
    return sight.ngettext(
        "saw the record in a list", "saw the record in a list of %(n)s", look.among,
        n=writing.number(look.among, sight.language),
    )  # fmt: skip
