"""Registers as cards, and one record: what it says, now or on a day, its history, and what belongs to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from tinhso.foundation.text import sort_key
from tinhso.registers.declaration import Declaration
from tinhso.registers.history import Erasure, Version
from tinhso.registers.links import Link
from tinhso.web.kit.sight import Sight
from tinhso.web.staff.views.values import Lists, hidden, shown

PILLARS = ("foundation", "government", "economy", "society")


@dataclass(frozen=True, slots=True)
class RegisterCard:
    """A register in the list of registers."""

    name: str
    title: str
    description: str
    count: int


@dataclass(frozen=True, slots=True)
class Event:
    """What happened to a record: it came, was changed (field, before, after), went, came back, or was erased.

    ``undo`` is what taking it back is called (None: it cannot be); ``version`` is the version it is told of.
    """

    kind: Literal["came", "changed", "gone", "back", "erased"]
    version: int
    change_set: int
    at: datetime
    author: str
    way: str
    reason: str | None
    file: str | None
    sheet: str | None
    row: int | None
    differences: tuple[tuple[str, str, str], ...] = ()
    undo: Literal["came", "changed", "gone"] | None = None
    proposer: str | None = None
    """Who proposed what the author approved."""


@dataclass(frozen=True, slots=True)
class FieldLine:
    """A field of a record; ``now`` is today's value where a past day had another. ``reveal`` is its name where it is
    masked and whoever looks may see it with a reason."""

    title: str
    value: str
    masked: bool
    now: str | None = None
    reveal: str | None = None


@dataclass(frozen=True, slots=True)
class LinkView:
    """Records that belong to this one: (address, name) each; ``all`` leads to the list of them."""

    title: str
    how: str
    records: tuple[tuple[str, str], ...]
    all: str | None


@dataclass(frozen=True, slots=True)
class RecordView:
    """A record by groups of fields, in the order of the declaration, with its history, newest first."""

    register: str
    register_title: str
    title: str
    groups: tuple[tuple[str, tuple[FieldLine, ...]], ...]
    events: tuple[Event, ...]
    erased: bool = False
    present: bool = True


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


def area_codes(declaration: Declaration, versions: Sequence[Version]) -> list[str]:
    """The codes of all areas that versions name."""
    names = [name for name, field in declaration.fields.items() if field.type == "area"]
    return [str(each.values[name]) for each in versions for name in names if each.values.get(name)]


def opened(
    declaration: Declaration, lists: Lists, versions: Sequence[Version], areas: Mapping[str, str], sight: Sight, *,
    then: Version | None = None, revealable: frozenset[str] = frozenset(),
) -> RecordView:  # fmt: skip
    """A record and its history; ``areas`` are the names of the codes in it, ``then`` the version of a past day,
    ``revealable`` the masked fields that may be looked at with a reason."""
    versions = [_named(each, declaration, areas) for each in versions]
    newest = versions[0]
    told = newest if then is None else _named(then, declaration, areas)
    erased = sight.gettext("erased record") if newest.erased else None
    title = erased or shown(newest.values.get(declaration.label), declaration.fields[declaration.label], lists, sight)
    return RecordView(
        declaration.register, sight.say(declaration.title), title,
        _groups(declaration, told, newest if then is not None else None, lists, sight, revealable),
        tuple(_events(declaration, versions, lists, sight)), newest.erased is not None, newest.gone is None,
    )  # fmt: skip


def linked(links: Sequence[Link], known: Mapping[str, Declaration], lists: Lists, sight: Sight) -> list[LinkView]:
    """What belongs to a record, by register."""
    return [_link(link, known[link.register], lists, sight) for link in links]


def _link(link: Link, other: Declaration, lists: Lists, sight: Sight) -> LinkView:
    path = f"/staff/registers/{other.register}"
    named = tuple(
        (f"{path}/{each.id}", shown(each.label, other.fields[other.label], lists, sight)) for each in link.records
    )
    query = "&".join(f"{name}={value}" for name, value in (link.values or {}).items())
    how = sight.gettext("named by this record") if link.named else sight.gettext("naming this record")
    return LinkView(sight.say(other.title), how, named, f"{path}?{query}" if link.more and query else None)


def _groups(
    declaration: Declaration, told: Version, newest: Version | None, lists: Lists, sight: Sight,
    revealable: frozenset[str],
) -> tuple[tuple[str, tuple[FieldLine, ...]], ...]:  # fmt: skip
    """Fields by their ``group``, groups as declared, else in the order of their first fields; the ungrouped first."""
    groups: dict[str, list[FieldLine]] = {name: [] for name in ("", *declaration.groups)}
    for name, field in declaration.fields.items():
        value = shown(told.values.get(name), field, lists, sight)
        today = shown(newest.values.get(name), field, lists, sight) if newest else value
        now, reveal = today if today != value else None, name if name in revealable else None
        line = FieldLine(sight.say(field.title), value, hidden(field), now, reveal)
        groups.setdefault(field.group or "", []).append(line)
    titles = {name: sight.say(title) for name, title in declaration.groups.items()}
    return tuple((titles.get(group, group), tuple(lines)) for group, lines in groups.items() if lines)


def _named(each: Version, declaration: Declaration, areas: Mapping[str, str]) -> Version:
    fields = declaration.fields
    values = {
        name: areas.get(str(value), value) if name in fields and fields[name].type == "area" else value
        for name, value in each.values.items()
    }
    return replace(each, values=values)


def _events(declaration: Declaration, versions: Sequence[Version], lists: Lists, sight: Sight) -> list[Event]:
    """What happened, newest first; ``versions`` likewise."""
    found = []
    for at, each in enumerate(versions):
        before = versions[at + 1] if at + 1 < len(versions) else None
        if each.gone is not None:
            gone = each.gone
            undo: Literal["gone"] | None = "gone" if each.erased is None else None
            found.append(Event("gone", each.version, gone.change_set, gone.at, gone.author, gone.way, gone.reason,
                               None, None, None, undo=undo, proposer=gone.proposer))  # fmt: skip
        if each.erased is not None:
            found.append(_erased(each, each.erased))
        found.append(_brought(each, before, declaration, lists, sight))
    return found


def _erased(each: Version, act: Erasure) -> Event:
    return Event("erased", each.version, act.change_set, act.at, act.actor, "erasure", act.reason, None, None, None)


def _brought(each: Version, before: Version | None, declaration: Declaration, lists: Lists, sight: Sight) -> Event:
    kind: Literal["came", "changed", "back"] = "came" if before is None else "back" if before.gone else "changed"
    told: tuple[tuple[str, str, str], ...] = ()
    blank = each.erased is not None or (before is not None and before.erased is not None)
    if before is not None and not blank:
        told = tuple(_differences(before.values, each.values, declaration, lists, sight))
    undo: Literal["came", "changed"] | None = None if blank else "changed" if kind == "changed" else "came"
    return Event(
        kind, each.version, each.change_set, each.at, each.author, each.way, each.reason, each.file, each.sheet,
        each.row, told, undo, each.proposer,
    )  # fmt: skip


def _differences(
    was: Mapping[str, Any], now: Mapping[str, Any], declaration: Declaration, lists: Lists, sight: Sight
) -> list[tuple[str, str, str]]:
    return [
        (sight.say(field.title), shown(was.get(name), field, lists, sight), shown(now.get(name), field, lists, sight))
        for name, field in declaration.fields.items()
        if was.get(name) != now.get(name)
    ]


def _card(declaration: Declaration, counts: Mapping[str, int], sight: Sight) -> RegisterCard:
    said = sight.say(declaration.description) if declaration.description else ""
    return RegisterCard(declaration.register, sight.say(declaration.title), said, counts[declaration.register])
