"""Proposals in words: the queue, the difference that somebody decides, and what became of each row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from tinhso.access.scope import Scope
from tinhso.registers.approving import Weighed, Weighing
from tinhso.registers.declaration import KEY_SEPARATOR, Declaration, Field
from tinhso.registers.masking import Mask, sensitive
from tinhso.registers.proposals import Line, Proposal
from tinhso.web.kit import writing
from tinhso.web.kit.sight import Sight
from tinhso.web.staff.views.values import Lists, hidden, shown

MOST = 100
"""Rows that one page shows and decides."""
OPS = {"new": "new", "changed": "new", "gone": "off", "same": "none", "barred": "risk"}
STATES = {"waiting": "new", "approved": "ok", "returned": "off", "withdrawn": "none", "erased": "none"}


@dataclass(frozen=True, slots=True)
class Told:
    """What rows are put into words with: declaration, lists, names of areas by code, whoever looks."""

    declaration: Declaration
    lists: Lists
    named: Mapping[str, str]
    scope: Scope
    sight: Sight


@dataclass(frozen=True, slots=True)
class QueueLine:
    """A proposal in a list."""

    id: int
    title: str
    file: str
    sender: str
    at: datetime
    waiting: int
    shape: str
    said: str


@dataclass(frozen=True, slots=True)
class QueueView:
    """The queue: what waits for the visitor, what the visitor sent, what the visitor decided."""

    open: tuple[QueueLine, ...]
    own: tuple[QueueLine, ...]
    decided: tuple[QueueLine, ...]


@dataclass(frozen=True, slots=True)
class RowView:
    """A row to decide: what it would do now, field by field; a new one tells all its ``fields``. ``unit`` names the
    commune or district it belongs to."""

    id: int
    row: int | None
    key: str
    label: str
    unit: str
    op: str
    shape: str
    said: str
    moved: bool
    differences: tuple[tuple[str, str, str], ...]
    fields: tuple[tuple[str, str], ...]

    @property
    def barred(self) -> bool:
        return self.op == "barred"


@dataclass(frozen=True, slots=True)
class DoneView:
    """A row as it was decided."""

    row: int | None
    key: str
    shape: str
    said: str
    remark: str | None
    actor: str | None
    at: datetime | None
    change_set: int | None


@dataclass(frozen=True, slots=True)
class ApprovalView:
    """The whole page of one proposal."""

    id: int
    register: str
    title: str
    finding: str
    file: str
    batch: int | None
    sender: str
    at: datetime
    reason: str | None
    own: bool
    waiting: int
    counts: tuple[tuple[str, str, int], ...]
    rows: tuple[RowView, ...]
    barred: bool
    more: int
    done: tuple[DoneView, ...]
    more_done: int
    mark: str


def queue(found: Sequence[Proposal], known: Mapping[str, Declaration], sight: Sight) -> QueueView:
    """The queue's values."""
    lines = [(each, _line(each, known, sight)) for each in found]
    return QueueView(
        tuple(line for each, line in reversed(lines) if not each.own and each.waiting),
        tuple(line for each, line in lines if each.own)[:30],
        tuple(line for each, line in lines if not each.own and not each.waiting)[:30],
    )


def _line(each: Proposal, known: Mapping[str, Declaration], sight: Sight) -> QueueLine:
    title = sight.say(known[each.register].title) if each.register in known else each.register
    shape, said = standing(each, sight)
    return QueueLine(each.id, title, _file(each, sight), each.sender, each.at, each.waiting, shape, said)


def standing(each: Proposal, sight: Sight) -> tuple[str, str]:
    """How a proposal stands: shape and words."""
    said = writing.number(each.waiting or each.returned or each.approved, sight.language)
    if each.waiting:
        return "new", sight.ngettext("%(n)s row waits", "%(n)s rows wait", each.waiting, n=said)
    if each.returned:
        return "off", sight.ngettext("%(n)s row came back", "%(n)s rows came back", each.returned, n=said)
    if each.approved:
        return "ok", sight.ngettext("%(n)s row approved", "%(n)s rows approved", each.approved, n=said)
    return "none", sight.gettext("taken back")


def opened(found: Proposal, lines: Sequence[Line], weighed: Weighing | None, told: Told) -> ApprovalView:
    """One proposal's values; ``weighed`` for who may decide it."""
    sight = told.sight
    every = weighed.rows if weighed else ()
    done = [each for each in lines if weighed is None or each.state != "waiting"]
    done.sort(key=lambda each: list(STATES).index(each.state) if each.state != "returned" else -1)
    counts = ((STATES[state], words(state, sight), sum(each.state == state for each in lines)) for state in STATES)
    return ApprovalView(
        found.id, found.register, sight.say(told.declaration.title), _finding(found, sight), _file(found, sight),
        found.batch, found.sender, found.at, found.reason, found.own, found.waiting,
        tuple(each for each in counts if each[2]),
        tuple(_row(each, told, typed=found.way == "form") for each in every[:MOST]),
        any(each.op == "barred" for each in every), max(0, len(every) - MOST),
        tuple(_done(each, told) for each in done[:MOST]), max(0, len(done) - MOST), weighed.mark if weighed else "",
    )  # fmt: skip


def words(state: str, sight: Sight) -> str:
    """What became of a row."""
    return {
        "waiting": sight.gettext("waits for approval"), "approved": sight.gettext("approved"),
        "returned": sight.gettext("came back"), "withdrawn": sight.gettext("taken back"),
        "erased": sight.gettext("erased"),
    }[state]  # fmt: skip


def area_codes(lines: Sequence[Line], weighed: Weighing | None, declaration: Declaration) -> list[str]:
    """The codes of the areas that rows name, and the records that they would change."""
    names = [name for name, field in declaration.fields.items() if field.type == "area"]
    told = [each.content for each in lines] + [each.before for each in (weighed.rows if weighed else ())]
    return sorted({str(each[name]) for each in told for name in names if each.get(name)})


def _finding(found: Proposal, sight: Sight) -> str:
    if found.waiting and not found.own:
        return sight.ngettext(
            "%(n)s row waits for your approval", "%(n)s rows wait for your approval", found.waiting,
            n=writing.number(found.waiting, sight.language),
        )  # fmt: skip
    _, said = standing(found, sight)
    return said[:1].upper() + said[1:]


def _file(each: Proposal, sight: Sight) -> str:
    if each.way == "form":
        return sight.gettext("typed in")
    return " / ".join((each.file_name or "–", *each.sheets[:3])) if each.sheets else each.file_name or "–"


def _row(each: Weighed, told: Told, *, typed: bool) -> RowView:
    sight, line = told.sight, each.line
    said = {
        "new": sight.gettext("new"), "changed": sight.gettext("changed"), "gone": sight.gettext("leaves"),
        "same": sight.gettext("recorded already"), "barred": sight.gettext("not yours to approve"),
    }[each.op]  # fmt: skip
    differences = tuple(
        (sight.say(told.declaration.fields[name].title), _value(each.before.get(name), name, told),
         _value(each.after.get(name), name, told)) for name in each.turned
    )  # fmt: skip
    source = each.before if each.op == "gone" else each.after
    fields = tuple(_fields(source, told)) if each.op in ("new", "gone", "barred") else ()
    named = told.declaration.label
    label = "" if named in told.declaration.primary_key else _value((source or each.after).get(named), named, told)
    return RowView(
        line.id, None if typed else line.row, _key(line, told), label, _unit(source or each.after, told), each.op,
        OPS[each.op], said, each.moved, differences, fields,
    )  # fmt: skip


def _unit(values: Mapping[str, Any], told: Told) -> str:
    """The commune of a row, else its district."""
    rule = told.declaration.area
    codes = (str(values.get(name) or "") for name in (rule.commune, rule.district) if name is not None)
    return next((told.named.get(code, code) for code in codes if code), "")


def _fields(values: Mapping[str, Any], told: Told) -> Iterator[tuple[str, str]]:
    for name, field in told.declaration.fields.items():
        if values.get(name) not in (None, ""):
            yield told.sight.say(field.title), _value(values[name], name, told)


def _done(line: Line, told: Told) -> DoneView:
    return DoneView(
        line.row, _key(line, told), STATES[line.state], words(line.state, told.sight), line.remark, line.actor, line.at,
        line.change_set,
    )  # fmt: skip


def _value(value: Any, name: str, told: Told) -> str:
    field = told.declaration.fields[name]
    if hidden(field) and value:
        return writing.masked(str(value))
    if field.type == "area":
        return told.named.get(str(value), str(value or "–"))
    return shown(_typed(value, field), field, told.lists, told.sight)


def _typed(value: Any, field: Field) -> Any:
    """A text as it was put aside, as its type; a masked one stays as it is."""
    if not isinstance(value, str):
        return value
    if field.type == "boolean" and value in ("true", "false"):
        return value == "true"
    try:
        if field.type in ("money", "number"):
            return Decimal(value)
        return date.fromisoformat(value) if field.type == "date" else value
    except (ValueError, ArithmeticError):
        return value


def _key(line: Line, told: Told) -> str:
    """A row's key, what identifies a person masked as everywhere on these pages."""
    declaration = told.declaration
    mask, delicate = Mask(declaration, told.scope), set(sensitive(declaration))
    parts = zip(declaration.primary_key, mask.key(line.key, line.place).split(KEY_SEPARATOR), strict=False)
    return " · ".join(
        writing.masked(part) if hidden(declaration.fields[name]) and name in delicate and "•" not in part
        else told.named.get(part, part) if declaration.fields[name].type == "area" else part
        for name, part in parts
    )  # fmt: skip
