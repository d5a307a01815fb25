"""Small cells in a tree of areas: which areas' figures to withhold, so that nobody works one back from the others.

A province's figure is the sum of its districts', theirs of their communes', and so on; all levels are public. A cell
of one to four records is withheld; where sums above, beside and below would still tell that it is so small, the next
smallest cells are withheld too. Zeros are shown: they point at nobody. ::

    withheld([Cell(-1, 60), Cell(0, 3), Cell(0, 17), Cell(0, 40)])       # {1, 2}: 60 − 40 tells only 20 of both
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import inf

from tinhso.dashboards.small_cells import LEAST

Range = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Cell:
    """An area: the place of the area above it in the list (-1 for the top, which comes first), and its records."""

    above: int
    records: int


def withheld(cells: Sequence[Cell]) -> frozenset[int]:
    """The places of the cells to withhold; areas above come before those below them."""
    tree = _Tree(cells)
    hidden = {place for place, cell in enumerate(cells) if 0 < cell.records < LEAST}
    small = frozenset(hidden)
    while True:
        reach = tree.reach(hidden)
        told = [place for place in small if reach[place] < LEAST]
        more = {each for each in (tree.beside(place, hidden) for place in told) if each is not None}
        if not more:
            return frozenset(hidden)
        hidden |= more


class _Tree:
    def __init__(self, cells: Sequence[Cell]) -> None:
        self.cells = cells
        self.below: dict[int, list[int]] = defaultdict(list)
        for place, cell in enumerate(cells):
            if cell.above >= 0:
                self.below[cell.above].append(place)
        self.own = [cell.records - sum(cells[each].records for each in self.below[n]) for n, cell in enumerate(cells)]
        """Records of an area that lie in none of the areas below it."""

    def reach(self, hidden: set[int]) -> list[float]:
        """The most records that each cell can have for all that is shown; what lies in no area below is known."""
        from_below = self._from_below(hidden)
        found: list[Range] = list(from_below)
        for place, cell in enumerate(self.cells):
            if cell.above >= 0 and place in hidden:
                found[place] = self._narrowed(place, found[cell.above], from_below)
        return [most for _, most in found]

    def _from_below(self, hidden: set[int]) -> list[Range]:
        found: list[Range] = [(0, inf)] * len(self.cells)
        for place in range(len(self.cells) - 1, -1, -1):
            records = self.cells[place].records
            if place not in hidden:
                found[place] = (records, records)
            elif not self.below[place]:
                found[place] = (1, inf)
            else:
                least = sum(found[each][0] for each in self.below[place])
                most = sum(found[each][1] for each in self.below[place]) if not self.own[place] else inf
                found[place] = (max(1, least), most)
        return found

    def _narrowed(self, place: int, above: Range, from_below: Sequence[Range]) -> Range:
        """What the sum above leaves for a cell, given what its siblings can be at least and at most."""
        parent = self.cells[place].above
        others = [from_below[each] for each in self.below[parent] if each != place]
        least = above[0] - self.own[parent] - sum(most for _, most in others)
        most = above[1] - self.own[parent] - sum(low for low, _ in others)
        return max(from_below[place][0], least), min(from_below[place][1], most)

    def beside(self, place: int, hidden: set[int]) -> int | None:
        """The next cell to withhold for one that is told: beside it, below those beside it, or above."""
        parent = self.cells[place].above
        if parent < 0:
            return None
        siblings = [each for each in self.below[parent] if each != place]
        found = self._smallest(siblings, hidden)
        if found is None:
            found = next((each for one in siblings if (each := self._within(one, hidden)) is not None), None)
        if found is None:
            found = parent if parent not in hidden else self.beside(parent, hidden)
        return found

    def _within(self, place: int, hidden: set[int]) -> int | None:
        """A cell whose showing tells a withheld one above it: the areas below that are all shown."""
        if place not in hidden or self.own[place] or not self.below[place]:
            return None
        if not any(each in hidden for each in self.below[place]):
            return self._smallest(self.below[place], hidden)
        return next((each for one in self.below[place] if (each := self._within(one, hidden)) is not None), None)

    def _smallest(self, places: Iterable[int], hidden: set[int]) -> int | None:
        shown = [each for each in places if each not in hidden and self.cells[each].records]
        return min(shown, key=lambda each: (self.cells[each].records, each), default=None)
