"""Nobody who watches what is published, from commit to commit, works out that a cell is a small one.

The attacker of these tests knows the rule, sees everything that is told at every moment, and knows that each commit
brought or took one record somewhere. All histories that fit what was seen are gone through, forwards and backwards.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from tinhso.dashboards.small_cells import LEAST, TOLD
from tinhso.dashboards.tree_cells import Cell, withheld

Counts = tuple[int, ...]
Told = Callable[[Counts, tuple[int, ...]], tuple[int | None, ...]]
"""What the public is told of each cell; None where it is withheld."""
FLAT, DEEP = (-1, 0, 0), (-1, 0, 0, 1, 1)
"""The area above each: a province with two districts; one of the districts with two communes."""
MOST = {FLAT: 13, DEEP: 10}


def test_what_is_withheld() -> None:
    assert withheld([Cell(-1, 60), Cell(0, 20), Cell(0, 40)]) == set()
    assert withheld([Cell(-1, 60), Cell(0, 3), Cell(0, 17), Cell(0, 40)]) == {1, 2, 3}
    assert withheld([Cell(-1, 60), Cell(0, 8), Cell(0, 52)]) == {1, 2}, "eight may be four in a few commits"
    assert withheld([Cell(-1, 60), Cell(0, 0), Cell(0, 0), Cell(0, 60)]) == set(), "zeros point at nobody"
    assert withheld([Cell(-1, 60), Cell(0, 0), Cell(0, 60)]) == {1, 2}, "the next one could only be in the empty one"
    assert withheld([Cell(-1, 3), Cell(0, 3)]) == {0, 1}


def test_the_areas_below_do_not_tell_what_is_withheld_above() -> None:
    cells = [Cell(-1, 53), Cell(0, 50), Cell(0, 3), Cell(1, 20), Cell(1, 30), Cell(2, 3)]
    assert withheld(cells) == {1, 2, 3, 4, 5}


@given(st.lists(st.integers(0, 30), min_size=3, max_size=3))
def test_what_is_told_is_never_small_and_areas_side_by_side_are_told_together(counts: list[int]) -> None:
    for shape in (FLAT, DEEP):
        cells = _cells(tuple(counts[: _lowest(shape)]), shape)
        away = withheld(cells)
        assert all(cell.records == 0 or cell.records >= TOLD for n, cell in enumerate(cells) if n not in away)
        for above in set(shape):
            assert len({n in away for n, each in enumerate(shape) if each == above}) == 1


@st.composite
def histories(draw: st.DrawFn, shape: tuple[int, ...]) -> list[Counts]:
    """One record more or less at each commit, mostly where few are."""
    most = MOST[shape]
    now = tuple(draw(st.integers(0, most)) for _ in range(_lowest(shape)))
    found = [now]
    for _ in range(draw(st.integers(2, 12))):
        place, more = draw(st.integers(0, len(now) - 1)), draw(st.sampled_from([-1, -1, 1]))
        if 0 <= now[place] + more <= most:
            now = (*now[:place], now[place] + more, *now[place + 1 :])
            found.append(now)
    return found


@settings(max_examples=60, deadline=None)
@given(histories(FLAT))
def test_no_small_cell_is_learnt_from_a_sequence_of_commits(history: list[Counts]) -> None:
    assert _learnt(history, FLAT) == []


@settings(max_examples=15, deadline=None)
@given(histories(DEEP))
def test_nor_from_the_sums_above_and_below(history: list[Counts]) -> None:
    assert _learnt(history, DEEP) == []


def test_the_attack_works_where_zeros_and_lone_cells_are_told() -> None:
    """Else the tests above would hold for nothing: told that a cell has three, the attacker says so."""
    seen = [(None, 3, None), (None, 3, None)]
    possible = [{counts for counts in product(range(14), repeat=2) if counts[0] == told[1]} for told in seen]
    assert {counts[0] for counts in possible[0]} == {3}
    assert _learnt([(3, 20), (3, 19)], FLAT, lambda counts, shape: (sum(counts), *counts)) != []


def _lowest(shape: tuple[int, ...]) -> int:
    return sum(place not in shape for place in range(len(shape)))


def _cells(counts: Counts, shape: tuple[int, ...]) -> list[Cell]:
    records = [0] * len(shape)
    for place, count in zip((n for n in range(len(shape)) if n not in shape), counts, strict=True):
        records[place] = count
    for place in range(len(shape) - 1, 0, -1):
        records[shape[place]] += records[place]
    return [Cell(above, count) for above, count in zip(shape, records, strict=True)]


@cache
def _told(counts: Counts, shape: tuple[int, ...]) -> tuple[int | None, ...]:
    cells = _cells(counts, shape)
    away = withheld(cells)
    return tuple(None if n in away else cell.records for n, cell in enumerate(cells))


def _next(counts: Counts, most: int) -> Iterator[Counts]:
    for place in range(len(counts)):
        for more in (-1, 1):
            if 0 <= counts[place] + more <= most:
                yield (*counts[:place], counts[place] + more, *counts[place + 1 :])


def _learnt(history: list[Counts], shape: tuple[int, ...], told: Told = _told) -> list[str]:
    """The cells of one to four records of which the attacker knows that they are such."""
    most = max(MOST[shape], *(max(counts) for counts in history))
    every = product(range(most + 1), repeat=len(history[0]))
    possible = [{counts for counts in every if told(counts, shape) == told(history[0], shape)}]
    for now in history[1:]:
        after = {each for counts in possible[-1] for each in _next(counts, most)}
        possible.append({counts for counts in after if told(counts, shape) == told(now, shape)})
    for moment in range(len(history) - 2, -1, -1):
        later = possible[moment + 1]
        possible[moment] = {each for each in possible[moment] if any(one in later for one in _next(each, most))}
    found = []
    for moment, counts in enumerate(history):
        for place, cell in enumerate(_cells(counts, shape)):
            values = {_cells(each, shape)[place].records for each in possible[moment]}
            if 0 < cell.records < LEAST and min(values) > 0 and max(values) < LEAST:
                found.append(f"moment {moment}, cell {place}: {sorted(values)}")
    return found
