"""What of a figure the public is not told: the areas whose cell is too small, or would give a small one away.

It holds where the figure rests on a register with sensitive fields, for each of the numbers that it is made of: a
share's denominator is told with it, and would tell what is withheld elsewhere. What is withheld is so everywhere: on
the board of the area, in its explanation, in the lists and on the map of the areas above it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from tinhso.access.scope import Scope
from tinhso.dashboards import small_cells, tree_cells
from tinhso.dashboards.boards import FilledBoard, FilledRow
from tinhso.dashboards.tree_cells import Cell
from tinhso.foundation.database import Connection
from tinhso.indicators import breakdown, declared
from tinhso.indicators.breakdown import Slice
from tinhso.indicators.explain import Explanation
from tinhso.indicators.figures import Figure
from tinhso.indicators.parts import Operand, counted
from tinhso.registers import declared as registers

NOTE_VI = "Không nêu: con số dựa trên dưới năm bản ghi về người dân, hoặc sẽ để lộ một con số như thế."
NOTE_EN = "Withheld: the figure rests on fewer than five records about people, or would give such a figure away."


@dataclass(frozen=True, slots=True)
class Weighed:
    """What of a figure counts people: the records of its numerator, those of its denominator; None where not."""

    numerator: Operand | None
    denominator: Operand | None

    def close(self, cells: Iterable[Figure]) -> bool:
        """Whether these cells, which lie side by side, are to be withheld together."""
        return any(small_cells.close(column) for column in self._columns(cells))

    def small(self, cells: Iterable[Figure]) -> bool:
        """Whether any of these cells has few records."""
        return any(0 < count < small_cells.TOLD for column in self._columns(cells) for count in column)

    def _columns(self, cells: Iterable[Figure]) -> tuple[list[int], ...]:
        above = [each.records for each in cells] if self.numerator else []
        below = [each.records_below or 0 for each in cells] if self.denominator else []
        return above, below


def weighed(conn: Connection, indicator: str) -> Weighed | None:
    """What of a figure is weighed; None where it rests on no register with sensitive fields."""
    formula = declared.every(conn).formulas.get(indicator)
    if formula is None:
        return None
    known = registers.every(conn)

    def guarded(operand: Operand | None) -> Operand | None:
        declaration = known.get(operand.part.register) if operand else None
        return operand if declaration is not None and small_cells.guards(declaration) else None

    above, below = guarded(formula.records), guarded(counted(formula.denominator) if formula.denominator else None)
    return Weighed(above, below) if above or below else None


def areas(conn: Connection, indicator: str, as_at: date, scope: Scope, *, as_of: int | None = None) -> frozenset[str]:
    """The codes of the areas, of all levels, whose figure is withheld."""
    asked = weighed(conn, indicator)
    if asked is None:
        return frozenset()
    tree = conn.execute("select area, code, parent, low from areas.tree order by low, level").fetchall()
    own = (
        breakdown.records_by_place(conn, each, as_at, scope=scope, as_of=as_of)
        for each in dict.fromkeys((asked.numerator, asked.denominator)) if each is not None
    )  # fmt: skip
    return frozenset[str]().union(*(_too_small(tree, each) for each in own))


def _too_small(tree: Sequence[tuple[Any, ...]], own: Mapping[int, int]) -> frozenset[str]:
    """The codes of the areas that are not told, of so many records where they lie themselves."""
    at = {area: n for n, (area, *_) in enumerate(tree)}
    above = [at.get(parent, -1) for _, _, parent, _ in tree]
    counts = [own.get(low, 0) for *_, low in tree]
    for n in range(len(tree) - 1, 0, -1):
        if above[n] >= 0:
            counts[above[n]] += counts[n]
    cells = [Cell(*cell) for cell in zip(above, counts, strict=True)]
    return frozenset(tree[n][1] for n in tree_cells.withheld(cells))


def board(conn: Connection, filled: FilledBoard, scope: Scope, *, as_of: int | None = None) -> FilledBoard:
    """A filled board without what it may not tell."""
    def away(each: FilledRow) -> bool:
        return each.numerator is not None and each.area in areas(conn, each.id, filled.as_at, scope, as_of=as_of)

    rows = (row(each) if away(each) else each for each in filled.rows)
    return replace(filled, rows=tuple(rows))


def row(filled: FilledRow) -> FilledRow:
    """A board's row without what it may not tell."""
    return replace(
        filled, value=None, numerator=None, denominator=None, records=0, agrees=None, published=None, qualifier=None,
        note_vi=NOTE_VI, note_en=NOTE_EN, withheld=True,
    )  # fmt: skip


def explanation(found: Explanation) -> Explanation:
    """An explanation of which only the definition is told."""
    return replace(
        found, figure=blank(found.figure), formula="–", records=0, sources=(), parts=(), areas=(), change_sets=()
    )


def slices(found: tuple[Slice, ...], away: frozenset[str]) -> tuple[Slice, ...]:
    """Slices by area, the withheld ones without their figure."""
    return tuple(replace(each, figure=blank(each.figure)) if each.member in away else each for each in found)


def blank(figure: Figure) -> Figure:
    """A figure without its numbers."""
    return replace(figure, value=None, numerator=None, denominator=None, records=0)
