"""The columns of a file: which heading is which field, how that was found, and what is left to match by hand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tinhso.foundation.problems import Problem
from tinhso.intake.batches import Review
from tinhso.intake.matching import LEAVE_OUT
from tinhso.registers.declaration import Declaration
from tinhso.web.kit.sight import Sight

SHOWN = 40
"""So many headings are shown to be matched by hand, open ones first; a form of an office has fewer columns."""

OPEN, LEFT_OUT = "?", "-"
"""What the choice of a field says for "not decided" and for "leave this column out"."""
NAMES: dict[str, str | None] = {OPEN: None, LEFT_OUT: LEAVE_OUT}
"""The same as the matching reads it; None is no choice at all."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A heading, its field and the field's title; ``remembered`` from this sender's earlier files."""

    heading: str
    name: str
    field: str
    remembered: bool


@dataclass(frozen=True, slots=True)
class Open:
    """A heading to match by hand, or matched so: what is chosen now."""

    heading: str
    chosen: str


@dataclass(frozen=True, slots=True)
class ColumnsView:
    """Headings matched, headings left (``more`` of them not shown), and the fields still to be had (name, title,
    whether one cannot do without)."""

    matched: tuple[Pair, ...]
    left: tuple[Open, ...]
    more: int
    fields: tuple[tuple[str, str, bool], ...]
    missing: tuple[str, ...]
    others: tuple[tuple[str, str, bool], ...] = ()
    """All fields: a heading that was matched may be another's."""

    @property
    def open(self) -> bool:
        """Whether something is left to decide."""
        return bool(self.missing) or any(each.chosen == OPEN for each in self.left)


def view(found: Review, declaration: Declaration, sight: Sight) -> ColumnsView:
    """The columns of a reviewed file."""
    examined, chosen = found.examined, found.batch.choices.columns
    fields = declaration.fields
    taken = {field for heading, field in examined.matched.items() if heading not in chosen}
    missing = [each.field for each in examined.problems if each.code == "intake.missing_column" and each.field]
    left = sorted(dict.fromkeys((*chosen, *examined.unknown, *_twice(examined.problems))), key=chosen.__contains__)
    return ColumnsView(
        matched=tuple(
            Pair(heading, field, sight.say(fields[field].title), heading in examined.remembered)
            for heading, field in examined.matched.items()
            if heading not in chosen
        ),
        left=tuple(Open(heading, _chosen(chosen.get(heading))) for heading in left[:SHOWN]), more=len(left[SHOWN:]),
        fields=tuple(
            (name, sight.say(field.title), name in missing) for name, field in fields.items() if name not in taken
        ),
        missing=tuple(sight.say(fields[name].title) for name in dict.fromkeys(missing)),
        others=tuple((name, sight.say(field.title), name in missing) for name, field in fields.items()),
    )  # fmt: skip


def _twice(problems: Iterable[Problem]) -> list[str]:
    return [each.value for each in problems if each.code == "intake.heading_twice" and each.value]


def _chosen(field: str | None) -> str:
    return OPEN if field is None else field or LEFT_OUT
