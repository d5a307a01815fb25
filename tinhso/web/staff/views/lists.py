"""A register's list as its page shows it: columns that sort, rows, what narrows it, and ways on."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tinhso.registers.clauses import ONLY, Clause
from tinhso.registers.conditions import PICKED, Among, Condition, Span, Words
from tinhso.registers.declaration import Declaration, Field
from tinhso.registers.ordering import AREA, UPDATED
from tinhso.registers.records import PAGE
from tinhso.registers.saved import SavedList
from tinhso.web.kit import writing
from tinhso.web.kit.sight import Sight
from tinhso.web.staff.views import quality
from tinhso.web.staff.views.asking import Asked, columns_of
from tinhso.web.staff.views.values import Lists, hidden, shown

NUMBERS = ("integer", "number", "money")


@dataclass(frozen=True, slots=True)
class Column:
    """A column: ``sort`` leads to the list sorted by it (None: it is not), ``sorted`` is how it is now."""

    name: str
    title: str
    number: bool
    masked: bool
    sort: str | None
    sorted: str


@dataclass(frozen=True, slots=True)
class Choice:
    """A column to show or leave out."""

    name: str
    title: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Cell:
    """One value; ``masked`` where the reader sees its ends only."""

    text: str
    number: bool
    masked: bool
    title: str


@dataclass(frozen=True, slots=True)
class RecordRow:
    """One record of a list."""

    id: int
    label: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Chip:
    """A condition in words, and the list without it."""

    words: str
    without: str


@dataclass(frozen=True, slots=True)
class SavedView:
    """A saved list as a link; ``own`` ones can be forgotten."""

    id: int
    name: str
    link: str
    own: bool
    shared: bool
    owner: str
    current: bool


@dataclass(frozen=True, slots=True)
class ListView:
    """A page of a register's list. ``query`` is its address's part behind the question mark, ``hidden`` what of it no
    control of the page holds."""

    register: str
    title: str
    columns: tuple[Column, ...]
    choices: tuple[Choice, ...]
    rows: tuple[RecordRow, ...]
    chips: tuple[Chip, ...]
    saved: tuple[SavedView, ...]
    query: str
    hidden: tuple[tuple[str, str], ...]
    first: int
    following: str | None
    beginning: str | None
    narrowed: bool

    @property
    def last(self) -> int:
        """The number of the last row shown."""
        return self.first + len(self.rows) - 1


@dataclass(frozen=True, slots=True)
class Facts:
    """What the rows name: areas by id, moments of change sets, and the names of area codes."""

    areas: Mapping[int, str]
    moments: Mapping[int, datetime]
    codes: Mapping[str, str]


def listed(
    declaration: Declaration, lists: Lists, asked: Asked, rows: Sequence[Mapping[str, Any]], facts: Facts, sight: Sight,
    *, sortable: Collection[str], saved: Sequence[SavedList], actor: str, token: str | None,
) -> ListView:  # fmt: skip
    """A page of records with the columns that were asked for."""
    path = f"/staff/registers/{declaration.register}"
    following = f"{path}?{asked.query(after=token, row=str(asked.row + PAGE))}" if token else None
    query = asked.query()
    columns = tuple(_column(name, declaration, asked, sortable, path, sight) for name in asked.columns)
    return ListView(
        register=declaration.register, title=sight.say(declaration.title),
        columns=columns,
        choices=tuple(_choices(declaration, asked, sight)),
        rows=tuple(_row(row, declaration, lists, columns, facts, sight) for row in rows),
        chips=tuple(_chips(declaration, lists, asked, path, facts.codes, sight)),
        saved=tuple(_saved(each, path, query, actor) for each in saved), query=query,
        hidden=tuple((name, word) for name, word in asked.words().items() if name in ("sort", "area", PICKED, ONLY)),
        first=asked.row, following=following, beginning=_with(path, query) if asked.after else None,
        narrowed=bool(asked.q or asked.filters or asked.area),
    )  # fmt: skip


def title_of(name: str, declaration: Declaration, sight: Sight) -> str:
    """The heading of a column."""
    if name == AREA:
        return sight.gettext("Area")
    return sight.gettext("Updated") if name == UPDATED else sight.say(declaration.fields[name].title)


def _column(
    name: str, declaration: Declaration, asked: Asked, sortable: Collection[str], path: str, sight: Sight
) -> Column:
    field, order = declaration.fields.get(name), asked.order
    current = name == (order.field or declaration.label)
    down = current and not order.down
    word = f"{'-' if down else ''}{'' if name == declaration.label else name}"
    sort = _with(path, asked.query(sort=word or None)) if name in sortable else None
    now = ("descending" if order.down else "ascending") if current else "none"
    number = name == UPDATED or (field is not None and field.type in NUMBERS)
    return Column(name, title_of(name, declaration, sight), number, field is not None and hidden(field), sort, now)


def _choices(declaration: Declaration, asked: Asked, sight: Sight) -> list[Choice]:
    names = columns_of(declaration)
    return [Choice(name, title_of(name, declaration, sight), name in asked.columns) for name in names]


def _row(
    row: Mapping[str, Any],
    declaration: Declaration,
    lists: Lists,
    columns: Sequence[Column],
    facts: Facts,
    sight: Sight,
) -> RecordRow:
    label = shown(row[declaration.label], declaration.fields[declaration.label], lists, sight)
    return RecordRow(
        row["id"], label,
        tuple(
            Cell(_said(column.name, row, declaration, lists, facts, sight), column.number, column.masked, column.title)
            for column in columns
        ),
    )  # fmt: skip


def _said(name: str, row: Mapping[str, Any], declaration: Declaration, lists: Lists, facts: Facts, sight: Sight) -> str:
    if name == AREA:
        return facts.areas.get(row["area"], "")
    if name == UPDATED:
        moment = facts.moments.get(row["change_set"])
        return writing.day(moment.astimezone(writing.HOME).date(), sight.language) if moment else "–"
    field = declaration.fields[name]
    value = facts.codes.get(str(row[name]), row[name]) if field.type == "area" else row[name]
    return shown(value, field, lists, sight)


def _chips(
    declaration: Declaration, lists: Lists, asked: Asked, path: str, codes: Mapping[str, str], sight: Sight
) -> list[Chip]:
    made = []
    for name, condition in asked.filters.items():
        without = {f"{name}{end}".replace(".", "__"): None for end in ("", ".from", ".to", ".has")}
        link = _with(path, asked.query(**without))
        if name == PICKED and isinstance(condition, Among):
            many = len(condition.values)
            made.append(Chip(sight.ngettext("%(num)s picked record", "%(num)s picked records", many), link))
        elif isinstance(condition, Clause):
            made.append(Chip(quality.label(declaration, condition.word, sight), link))
        elif name in declaration.fields:
            field = declaration.fields[name]
            made.append(Chip(f"{sight.say(field.title)}: {said(condition, field, lists, sight, codes)}", link))
    return made


def said(condition: Condition, field: Field, lists: Lists, sight: Sight, codes: Mapping[str, str] | None = None) -> str:
    """A condition in words."""
    if isinstance(condition, Words):
        return f"“{condition.text}”"
    if isinstance(condition, Clause):
        return condition.word
    if isinstance(condition, Span):
        low, high = (None if each is None else shown(each, field, lists, sight) for each in
                     (condition.low, condition.high))  # fmt: skip
        if low is None or high is None:
            return sight.gettext("from %(low)s", low=low) if low else sight.gettext("up to %(high)s", high=high)
        return f"{low} – {high}"
    values = [shown((codes or {}).get(str(value), value), field, lists, sight) for value in condition.values]
    return ", ".join([*values, *([sight.gettext("not given")] if condition.blank else [])])


def _saved(each: SavedList, path: str, query: str, actor: str) -> SavedView:
    own = each.owner == actor
    return SavedView(
        each.id, each.name, _with(path, each.query), own, each.shared, each.owner, each.query == query and bool(query)
    )


def _with(path: str, query: str) -> str:
    return f"{path}?{query}" if query else path
