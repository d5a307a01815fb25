"""How many of a column's values fit a kind: by the very readers, checks and lists that intake reads files with."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import polars as pl

from tinhso.areas.places import PlaceIndex
from tinhso.foundation.frames import fold_series
from tinhso.intake.checking.values import Reader, plan
from tinhso.intake.sketching import kinds
from tinhso.intake.sketching.columns import Texts
from tinhso.registers.checks import CHECKS, Context
from tinhso.registers.declaration import LEVELS, CodeList, Declaration, Field, Text

NAMELESS = Text("", "")
FEW = 200
"""Different values of a column that lists of codes are tried on, and that are measured together with others'."""


@dataclass(frozen=True, slots=True)
class Fit:
    """How many of the values that are there fit a kind; the first cells that do not, with their values."""

    kind: str
    filled: int
    fits: int
    misfits: tuple[tuple[str, str], ...] = ()

    @property
    def share(self) -> float:
        return self.fits / self.filled if self.filled else 0.0


@dataclass(frozen=True)
class Measure:
    """What values are measured by: lists of codes, places, the day. ``together`` are values of many columns, which are
    held against each kind once (``over``)."""

    lists: Mapping[str, CodeList]
    places: PlaceIndex
    today: date
    declared: Mapping[str, Declaration]
    together: pl.Series | None = None
    _kept: dict[tuple[str, bool], pl.Series] = dataclasses.field(default_factory=dict)

    def over(self, columns: Sequence[Texts]) -> Measure:
        """The same for columns that are measured one by one: of a wide table each kind is asked once, not each time."""
        values = [each.filled.unique() for each in columns if each.filled.n_unique() <= FEW]
        return dataclasses.replace(self, together=pl.concat(values).unique() if values else None, _kept={})

    def fit(self, kind: str, column: Texts, *, mended: bool = False, shown: int = 3) -> Fit:
        """How a column fits a kind. ``mended`` counts what a repair could make right among what fits."""
        distinct = column.filled.unique(maintain_order=True)
        good = self._known(kind, distinct, mended)
        wrong = column.rows.is_not_null() & ~column.rows.is_in(good.implode())
        filled = column.rows.len() - column.rows.null_count()
        at = wrong.arg_true()[:shown]
        cells = tuple(zip(column.cells.gather(at).to_list(), column.rows.gather(at).to_list(), strict=True))
        return Fit(kind, filled, filled - int(wrong.sum()), cells)

    def _known(self, kind: str, distinct: pl.Series, mended: bool) -> pl.Series:
        """The values that fit, among those of one column or, once, of all that are measured together."""
        if self.together is None or distinct.len() > FEW:
            return distinct.filter(self._good(kind, distinct, mended))
        if (kind, mended) not in self._kept:
            self._kept[kind, mended] = self.together.filter(self._good(kind, self.together, mended))
        return self._kept[kind, mended]

    def _good(self, kind: str, distinct: pl.Series, mended: bool) -> pl.Series:
        if kind in kinds.AREAS:
            return self._placed(LEVELS[kinds.AREAS[kind]], distinct)
        if kind in kinds.CHECKED:
            return self._checked(kind, distinct, mended)
        if kind == kinds.OWN or kind.startswith(kinds.LINKED):
            return pl.repeat(True, distinct.len(), eager=True)
        field = kinds.field(kind, NAMELESS, required=False, own_list="", declared=self.declared)
        return self._read(field, distinct, mended)

    def _read(self, field: Field, distinct: pl.Series, mended: bool) -> pl.Series:
        answer = plan(field, Reader(self.lists, self.today, frozenset())).run(distinct)
        return (answer["fault"] == 0) & (mended | (answer["repair"] == 0))

    def _checked(self, kind: str, distinct: pl.Series, mended: bool) -> pl.Series:
        verdict = CHECKS[kind](pl.col("text"), Context(self.today))
        repair = pl.any_horizontal([pl.lit(False), *(where for _, where in verdict.repairs)]).fill_null(False)
        told = distinct.to_frame("text").select(fault=verdict.fault_code.is_not_null(), repair=repair)
        return (~told["fault"] & ~told["repair"]) | (told["repair"] if mended else pl.Series([False]))

    def _placed(self, level: int, distinct: pl.Series) -> pl.Series:
        names, codes = self._units[level]
        return fold_series(distinct).is_in(names) | distinct.is_in(codes)

    @cached_property
    def _units(self) -> dict[int, tuple[pl.Series, pl.Series]]:
        """By level: folded names and codes, each as one list."""
        names, codes = self.places.names, self.places.codes
        return {
            level: (
                names.filter(pl.col("level") == level)["folded"].unique().implode(),
                codes.filter(pl.col("level") == level)["code"].implode(),
            )
            for level in LEVELS.values()
        }
