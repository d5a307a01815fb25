"""A published breakdown points at nobody: told whole, or not at all."""

from __future__ import annotations

import pytest

from tests.web.house import HAGIANG
from tinhso.dashboards.small_cells import close, guards
from tinhso.packs.read import read


@pytest.mark.parametrize(
    ("records", "expected"),
    [([], False), ([0, 0], False), ([9, 900], False), ([0, 0, 9], False), ([3], True), ([8, 900], True),
     ([1, 0, 0], True), ([9, 0, 12], True)],
)  # fmt: skip
def test_what_is_withheld(records: list[int], expected: bool) -> None:
    assert close(records) is expected


def test_only_registers_with_sensitive_fields_are_guarded() -> None:
    registers = read(HAGIANG).registers
    assert guards(registers["workers"]) and not guards(registers["video_points"])
