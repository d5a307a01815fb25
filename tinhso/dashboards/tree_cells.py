"""Small cells in a tree of areas: which areas' figures to withhold, so that nobody works one back from the others.

A province's figure is the sum of its districts', theirs of their communes', and so on; all levels are public, at every
moment. The areas that lie side by side in one are therefore told all or none: none where one of them has one to eight
records, or is the only one without any, and none where the area above is not told itself. ::

    withheld([Cell(-1, 60), Cell(0, 20), Cell(0, 40)])                   # {}
    withheld([Cell(-1, 60), Cell(0, 3), Cell(0, 17), Cell(0, 40)])       # {1, 2, 3}

Telling all but the small one and another beside it would hide as much in one moment. But whoever watches from commit to
commit sees cells come and go, and a cell that is told in one moment tells what it was in the moment before
(docs/why/small-cells.md).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from tinhso.dashboards.small_cells import close


@dataclass(frozen=True, slots=True)
class Cell:
    """An area: the place of the area above it in the list (-1 for the top, which comes first), and its records."""

    above: int
    records: int


def withheld(cells: Sequence[Cell]) -> frozenset[int]:
    """The places of the cells to withhold; areas above come before those below them."""
    beside: dict[int, list[int]] = defaultdict(list)
    for place, cell in enumerate(cells):
        beside[cell.above].append(place)
    hidden: set[int] = set()
    for above, places in sorted(beside.items()):
        if above in hidden or close([cells[place].records for place in places]):
            hidden.update(places)
    return frozenset(hidden)
