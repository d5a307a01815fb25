"""Registers, their lists and one record as pages show them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from tinhso.foundation.problems import refuse
from tinhso.foundation.text import sort_key
from tinhso.registers.declaration import Declaration, Field
from tinhso.registers.history import Erasure, Version
from tinhso.web.kit.sight import Sight
from tinhso.web.staff.views.values import Lists, hidden, shown

COLUMNS = 5
NUMBERS = ("integer", "number", "money")
PILLARS = ("foundation", "government", "economy", "society")


@dataclass(frozen=True, slots=True)
class RegisterCard:
    """A register in the list of registers."""

    name: str
    title: str
    description: str
    count: int


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a list; ``number`` stands right, ``masked`` shows only the ends."""

    name: str
    title: str
    number: bool
    masked: bool


@dataclass(frozen=True, slots=True)
class Facet:
    """A field to narrow by: its codes with their titles, and the one chosen."""

    name: str
    title: str
    options: tuple[tuple[str, str], ...]
    chosen: str | None


@dataclass(frozen=True, slots=True)
class RecordRow:
    """One record of a list."""

    id: int
    cells: tuple[str, ...]
    area: str


@dataclass(frozen=True, slots=True)
class ListView:
    """A page of a register; ``count`` is None where counting takes longer than the page."""

    register: str
    title: str
    columns: tuple[Column, ...]
    facets: tuple[Facet, ...]
    rows: tuple[RecordRow, ...]
    count: int | None


@dataclass(frozen=True, slots=True)
class VersionView:
    """One version of a record: who brought it, and what it changed (field, before, after)."""

    version: int
    change_set: int
    at: datetime
    author: str
    way: str
    reason: str | None
    file: str | None
    sheet: str | None
    row: int | None
    removed: bool
    differences: tuple[tuple[str, str, str], ...]
    erased: Erasure | None = None


@dataclass(frozen=True, slots=True)
class FieldLine:
    """A field of a record, as it is now."""

    title: str
    value: str
    masked: bool


@dataclass(frozen=True, slots=True)
class RecordView:
    """A record by groups of fields, in the order of the declaration, with its history, newest first."""

    register: str
    register_title: str
    title: str
    groups: tuple[tuple[str, tuple[FieldLine, ...]], ...]
    versions: tuple[VersionView, ...]
    erased: bool = False


def registers(
    known: Mapping[str, Declaration], counts: Mapping[str, int], sight: Sight
) -> list[tuple[str, list[RegisterCard]]]:
    """Registers by pillar."""
    titles = {
        "foundation": sight.gettext("Foundation"), "government": sight.gettext("Digital government"),
        "economy": sight.gettext("Digital economy"), "society": sight.gettext("Digital society"),
    }  # fmt: skip
    cards = {
        pillar: [_card(each, counts, sight) for each in known.values() if each.pillar == pillar] for pillar in PILLARS
    }
    return [
        (titles[pillar], sorted(each, key=lambda card: sort_key(card.title))) for pillar, each in cards.items() if each
    ]


def filters(declaration: Declaration, facets: Sequence[str], query: Mapping[str, Any]) -> dict[str, Any]:
    """The facets that a request narrows by."""
    chosen = {name: str(query[name]) for name in facets if query.get(name)}
    return {name: _native(value, declaration.fields[name]) for name, value in chosen.items()}


def listed(
    declaration: Declaration, lists: Lists, rows: Sequence[Mapping[str, Any]], areas: Mapping[int, str], sight: Sight,
    *, facets: Sequence[str], filters: Mapping[str, Any], count: int | None,
) -> ListView:  # fmt: skip
    """A page of records with the columns that matter most."""
    names = columns(declaration)
    fields = declaration.fields
    return ListView(
        register=declaration.register, title=sight.say(declaration.title), count=count,
        columns=tuple(_column(name, fields[name], sight) for name in names),
        facets=tuple(_facets(declaration, facets, lists, filters, sight)),
        rows=tuple(
            RecordRow(
                row["id"], tuple(shown(row[name], fields[name], lists, sight) for name in names),
                areas.get(row["area"], ""),
            )
            for row in rows
        ),
    )  # fmt: skip


def _column(name: str, field: Field, sight: Sight) -> Column:
    return Column(name, sight.say(field.title), field.type in NUMBERS, hidden(field))


def columns(declaration: Declaration) -> list[str]:
    """The label, the key, then the fields in the order of the declaration; areas have a column of their own."""
    names = dict.fromkeys((declaration.label, *declaration.primary_key, *declaration.fields))
    fields = declaration.fields
    return [name for name in names if fields[name].type != "area" or name == declaration.label][:COLUMNS]


def area_codes(declaration: Declaration, versions: Sequence[Version]) -> list[str]:
    """The codes of all areas that versions name."""
    names = [name for name, field in declaration.fields.items() if field.type == "area"]
    return [str(each.values[name]) for each in versions for name in names if each.values.get(name)]


def opened(
    declaration: Declaration, lists: Lists, versions: Sequence[Version], areas: Mapping[str, str], sight: Sight
) -> RecordView:
    """A record and its history; ``areas`` are the names of the codes in it."""
    versions = [replace(each, values=_named(each.values, declaration, areas)) for each in versions]
    newest = versions[0]
    erased = sight.gettext("erased record") if newest.erased else None
    title = erased or shown(newest.values.get(declaration.label), declaration.fields[declaration.label], lists, sight)
    older = [*versions[1:], None]
    return RecordView(
        declaration.register, sight.say(declaration.title), title, _groups(declaration, newest, lists, sight),
        tuple(_version(each, before, declaration, lists, sight) for each, before in zip(versions, older, strict=True)),
        newest.erased is not None,
    )  # fmt: skip


def _groups(
    declaration: Declaration, newest: Version, lists: Lists, sight: Sight
) -> tuple[tuple[str, tuple[FieldLine, ...]], ...]:
    """Fields by their ``group``, groups in the order of their first fields; those of no group under no heading."""
    groups: dict[str, list[FieldLine]] = {}
    for name, field in declaration.fields.items():
        line = FieldLine(sight.say(field.title), shown(newest.values.get(name), field, lists, sight), hidden(field))
        groups.setdefault(field.group or "", []).append(line)
    return tuple((group, tuple(lines)) for group, lines in groups.items())


def _named(values: Mapping[str, Any], declaration: Declaration, areas: Mapping[str, str]) -> dict[str, Any]:
    fields = declaration.fields
    return {
        name: areas.get(str(value), value) if name in fields and fields[name].type == "area" else value
        for name, value in values.items()
    }


def _version(
    each: Version, before: Version | None, declaration: Declaration, lists: Lists, sight: Sight
) -> VersionView:
    changed = []
    for name, field in declaration.fields.items():
        was, now = before.values.get(name) if before else None, each.values.get(name)
        if before is not None and was != now and not (each.erased or before.erased):
            changed.append((sight.say(field.title), shown(was, field, lists, sight), shown(now, field, lists, sight)))
    return VersionView(
        each.version, each.change_set, each.at, each.author, each.way, each.reason, each.file, each.sheet, each.row,
        each.ended_as == "gone", tuple(changed), each.erased,
    )  # fmt: skip


def _card(declaration: Declaration, counts: Mapping[str, int], sight: Sight) -> RegisterCard:
    said = sight.say(declaration.description) if declaration.description else ""
    return RegisterCard(declaration.register, sight.say(declaration.title), said, counts[declaration.register])


def _facets(
    declaration: Declaration, names: Sequence[str], lists: Lists, chosen: Mapping[str, Any], sight: Sight
) -> list[Facet]:
    made = []
    for name in names:
        options = _options(declaration.fields[name], lists, sight)
        if options:
            value = chosen.get(name)
            word = None if value is None else str(value).lower() if isinstance(value, bool) else str(value)
            made.append(Facet(name, sight.say(declaration.fields[name].title), options, word))
    return made


def _options(field: Field, lists: Lists, sight: Sight) -> tuple[tuple[str, str], ...]:
    if field.codes and field.codes in lists:
        return tuple((code, sight.say(each.title)) for code, each in lists[field.codes].codes.items())
    if field.type == "boolean":
        return (("true", sight.gettext("yes")), ("false", sight.gettext("no")))
    return tuple((each, each) for each in field.constraints.enum)


def _native(value: str, field: Field) -> Any:
    if field.type == "integer":
        if not re.fullmatch(r"-?[0-9]{1,18}", value):
            raise refuse("web.bad_request", value=value)
        return int(value)
    return value == "true" if field.type == "boolean" else value
