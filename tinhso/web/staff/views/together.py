"""Files of one sending, as their page shows them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from tinhso.foundation import clock
from tinhso.foundation.problems import Problem
from tinhso.intake.batches import Batch
from tinhso.registers.declaration import Declaration
from tinhso.web.kit.sight import Sight
from tinhso.web.staff.views.exports import left as time_left
from tinhso.web.staff.views.intake import SHAPES, state

STALLED = 60
"""Seconds without news after which somebody may have to go on by hand."""


@dataclass(frozen=True, slots=True)
class FileLine:
    """A file: what was found in it, and the mark that recording it names."""

    id: int
    file: str
    shape: str
    said: str
    looked_at: bool
    rows: int
    good: int
    errors: int
    new: int
    changed: int
    same: int
    pick: str | None
    problem: str


@dataclass(frozen=True, slots=True)
class TogetherView:
    """The page: how many files are looked at, how long the others take, what could be recorded at once."""

    id: int
    register: str
    register_title: str
    at: datetime
    lines: tuple[FileLine, ...]
    done: int
    left: str
    stalled: bool
    ready: int
    rows: int
    sends: bool = False
    """Whether recording means putting them before somebody who may approve."""

    @property
    def waiting(self) -> bool:
        """Whether files are still being looked at."""
        return self.done < len(self.lines)


def view(
    found: Sequence[Batch], declaration: Declaration, left: Mapping[int, Problem], sight: Sight, *, sends: bool = False
) -> TogetherView:  # fmt: skip
    """The page's values; ``left`` says why a file was not recorded just now."""
    lines = tuple(_line(each, left.get(each.id), sight) for each in found)
    done = sum(line.looked_at for line in lines)
    since = (clock.now() - found[0].received_at).total_seconds()
    seconds = since / done * (len(lines) - done) if done else None
    ready = [line for line in lines if line.pick]
    return TogetherView(
        found[0].id, declaration.register, sight.say(declaration.title), found[0].received_at, lines, done,
        time_left(seconds, sight) if done < len(lines) else "", done < len(lines) and since > STALLED * (done + 1),
        len(ready), sum(line.good for line in ready), sends,
    )  # fmt: skip


def _line(batch: Batch, problem: Problem | None, sight: Sight) -> FileLine:
    told = batch.summary
    looked_at = batch.state != "received"
    whole = batch.state == "checked" and bool(told.get("whole")) and batch.choices.gone == "keep"
    rows, good, errors, new, changed, same = (
        int(told.get(name, 0)) for name in ("rows", "good", "errors", "new", "changed", "same")
    )
    said = "" if problem is None else problem.vi if sight.language == "vi" else problem.en
    shape, words = SHAPES[batch.state], state(batch.state, sight)
    if batch.state == "checked" and whole:
        shape, words = "ok", sight.gettext("every row is right")
    elif batch.state == "received":
        words = sight.gettext("waits to be looked at")
    elif batch.state == "checked" and not rows:
        shape, words = "off", sight.gettext("could not be read")
    return FileLine(
        batch.id, batch.file_name, shape, words, looked_at, rows, good, errors, new, changed, same,
        f"{batch.id}:{told.get('shown', '')}" if whole else None, said,
    )  # fmt: skip
