"""A checked file as its sender sees it: three counts, repairs to accept, problems by kind, what would change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from tinhso.foundation.problems import Problem
from tinhso.intake.batches import Difference, Review
from tinhso.intake.checking import Mended, Repair
from tinhso.intake.marking import can_mark, made_anew
from tinhso.intake.shown import mark as shown_mark
from tinhso.registers.declaration import KEY_SEPARATOR, Declaration, Field
from tinhso.registers.proposals import Line, Proposal
from tinhso.web.kit import writing
from tinhso.web.kit.sight import Sight
from tinhso.web.staff.views import columns
from tinhso.web.staff.views.columns import ColumnsView
from tinhso.web.staff.views.intake import SHAPES, state
from tinhso.web.staff.views.values import Lists, hidden, shown

EXAMPLES, CHANGES, SHEETS = 3, 12, 8
RETURNED = 200
WIDTH = 1000
SHAPE = {"error": "off", "warning": "risk"}


@dataclass(frozen=True, slots=True)
class RepairLine:
    """A group of values that can be mended alike; ``code`` without its room."""

    code: str
    title: str
    field: str
    examples: str
    count: int
    accepted: bool
    lines: tuple[tuple[str, str, str | None], ...] = ()
    """Where, as written, and as mended (None where that cannot be told beforehand)."""

    @property
    def more(self) -> int:
        """How many rows are not listed."""
        return self.count - len(self.lines)


@dataclass(frozen=True, slots=True)
class ProblemLine:
    """Where, what and what to do; the first of its group carries the group's count."""

    cell: str
    said: str
    code: str


@dataclass(frozen=True, slots=True)
class ProblemGroup:
    """Problems of one kind: how many there are, and the first of them."""

    code: str
    count: int
    shape: str
    lines: tuple[ProblemLine, ...]
    more: int


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """A row that would be new or change: the field, before and after."""

    op: str
    row: int
    key: str
    field: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Counts:
    """Rows of the file: right as they are, mended, kept back; and what committing would do.

    ``mendable`` of those kept back need only the sender's word for a repair, the ``other`` ones a look at the row.
    """

    rows: int
    good: int
    mended: int
    kept_back: int
    mendable: int
    other: int
    new: int
    changed: int
    same: int
    absent: int
    going: int
    waiting: int
    """Rows that wait for the department."""

    @property
    def ready(self) -> int:
        """Rows with which something happens when the sender says so: taken in, or put before the department."""
        return self.good + self.waiting


@dataclass(frozen=True, slots=True)
class ReviewView:
    """The whole page."""

    id: int
    register: str
    register_title: str
    file: str
    sender: str
    sheets: str
    matched: str
    at: datetime
    state: str
    state_said: str
    shape: str
    open: bool
    readable: bool
    finding: str
    counts: Counts
    bars: tuple[tuple[str, float, float], ...]
    repairs: tuple[RepairLine, ...]
    problems: tuple[ProblemGroup, ...]
    changes: tuple[ChangeLine, ...]
    change_set: int | None
    columns: ColumnsView
    may_commit: bool
    may_commit_good: bool
    sends: bool
    """Whether deciding sends it to somebody who may approve, instead of recording it."""
    may_mark: bool
    """Whether the sender's own workbook can be had with its wrong cells marked."""
    made_anew: bool
    """Whether that is an .xlsx where the sender's was an .xls or .csv."""
    shown: str
    """What committing would change, marked: a decision names it, so that nothing unseen is committed."""
    proposal: Proposal | None
    returned: tuple[Line, ...]
    """Rows that came back, each with a remark."""


def view(
    found: Review, declaration: Declaration, lists: Lists, sight: Sight, *, proposal: Proposal | None = None,
    lines: Sequence[Line] = (), units: Mapping[str, str] | None = None,
) -> ReviewView:  # fmt: skip
    """Lay a review out for its sender; ``proposal`` and its ``lines`` where it was put before somebody else. ``units``
    are names of areas by code."""
    batch, examined = found.batch, found.examined
    counts, checked = _counts(found), examined.checked
    is_open = batch.state in ("received", "checked")
    may_mark = is_open and can_mark(examined)
    return ReviewView(
        id=batch.id, register=batch.register, register_title=sight.say(declaration.title), file=batch.file_name,
        sender=batch.sender, sheets=_sheets(examined.sheets),
        matched=f"{len(examined.matched)}/{len(declaration.fields)}", at=batch.received_at, state=batch.state,
        state_said=state(batch.state, sight), shape=SHAPES[batch.state], open=is_open, readable=_readable(found),
        finding=_sent(proposal, sight) if proposal else _finding(found, counts, sight), counts=counts,
        bars=_bars(counts),
        repairs=tuple(
            _repair(each, declaration, lists, sight, units or {}) for each in (checked.repairs if checked else ())
        ),
        problems=tuple(_groups(examined.problems, examined.counts, sight)),
        changes=tuple(line for each in found.examples for line in _changes(each, declaration, lists, sight))[:CHANGES],
        change_set=batch.change_set, columns=columns.view(found, declaration, sight),
        may_commit=is_open and examined.whole and counts.ready > 0,
        may_commit_good=is_open and not examined.whole and counts.ready > 0,
        sends=not found.direct, may_mark=may_mark, made_anew=may_mark and made_anew(examined),
        shown=shown_mark(examined, only_good=not examined.whole) if is_open else "",
        proposal=proposal, returned=tuple(each for each in lines if each.state == "returned")[:RETURNED],
    )  # fmt: skip


def _sheets(names: Sequence[str]) -> str:
    """The sheets of a file in one line, of many only the first."""
    more = f" … +{len(names) - SHEETS}" if len(names) > SHEETS else ""
    return (", ".join(names[:SHEETS]) or "–") + more


def _readable(found: Review) -> bool:
    """Whether rows were found in the file, so that the page speaks of rows."""
    return found.examined.checked is not None and (found.examined.rows > 0 or not found.examined.problems)


def _counts(found: Review) -> Counts:
    checked, change_set = found.examined.checked, found.examined.change_set
    waiting = change_set.held.height if change_set else 0
    good = checked.frame.height - waiting if checked else 0
    repairs, kept_back = (checked.repairs, checked.refused) if checked else ((), 0)
    mendable = checked.mendable if checked else 0
    return Counts(
        rows=found.examined.rows, good=good, waiting=waiting,
        mended=min(good, sum(each.count for each in repairs if each.accepted)),
        kept_back=kept_back, mendable=mendable, other=kept_back - mendable,
        new=change_set.new if change_set else 0, changed=change_set.changed if change_set else 0,
        same=change_set.same if change_set else 0, absent=change_set.absent if change_set else 0,
        going=change_set.gone.height if change_set else 0,
    )  # fmt: skip


def _sent(proposal: Proposal, sight: Sight) -> str:
    """What became of rows that went to somebody else."""
    approved, returned = (writing.number(each, sight.language) for each in (proposal.approved, proposal.returned))
    if proposal.waiting:
        said = writing.number(proposal.waiting, sight.language)
        return sight.ngettext("%(n)s row waits for approval", "%(n)s rows wait for approval", proposal.waiting, n=said)
    if proposal.returned:
        return sight.gettext("%(approved)s rows approved, %(returned)s came back", approved=approved, returned=returned)
    if proposal.approved:
        return sight.ngettext("%(n)s row approved", "%(n)s rows approved", proposal.approved, n=approved)
    return sight.gettext("Taken back: nothing of it was written")


def _finding(found: Review, counts: Counts, sight: Sight) -> str:
    def said(count: int) -> str:
        return writing.number(count, sight.language)

    if found.batch.state == "committed":
        return sight.gettext("Recorded: %(rows)s rows of this file stand in the register", rows=said(counts.good))
    if not _readable(found):
        return _unread(found, sight)
    if not (counts.kept_back or counts.new or counts.changed or counts.going or counts.waiting):
        return sight.gettext("%(rows)s rows, all known already: nothing would change", rows=said(counts.rows))
    if not counts.kept_back and counts.waiting:
        return sight.gettext(
            "%(rows)s rows: %(good)s can be taken in, %(waiting)s wait for the department", rows=said(counts.rows),
            good=said(counts.good), waiting=said(counts.waiting),
        )  # fmt: skip
    if not counts.kept_back:
        return sight.gettext("All %(rows)s rows can be taken in", rows=said(counts.rows))
    facts = {"rows": said(counts.rows), "good": said(counts.good), "other": said(counts.other)}
    if not counts.mendable:
        return sight.gettext("%(rows)s rows: %(good)s can be taken in, %(other)s need their sender", **facts)
    facts["mendable"] = said(counts.mendable)
    if not counts.other:
        return sight.gettext("%(rows)s rows: %(good)s can be taken in, %(mendable)s can be mended", **facts)
    return sight.gettext(
        "%(rows)s rows: %(good)s can be taken in, %(mendable)s can be mended, %(other)s need their sender", **facts
    )


def _unread(found: Review, sight: Sight) -> str:
    """A file whose columns were found needs its sender's help; any other could not be read."""
    codes = {"intake.missing_column", "intake.unknown_column", "intake.heading_twice"}
    open_ones = [each for each in found.examined.problems if each.code in codes]
    if not open_ones or len(open_ones) < sum(each.severity == "error" for each in found.examined.problems):
        return sight.gettext("This file could not be read")
    return sight.ngettext("One column is not matched yet", "%(num)s columns are not matched yet", len(open_ones))


def _bars(counts: Counts) -> tuple[tuple[str, float, float], ...]:
    """The parts of the bar: kind, start and width (of 1000)."""
    total = max(1, counts.ready + counts.kept_back)
    parts = (
        ("ok", counts.good - counts.mended), ("repair", counts.mended + counts.mendable + counts.waiting),
        ("off", counts.other),
    )  # fmt: skip
    made, start = [], 0.0
    for kind, count in parts:
        if count:
            width = max(4.0, WIDTH * count / total)
            made.append((kind, round(start, 1), round(width, 1)))
            start += width + 2
    return tuple(made)


def _repair(
    repair: Repair, declaration: Declaration, lists: Lists, sight: Sight, units: Mapping[str, str]
) -> RepairLine:  # fmt: skip
    code = repair.code.removeprefix("intake.")
    titles = {
        "lost_zero": sight.gettext("Leading zero lost"), "old_number": sight.gettext("Old telephone number"),
        "area_spelling": sight.gettext("Area spelt another way"), "legacy_font": sight.gettext("Typed in an old font"),
        "date_style": sight.gettext("Day written another way"), "date_serial": sight.gettext("Day written as a number"),
    }  # fmt: skip
    field = declaration.fields[repair.field]
    examples = (writing.masked(each) if hidden(field) else each for each in repair.examples)
    return RepairLine(
        code, titles.get(code, code), sight.say(field.title), ", ".join(examples), repair.count, repair.accepted,
        tuple(_mended(each, field, lists, sight, units) for each in repair.lines),
    )  # fmt: skip


def _mended(
    each: Mended, field: Field, lists: Lists, sight: Sight, units: Mapping[str, str]
) -> tuple[str, str, str | None]:  # fmt: skip
    """A value before and after; of what identifies a person only the ends."""
    before, after = each.before or "", None if each.after is None else shown(each.after, field, lists, sight)
    if field.type == "area":
        after = units.get(each.after, after)
    if hidden(field):
        before, after = writing.masked(before), after and writing.masked(after)
    return each.cell or str(each.row), before, after


def _groups(problems: Sequence[Problem], counts: Mapping[str, int], sight: Sight) -> list[ProblemGroup]:
    """Problems by code, errors before the rest, the most frequent first; repairs stand in a list of their own."""
    by_code: dict[str, list[Problem]] = {}
    for problem in problems:
        if problem.severity in SHAPE:
            by_code.setdefault(problem.code, []).append(problem)
    made = []
    for code, each in by_code.items():
        count = max(counts.get(code, 0), len(each))
        lines = tuple(_problem(one, sight) for one in each[:EXAMPLES])
        group = ProblemGroup(code, count, SHAPE[each[0].severity], lines, count - len(lines))
        made.append((list(SHAPE).index(each[0].severity), group))
    return [group for _, group in sorted(made, key=lambda pair: (pair[0], -pair[1].count))]


def _problem(problem: Problem, sight: Sight) -> ProblemLine:
    said = problem.vi if sight.language == "vi" else problem.en
    where = problem.cell or (str(problem.row) if problem.row else "–")
    lead = f"Ô {where}: " if sight.language == "vi" else f"Cell {where}: "
    rest = said.removeprefix(lead)
    return ProblemLine(where, rest[:1].upper() + rest[1:], problem.code)


def _changes(each: Difference, declaration: Declaration, lists: Lists, sight: Sight) -> list[ChangeLine]:
    key = _key(each.key, declaration)
    if each.op == "new":
        return [ChangeLine("new", each.row, key, "", None, None)]
    fields = declaration.fields
    return [
        ChangeLine(
            "changed", each.row, key, sight.say(fields[name].title), shown(before, fields[name], lists, sight),
            shown(after, fields[name], lists, sight),
        )
        for name, before, after in each.fields
    ]  # fmt: skip


def _key(key: str, declaration: Declaration) -> str:
    parts = zip(declaration.primary_key, key.split(KEY_SEPARATOR), strict=False)
    return " · ".join(writing.masked(part) if hidden(declaration.fields[name]) else part for name, part in parts)
