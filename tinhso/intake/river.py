"""The river: a file becomes a batch, is read, matched, checked, compared and, when its sender says so, committed.

A batch is the stored file and the sender's choices. Its checked rows are made anew whenever they are looked at
and once more at the commit, so nothing stale is ever written and nothing is stored twice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from tinhso.access.scope import Scope
from tinhso.foundation import clock
from tinhso.foundation.database import Connection
from tinhso.foundation.files import Stored
from tinhso.foundation.problems import Refused
from tinhso.intake import examining, remembering
from tinhso.intake.desk import Desk
from tinhso.intake.examining import Choices, Examined
from tinhso.intake.remembering import Memory
from tinhso.registers import changes, proposals, records, transfers
from tinhso.registers.changes import Commit, Source, Way

__all__ = ["Choices", "Examined", "Taken", "compare", "examine", "finish", "propose", "read", "take_in"]


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
    dry_run: bool = False, way: Way = "file",
) -> Taken:  # fmt: skip
    """Take one file in: examine it and, unless told otherwise or refused by a rule, commit it."""
    examined = examine(
        desk, desk.files.put(path), name, register, scope=scope, sender=sender, choices=choices or Choices()
    )
    return finish(desk, examined, scope=scope, sender=sender, choices=choices or Choices(), dry_run=dry_run, way=way)


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
    memory = Memory(desk, scope, sender).of(register)
    recall = partial(_recalled, desk, scope, register)
    return examining.look(
        desk, stored, name, register, memory, scope=scope, choices=choices, today=clock.today(), recall=recall
    )


def _recalled(
    desk: Desk, scope: Scope, register: str, keys: Sequence[str], fields: Sequence[str]
) -> Mapping[str, Mapping[str, str | None]]:
    """What the register holds where the sender may both read and propose."""
    with desk.db.app(scope.settings()) as conn:
        return records.recalled(conn, desk.declaration(register), keys, fields, scope=scope)


def compare(desk: Desk, examined: Examined, *, scope: Scope, choices: Choices) -> Examined:
    """Add the difference against what the register knows."""
    if examined.checked is None:
        return examined
    with desk.db.app(scope.settings()) as conn:
        declaration = desk.declaration(examined.register)
        change_set = changes.difference(conn, declaration, examined.checked.frame, scope=scope, gone=choices.gone)
    waiting = transfers.problems(change_set.held, examined.sheets)
    return replace(examined, change_set=change_set, problems=(*examined.problems, *waiting))


def allowed(examined: Examined, choices: Choices) -> bool:
    """Whether what is known of a file lets its sender have it committed."""
    return examined.partly if choices.only_good else examined.whole


def finish(
    desk: Desk, examined: Examined, *, scope: Scope, sender: str, choices: Choices, dry_run: bool = False,
    beside: Callable[[Connection, Commit], None] | None = None, way: Way = "file",
    sent: AbstractContextManager[Connection] | None = None,
) -> Taken:  # fmt: skip
    """Commit an examined file if its sender's choices allow it.

    ``beside`` writes what has to be true together with the commit; where it refuses, nothing is written. ``sent`` is
    the transaction in which the rows were sent already.
    """
    change_set = examined.change_set
    if dry_run or change_set is None or not allowed(examined, choices):
        return Taken(examined, None)
    source = Source(way, examined.name, examined.stored.sha256, examined.sheets)
    changes.demand(scope, "approve", examined.register)
    with sent or desk.db.app(scope.settings()) as conn:
        commit = changes.write(conn, change_set, source=source, sent=sent is not None)
        remembering.keep(conn, sender, examined)
        if beside is not None:
            beside(conn, commit)
    return Taken(examined, commit)


def propose(
    desk: Desk, examined: Examined, *, scope: Scope, sender: str, choices: Choices, batch: int, way: Way = "file",
    beside: Callable[[Connection], None] | None = None,
) -> int:  # fmt: skip
    """Put what an examined file would change before whoever may approve it; gives the number of the proposal."""
    change_set = examined.change_set
    if change_set is None or not allowed(examined, choices):
        raise Refused(examined.problems)
    source = Source(way, examined.name, examined.stored.sha256, examined.sheets)
    with desk.db.app(scope.settings()) as conn:
        if beside is not None:
            beside(conn)
        number = proposals.propose(conn, change_set, source=source, scope=scope, batch=batch)
        remembering.keep(conn, sender, examined)
    return number
