"""The files that somebody asked for, as their page shows them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from tinhso.registers.declaration import Declaration
from tinhso.registers.export.kept import Export
from tinhso.web.kit import writing
from tinhso.web.kit.sight import Sight

SHAPES = {"waiting": "none", "running": "new", "done": "ok", "failed": "off", "interrupted": "off", "over": "none"}
MINUTE = 60


@dataclass(frozen=True, slots=True)
class ExportLine:
    """A file: ``problem`` says why there is none, ``left`` how long it still takes, where that can be told."""

    id: int
    file: str
    register: str
    title: str
    reason: str
    asked_at: datetime
    state: str
    shape: str
    said: str
    done: int
    total: int
    left: str
    until: datetime | None
    problem: str

    @property
    def ready(self) -> bool:
        return self.state == "done"


@dataclass(frozen=True, slots=True)
class ExportsView:
    """The page; ``waiting`` as long as a file is being made."""

    lines: tuple[ExportLine, ...]
    waiting: bool


def view(found: Sequence[Export], known: Mapping[str, Declaration], sight: Sight) -> ExportsView:
    """The page's values, newest first."""
    return ExportsView(tuple(_line(each, known, sight) for each in found), any(each.unfinished for each in found))


def left(seconds: float | None, sight: Sight) -> str:
    """How long something still takes, in words; nothing where it cannot be told."""
    if seconds is None:
        return ""
    if seconds < MINUTE:
        return sight.ngettext("%(num)s second left", "%(num)s seconds left", max(1, math.ceil(seconds)))
    return sight.ngettext("%(num)s minute left", "%(num)s minutes left", math.ceil(seconds / MINUTE))


def _line(each: Export, known: Mapping[str, Declaration], sight: Sight) -> ExportLine:
    declaration = known.get(each.register)
    problem = each.problem[sight.language] if each.problem else ""
    if each.state == "interrupted":
        problem = sight.gettext("Interrupted half-way: there is no file. Ask for it again.")
    return ExportLine(
        each.id, each.file_name, each.register,
        sight.say(declaration.title) if declaration else each.register, each.reason, each.asked_at,
        each.state, SHAPES[each.state], _said(each, sight), each.done, each.total,
        left(each.seconds_left, sight), each.until, str(problem),
    )  # fmt: skip


def _said(each: Export, sight: Sight) -> str:
    words = {
        "waiting": sight.gettext("waits for its turn"), "done": sight.gettext("ready"),
        "failed": sight.gettext("not made"), "interrupted": sight.gettext("interrupted"),
        "over": sight.gettext("deleted after a day"),
    }  # fmt: skip
    if each.state != "running":
        return words[each.state]
    share = 100 * each.done // max(1, each.total)
    return sight.gettext("%(share)s of %(total)s records", share=f"{share}{writing.SPACE}%",
                         total=writing.number(each.total, sight.language))  # fmt: skip
