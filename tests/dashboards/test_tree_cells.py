"""No area's small cell can be worked back from the sums above, beside and below it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from tinhso.dashboards.small_cells import LEAST
from tinhso.dashboards.tree_cells import Cell, withheld

MOST = 24


def test_what_is_withheld() -> None:
    assert withheld([Cell(-1, 60), Cell(0, 20), Cell(0, 40)]) == set()
    assert withheld([Cell(-1, 60), Cell(0, 3), Cell(0, 17), Cell(0, 40)]) == {1, 2}
    assert withheld([Cell(-1, 60), Cell(0, 0), Cell(0, 60)]) == set(), "zeros point at nobody"
    assert withheld([Cell(-1, 3), Cell(0, 3)]) == {0, 1}


def test_the_areas_below_do_not_tell_what_is_withheld_above() -> None:
    cells = [Cell(-1, 53), Cell(0, 50), Cell(0, 3), Cell(1, 20), Cell(1, 30), Cell(2, 3)]
    assert withheld(cells) == {1, 2, 3, 5}


@st.composite
def trees(draw: st.DrawFn) -> list[Cell]:
    """A small tree of three levels; records lie in the lowest areas and, some, in none of them."""
    above, own = [-1], [draw(st.integers(0, 2))]
    for _ in range(draw(st.integers(1, 3))):
        above.append(0)
        own.append(0)
        for _ in range(draw(st.integers(0, 2))):
            above.append(_last(above))
            own.append(draw(st.integers(0, 9)))
    own = [count if place in above[1:] or place == 0 else draw(st.integers(0, 9)) for place, count in enumerate(own)]
    total = list(own)
    for place in range(len(above) - 1, 0, -1):
        total[above[place]] += total[place]
    return [Cell(parent, count) for parent, count in zip(above, total, strict=True)]


def _last(above: list[int]) -> int:
    """The place of the last area of the second level."""
    return max(place for place, parent in enumerate(above) if parent == 0)


def _ways(cells: list[Cell], away: frozenset[int]) -> Iterator[list[int]]:
    """Every filling of the lowest areas that agrees with all that is shown, as the sums of all areas."""
    lowest = [place for place in range(len(cells)) if place not in {cell.above for cell in cells}]
    own = [cell.records - sum(each.records for each in cells if each.above == n) for n, cell in enumerate(cells)]
    unknown = [place for place in lowest if place in away]
    reach = range(1, min(MOST, cells[0].records) + LEAST + 1)
    for filled in product(reach, repeat=len(unknown)):
        sums = [dict(zip(unknown, filled, strict=True)).get(n, own[n]) for n in range(len(cells))]
        for place in range(len(cells) - 1, 0, -1):
            sums[cells[place].above] += sums[place]
        if all(sums[n] == cell.records for n, cell in enumerate(cells) if n not in away):
            yield sums


@settings(max_examples=150, deadline=None)
@given(trees())
def test_nothing_withheld_can_be_worked_back(cells: list[Cell]) -> None:
    away = withheld(cells)
    assert all(cell.records == 0 or cell.records >= LEAST for n, cell in enumerate(cells) if n not in away)
    small = [n for n, cell in enumerate(cells) if 0 < cell.records < LEAST]
    if not small or sum(n in away and n not in {cell.above for cell in cells} for n in range(len(cells))) > 4:
        return
    found: dict[int, set[int]] = {n: set() for n in small}
    for sums in _ways(cells, away):
        for n in small:
            found[n].add(sums[n])
    if 0 not in away:
        assert all(len(values) > 1 and max(values) >= LEAST for values in found.values()), (away, found)
