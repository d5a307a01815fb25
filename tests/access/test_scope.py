"""A Scope's ranges, predicate and settings."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from tinhso.access.scope import RANGES, Scope, merged

spans = st.tuples(st.integers(1, 60), st.integers(0, 20)).map(lambda pair: (pair[0], pair[0] + pair[1]))


@given(st.lists(spans))
def test_merging_keeps_exactly_the_same_places(ranges: list[tuple[int, int]]) -> None:
    def places(some: tuple[tuple[int, int], ...]) -> set[int]:
        return {place for low, high in some for place in range(low, high + 1)}

    joined = merged(ranges)
    assert places(joined) == places(tuple(ranges))
    assert all(one[1] + 1 < other[0] for one, other in pairwise(joined))


def test_predicates() -> None:
    assert Scope("An", frozenset(), whole=True).predicate() == "true"
    assert Scope("An", frozenset()).predicate() == "false"
    two = Scope("An", frozenset(), ((3, 5), (9, 9)))
    assert two.predicate("r.place") == "(r.place between 3 and 5 or r.place between 9 and 9)"
    assert two.covers(4, 5) and not two.covers(5, 9)


def test_every_slot_has_a_setting() -> None:
    settings = Scope("An", frozenset(), ((3, 5),)).settings()
    assert settings["tinhso.whole"] == "off"
    assert (settings["tinhso.low0"], settings["tinhso.high0"]) == ("3", "5")
    assert all(int(settings[f"tinhso.low{n}"]) > int(settings[f"tinhso.high{n}"]) for n in range(1, RANGES))
