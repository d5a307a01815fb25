"""One row from a form: checked like a row of a file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl

from tinhso.access.scope import Scope
from tinhso.foundation import clock
from tinhso.foundation.problems import Problem, Refused
from tinhso.intake import checking, matching
from tinhso.intake.examining import Knowing
from tinhso.intake.reading.workbook import Column, Sheet, letter_of
from tinhso.registers.declaration import Declaration

ROW = 1
_SAID = ("vi", "en", "title_vi", "title_en")
"""Facts of a problem that tell no value."""


@dataclass(frozen=True, slots=True)
class Looked:
    """The row as ``changes`` takes it, empty where anything forbids it; and what was found."""

    row: pl.DataFrame
    problems: tuple[Problem, ...]
    mended: Mapping[str, str] = field(default_factory=dict)
    """By field what a repair that waits would make of it."""

    @property
    def errors(self) -> tuple[Problem, ...]:
        """What forbids the row: errors, and repairs that nobody has accepted."""
        return tuple(each for each in self.problems if each.severity != "warning")

    @property
    def warnings(self) -> tuple[Problem, ...]:
        return tuple(each for each in self.problems if each.severity == "warning")


def look(
    knowing: Knowing, declaration: Declaration, given: Mapping[str, Any], *, scope: Scope, accept: Iterable[str] = (),
    kept: Iterable[str] = (),
) -> Looked:  # fmt: skip
    """Check values as written or as kept. Of the fields ``kept``, which whoever asks may not see, no value is told."""
    names = list(declaration.fields)
    columns = tuple(Column(letter_of(place), name) for place, name in enumerate(names))
    cells = {f"c{place}": [_cell(given.get(name))] for place, name in enumerate(names)}
    frame = pl.DataFrame(cells, schema=dict.fromkeys(cells, pl.String)).with_columns(row=pl.lit(ROW, pl.Int64))
    sheet = Sheet("form", 0, columns, frame)
    matched = matching.match(sheet, declaration, {}, {name: name for name in names})
    found = checking.check(
        [(sheet, matched)], declaration, knowing.lists, knowing.places, scope=scope, today=clock.today(), accept=accept
    )
    unseen = frozenset(kept)
    told = tuple(_untold(each) if each.field in unseen else each for each in found.problems)
    mended = {each.field: str(line.after) for each in found.repairs if each.field not in unseen and not each.accepted
              for line in each.lines if line.after is not None}  # fmt: skip
    return Looked(found.frame, told, mended)


def wrong(
    knowing: Knowing, declaration: Declaration, now: Mapping[str, Any], texts: Mapping[str, str], *, scope: Scope,
    kept: Iterable[str] = (),
) -> tuple[Problem, ...]:  # fmt: skip
    """What forbids ``texts`` in a record that says ``now``: what is about their fields, and what was not so before."""
    unseen = frozenset(kept) - texts.keys()
    found = look(knowing, declaration, {**now, **texts}, scope=scope, kept=unseen).errors
    if all(each.field in texts for each in found):
        return found
    before = {(each.code, each.field) for each in look(knowing, declaration, now, scope=scope, kept=unseen).errors}
    return tuple(each for each in found if each.field in texts or (each.code, each.field) not in before)


def checked(
    knowing: Knowing, declaration: Declaration, given: Mapping[str, Any], *, scope: Scope, kept: Iterable[str] = ()
) -> pl.DataFrame:
    """The checked row of values as written or as kept; refused with every error in it."""
    looked = look(knowing, declaration, given, scope=scope, kept=kept)
    if looked.row.is_empty():
        raise Refused(looked.errors)
    return looked.row


def _untold(problem: Problem) -> Problem:
    told = {name: fact for name, fact in problem.facts.items() if name in _SAID}
    return replace(problem, value=None, facts=told)


def _cell(value: Any) -> str | None:
    """The text under which reading hands on a cell: ISO dates, decimal commas, true and false."""
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return value.isoformat()
    return str(value).replace(".", ",") if isinstance(value, float | Decimal) else str(value)
