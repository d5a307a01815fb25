"""A Scope's ranges, predicates and what the database is told of it."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from tinhso.access.scope import EVERYWHERE, Reach, Scope, merged

spans = st.tuples(st.integers(1, 60), st.integers(0, 20)).map(lambda pair: (pair[0], pair[0] + pair[1]))


@given(st.lists(spans))
def test_merging_keeps_exactly_the_same_places(ranges: list[tuple[int, int]]) -> None:
    def places(some: tuple[tuple[int, int], ...]) -> set[int]:
        return {place for low, high in some for place in range(low, high + 1)}

    joined = merged(ranges)
    assert places(joined) == places(tuple(ranges))
    assert all(one[1] + 1 < other[0] for one, other in pairwise(joined))


def test_predicates() -> None:
    assert Scope("An", {"*": Reach({"read": EVERYWHERE})}).predicate("people") == "true"
    assert Scope("An", {}).predicate("people") == "false"
    two = Scope("An", {"*": Reach({"read": ((3, 5), (9, 9))})})
    assert two.predicate("people", "r.place") == "(r.place between 3 and 5 or r.place between 9 and 9)"
    assert two.covers("people", 4, 5) and not two.covers("people", 5, 9)
    assert not two.covers("people", 4, 5, "propose") and two.predicate("people", verb="propose") == "false"


def test_a_register_that_is_named_reaches_as_far_as_said_there() -> None:
    some = Scope("An", {"*": Reach({"read": EVERYWHERE}), "people": Reach({"read": ((3, 5),), "propose": ((4, 4),)})})
    assert some.whole("houses") and not some.whole("people")
    assert some.ranges("people", "propose") == ((4, 4),) and some.ranges("houses", "propose") == ()
    assert some.may("propose") and some.may("propose", "people") and not some.may("propose", "houses")
    assert some.registers("s.register") == "s.register not in ('people')"
    assert some.registers("s.register", "propose") == "false"
