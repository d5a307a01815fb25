"""The shape of a named check and what it is told and tells."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import polars as pl

from tinhso.registers.declaration import FieldType


@dataclass(frozen=True, slots=True)
class Role:
    """A field that a check looks at besides its own: its typed values and declared type."""

    values: pl.Expr
    type: FieldType

    def year(self) -> pl.Expr:
        """The year of a date or partial date as a whole number."""
        if self.type == "date":
            return self.values.dt.year().cast(pl.Int64)
        return self.values.str.slice(0, 4).cast(pl.Int64, strict=False)


@dataclass(frozen=True, slots=True)
class Context:
    """What a check may know: the day, fields by role, dated rules by name, and the repairs in force."""

    today: date
    roles: Mapping[str, Role] = field(default_factory=dict)
    rules: Mapping[str, Any] = field(default_factory=dict)
    repairs: frozenset[str] = frozenset()
    numeric: pl.Expr | None = None
    """Whether the cell held a number, where the file says so: only numbers lose leading zeros."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Cleaned values; faults and repairs as (code, where), the first that holds counts.

    A repair in force is already made in ``clean``; one that is not leaves the value as it was.
    """

    clean: pl.Expr
    faults: tuple[tuple[str, pl.Expr], ...] = ()
    repairs: tuple[tuple[str, pl.Expr], ...] = ()

    @property
    def fault_code(self) -> pl.Expr:
        """The code of the first fault of each row, null where there is none."""
        code = pl.lit(None, pl.String)
        for name, where in reversed(self.faults):
            code = pl.when(where).then(pl.lit(name)).otherwise(code)
        return code


def _nothing_to_say(value: str, code: str) -> Mapping[str, str]:
    return {}


@dataclass(frozen=True, slots=True)
class NamedCheck:
    """A check of a column of cleaned text; ``describe`` gives facts for the sentence about one value.

    ``plain``, where there is one, is a cheap test that is true only of values that are right and clean as they are.
    """

    run: Callable[[pl.Expr, Context], Verdict]
    roles: tuple[str, ...] = ()
    describe: Callable[[str, str], Mapping[str, str]] = _nothing_to_say
    plain: Callable[[pl.Expr], pl.Expr] | None = None

    def __call__(self, values: pl.Expr, context: Context) -> Verdict:
        return self.run(values, context)


def whole(values: pl.Expr) -> pl.Expr:
    """Text of digits as whole numbers; null for anything else (signs included)."""
    number = values.cast(pl.Int64, strict=False)
    return pl.when((number >= 0) & ~values.str.starts_with("+")).then(number)


def digit(number: pl.Expr, place: int) -> pl.Expr:
    """The decimal digit of a whole number, ``place`` 0 being the last."""
    return number // int(10**place) % 10


def where(mask: pl.Expr) -> pl.Expr:
    """A mask that is false, not null, where nothing is known."""
    return mask.fill_null(False)


def dropped(lost: pl.Expr, numeric: pl.Expr | None) -> pl.Expr:
    """Where a spreadsheet dropped zeros of what looks like it: in number cells, and in the text cells beside them.

    A column without one such number cell was typed as text, and zeros missing there were never typed. Where no sheet
    tells its number cells, looks are all there is.
    """
    return lost if numeric is None else lost & (numeric | (lost & numeric).any())
