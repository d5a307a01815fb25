"""Looking at a file: it is read, matched and checked, with nothing but what the desk knows; no database is needed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal, Protocol

import msgspec

from tinhso.access.scope import Scope
from tinhso.areas.places import PlaceIndex
from tinhso.foundation.files import Stored
from tinhso.foundation.problems import Problem, Refused
from tinhso.intake import checking, matching, reading
from tinhso.intake.template import returned
from tinhso.intake.template.returned import Recall
from tinhso.registers import changes
from tinhso.registers.changes import ChangeSet
from tinhso.registers.declaration import CodeList, Declaration


class Choices(msgspec.Struct, frozen=True):
    """What the sender chose about a batch."""

    columns: dict[str, str] = {}
    """Headings matched by hand: heading -> field."""
    accept: tuple[str, ...] = ()
    """Codes of repairs accepted beyond the sure ones."""
    decline: tuple[str, ...] = ()
    """Codes of sure repairs that the sender does not want."""
    only_good: bool = False
    """Commit the good rows and leave the others; else one error refuses the whole file."""
    gone: Literal["keep", "remove"] = "keep"


@dataclass(frozen=True, slots=True)
class Examined:
    """A file looked at: what it holds, what is wrong with it, what committing it would change."""

    register: str
    stored: Stored
    name: str
    checked: checking.Checked | None
    change_set: ChangeSet | None
    problems: tuple[Problem, ...]
    counts: Mapping[str, int]
    rows: int
    sheets: tuple[str, ...]
    matched: Mapping[str, str]
    unread: int = 0
    """Errors of the file itself: rows or sheets that could not be read, which no row of its own can name."""
    unknown: tuple[str, ...] = ()
    """Headings that are no field's; the sender may match them by hand."""
    remembered: Mapping[str, str] = field(default_factory=dict)
    """Fields by heading as they were known from this sender's earlier files."""

    @property
    def errors(self) -> int:
        """How many problems forbid the rows they stand in."""
        return self.unread + (self.checked.refused if self.checked is not None else 0)

    @property
    def whole(self) -> bool:
        """Whether every row may be committed."""
        return self.partly and not self.errors

    @property
    def partly(self) -> bool:
        """Whether at least one row may be committed; a file without rows has nothing to say."""
        good = self.checked is not None and self.checked.frame.height > 0
        return good and self.change_set is not None


class Knowing(Protocol):
    """What a look needs to know; a desk knows it."""

    @property
    def declarations(self) -> Mapping[str, Declaration]: ...

    @property
    def lists(self) -> Mapping[str, CodeList]: ...

    @property
    def places(self) -> PlaceIndex: ...


def look(
    knowing: Knowing, stored: Stored, name: str, register: str, memory: Mapping[str, str], *, scope: Scope,
    choices: Choices, today: date, recall: Recall | None = None,
) -> Examined:  # fmt: skip
    """Read, match and check a stored file; ``memory`` is how this sender's headings were matched before.

    ``recall`` tells what the register holds, for cells of a template that keep what their sender may not see.
    """
    declaration = knowing.declarations[register]
    seen = Examined(register, stored, name, None, None, (), {}, 0, (), {})
    try:
        workbook = reading.read(stored.path, name)
    except Refused as refusal:
        return replace(seen, problems=refusal.problems, counts=_counted(refusal.problems))
    pairs, faults = matching.match_workbook(workbook, declaration, memory, choices.columns, knowing.declarations)
    columns = [found for _, found in pairs] or matching.fitting(workbook, declaration, memory, choices.columns)
    seen = replace(
        seen, sheets=tuple(sheet.name for sheet in workbook.sheets), remembered=memory,
        matched={heading: field for each in columns for field, heading in each.headings.items()},
        unknown=tuple(dict.fromkeys(heading for each in columns for heading in each.unknown)),
    )  # fmt: skip
    if faults or not workbook.sheets:
        found = (*workbook.problems, *faults)
        return replace(seen, problems=found, counts=_counted(found), unread=_errors(found))
    back = returned.prepared(pairs, declaration, recall)
    checked = checking.check(
        back.pairs, declaration, knowing.lists, knowing.places, scope=scope, today=today,
        accept=frozenset(choices.accept), decline=frozenset(choices.decline),
    )  # fmt: skip
    checked = replace(
        checked, frame=changes.made_ready(declaration, checked.frame), repairs=returned.unshown(back, checked.repairs)
    )
    found = (*workbook.problems, *back.problems)
    return replace(
        seen, checked=checked, problems=(*found, *returned.unsaid(back, checked.problems)),
        counts={**_counted(found), **checked.counts}, rows=checked.rows, unread=_errors(found),
    )  # fmt: skip


def _errors(problems: Iterable[Problem]) -> int:
    return sum(problem.severity == "error" for problem in problems)


def _counted(problems: Iterable[Problem]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for problem in problems:
        counts[problem.code] = counts.get(problem.code, 0) + 1
    return counts
