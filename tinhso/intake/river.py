"""The river: a file becomes a batch, is read, matched, checked, compared and, when its sender says so, committed.

A batch is the stored file and the sender's choices. Its checked rows are made anew whenever they are looked at
and once more at the commit, so nothing stale is ever written and nothing is stored twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import msgspec

from tinhso.access.scope import Scope
from tinhso.foundation import clock
from tinhso.foundation.database import Connection
from tinhso.foundation.files import Stored
from tinhso.foundation.problems import Problem, Refused
from tinhso.intake import checking, matching, reading
from tinhso.intake.desk import Desk
from tinhso.registers import changes
from tinhso.registers.changes import ChangeSet, Commit, Source


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
    remembered: frozenset[str] = frozenset()
    """Headings whose field was known from this sender's earlier files."""

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
        return good and self.change_set is not None and not self.change_set.refused


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a file."""

    examined: Examined
    commit: Commit | None

    def as_json(self) -> dict[str, Any]:
        """The shape promised by ``tinhso intake --json``."""
        change_set, commit = self.examined.change_set, self.commit
        return {
            "register": self.examined.register,
            "file": self.examined.name,
            "rows": self.examined.rows,
            "new": commit.new if commit else change_set.new if change_set else 0,
            "changed": commit.changed if commit else change_set.changed if change_set else 0,
            "same": change_set.same if change_set else 0,
            "gone": commit.gone if commit and commit.gone else change_set.absent if change_set else 0,
            "committed": commit is not None,
            "change_set": commit.id if commit else None,
            "problems": [problem.as_json() for problem in self.examined.problems],
        }


def take_in(
    desk: Desk, path: Path, name: str, register: str, *, scope: Scope, sender: str, choices: Choices | None = None,
    dry_run: bool = False,
) -> Taken:  # fmt: skip
    """Take one file in: examine it and, unless told otherwise or refused by a rule, commit it."""
    examined = examine(
        desk, desk.files.put(path), name, register, scope=scope, sender=sender, choices=choices or Choices()
    )
    return finish(desk, examined, scope=scope, sender=sender, choices=choices or Choices(), dry_run=dry_run)


def take_in_many(
    desk: Desk, files: Iterable[tuple[Path, str]], *, scope: Scope, sender: str, choices: Choices | None = None
) -> Iterator[Taken]:
    """Take many files in, each its own commit, the next being read while one is being committed."""
    chosen = choices or Choices()

    def look(item: tuple[Path, str]) -> Examined:
        path, register = item
        return read(desk, desk.files.put(path), path.name, register, scope=scope, sender=sender, choices=chosen)

    with ThreadPoolExecutor(1, thread_name_prefix="reading") as reader:
        waiting = None
        for item in files:
            following = reader.submit(look, item)
            if waiting is not None:
                yield _settled(desk, waiting.result(), scope, sender, chosen)
            waiting = following
        if waiting is not None:
            yield _settled(desk, waiting.result(), scope, sender, chosen)


def _settled(desk: Desk, examined: Examined, scope: Scope, sender: str, choices: Choices) -> Taken:
    compared = compare(desk, examined, scope=scope, choices=choices)
    return finish(desk, compared, scope=scope, sender=sender, choices=choices)


def examine(
    desk: Desk, stored: Stored, name: str, register: str, *, scope: Scope, sender: str, choices: Choices
) -> Examined:  # fmt: skip
    """Read, match, check and compare a stored file; nothing is written."""
    return compare(
        desk,
        read(desk, stored, name, register, scope=scope, sender=sender, choices=choices),
        scope=scope,
        choices=choices,
    )


def read(
    desk: Desk, stored: Stored, name: str, register: str, *, scope: Scope, sender: str, choices: Choices
) -> Examined:  # fmt: skip
    """Read, match and check a stored file, without a look at the register."""
    declaration = desk.declaration(register)
    seen = Examined(register, stored, name, None, None, (), {}, 0, (), {})
    try:
        workbook = reading.read(stored.path, name)
    except Refused as refusal:
        return replace(seen, problems=refusal.problems, counts=_counted(refusal.problems))
    with desk.db.app(scope.settings()) as conn:
        memory = _memory(conn, sender, register)
    pairs, faults = matching.match_workbook(workbook, declaration, memory, choices.columns, desk.declarations)
    columns = [found for _, found in pairs] or matching.fitting(workbook, declaration, memory, choices.columns)
    seen = replace(
        seen, sheets=tuple(sheet.name for sheet in workbook.sheets), remembered=frozenset(memory),
        matched={heading: field for each in columns for field, heading in each.headings.items()},
        unknown=tuple(dict.fromkeys(heading for each in columns for heading in each.unknown)),
    )  # fmt: skip
    if faults or not workbook.sheets:
        found = (*workbook.problems, *faults)
        return replace(seen, problems=found, counts=_counted(found), unread=_errors(found))
    checked = checking.check(
        pairs, declaration, desk.lists, desk.places, scope=scope, today=clock.today(),
        accept=frozenset(choices.accept), decline=frozenset(choices.decline),
    )  # fmt: skip
    checked = replace(checked, frame=changes.made_ready(declaration, checked.frame))
    return replace(
        seen, checked=checked, problems=(*workbook.problems, *checked.problems),
        counts={**_counted(workbook.problems), **checked.counts},
        rows=checked.rows, unread=_errors(workbook.problems),
    )  # fmt: skip


def compare(desk: Desk, examined: Examined, *, scope: Scope, choices: Choices) -> Examined:
    """Add the difference against what the register knows."""
    if examined.checked is None:
        return examined
    with desk.db.app(scope.settings()) as conn:
        declaration = desk.declaration(examined.register)
        change_set = changes.difference(conn, declaration, examined.checked.frame, scope=scope, gone=choices.gone)
    return replace(examined, change_set=change_set, problems=(*examined.problems, *change_set.refused))


def finish(
    desk: Desk, examined: Examined, *, scope: Scope, sender: str, choices: Choices, dry_run: bool = False,
    beside: Callable[[Connection, Commit], None] | None = None,
) -> Taken:  # fmt: skip
    """Commit an examined file if its sender's choices allow it.

    ``beside`` writes what has to be true together with the commit; where it refuses, nothing is written.
    """
    change_set = examined.change_set
    allowed = examined.partly if choices.only_good else examined.whole
    if dry_run or change_set is None or not allowed:
        return Taken(examined, None)
    source = Source("file", examined.name, examined.stored.sha256, examined.sheets)
    changes.demand(scope, "approve")
    with desk.db.app(scope.settings()) as conn:
        commit = changes.write(conn, change_set, source=source)
        _remember(conn, sender, examined)
        if beside is not None:
            beside(conn, commit)
    return Taken(examined, commit)


def _errors(problems: Iterable[Problem]) -> int:
    return sum(problem.severity == "error" for problem in problems)


def _counted(problems: Iterable[Problem]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for problem in problems:
        counts[problem.code] = counts.get(problem.code, 0) + 1
    return counts


def _memory(conn: Connection, sender: str, register: str) -> dict[str, str]:
    query = "select heading, field from intake.heading where sender = %s and register = %s"
    return dict(conn.execute(query, (sender, register)).fetchall())


def _remember(conn: Connection, sender: str, examined: Examined) -> None:
    """Keep how this sender's headings were matched, for the next file."""
    known = _memory(conn, sender, examined.register)
    for heading, field in examined.matched.items():
        if known.get(heading) != field:
            conn.execute(
                "insert into intake.heading (sender, register, heading, field) values (%s, %s, %s, %s)"
                " on conflict (sender, register, heading) do update set field = excluded.field",
                (sender, examined.register, heading, field),
            )
