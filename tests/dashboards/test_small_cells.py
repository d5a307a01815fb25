"""A published breakdown points at nobody: small cells are hidden, and no sum brings one back."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.web.house import HAGIANG
from tinhso.dashboards.small_cells import BESIDE, LEAST, SMALL, guards, hidden
from tinhso.packs.read import read


@pytest.mark.parametrize(
    ("records", "expected"),
    [
        ([], {}), ([0, 0], {}), ([5, 900], {}),
        ([3], {0: SMALL}),
        ([98_251, 3, 812], {1: SMALL, 2: BESIDE}),
        ([2, 3, 812], {0: SMALL, 1: SMALL}),
        ([1, 1, 7, 7], {0: SMALL, 1: SMALL, 2: BESIDE}),
        ([4, 4, 9], {0: SMALL, 1: SMALL, 2: BESIDE}),
        ([1, 5, 6, 70], {0: SMALL, 1: BESIDE, 2: BESIDE}),
    ],
)  # fmt: skip
def test_what_is_hidden(records: list[int], expected: dict[int, str]) -> None:
    assert hidden(records) == expected


@given(st.lists(st.integers(0, 12), max_size=5))
def test_no_small_cell_can_be_told_from_the_whole(records: list[int]) -> None:
    away = hidden(records)
    assert all(count == 0 or count >= LEAST for place, count in enumerate(records) if place not in away)
    if not away or len(away) == sum(count > 0 for count in records):
        return  # nothing to hide, or nothing shown
    whole = sum(records[place] for place in away)
    reach = [range(1, LEAST) if why == SMALL else range(LEAST, whole + 1) for why in away.values()]
    ways = [filled for filled in product(*reach) if sum(filled) == whole]
    for number, why in enumerate(away.values()):
        assert why == BESIDE or len({filled[number] for filled in ways}) > 1


def test_only_registers_with_sensitive_fields_are_guarded() -> None:
    registers = read(HAGIANG).registers
    assert guards(registers["workers"]) and not guards(registers["video_points"])
