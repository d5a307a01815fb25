"""What a breakdown may tell the public: a cell of fewer than five records could point at a person.

The rule holds where the register has sensitive fields. Cells of one to four records are hidden. Since the whole is
known, what is hidden could be told from the rest; then the next smallest cells are hidden too. Staff see all. ::

    hidden([98_251, 3, 812])       # {1: SMALL, 2: BESIDE}: 3 is small, and 812 would give it away
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from tinhso.registers.declaration import Declaration

LEAST = 5
"""Cells of fewer records are hidden."""

Why = Literal["small", "beside"]
SMALL: Why = "small"
BESIDE: Why = "beside"


def guards(declaration: Declaration) -> bool:
    """Whether breakdowns of this register's figures are kept to the rule: some field of it is sensitive."""
    return any(field.sensitive for field in declaration.fields.values())


def hidden(records: Sequence[int]) -> Mapping[int, Why]:
    """Which cells to hide, by their place, and why: too small, or ``beside`` because they would give one away.

    Where all cells come back hidden, the breakdown had better not be shown at all.
    """
    found: dict[int, Why] = {place: SMALL for place, count in enumerate(records) if 0 < count < LEAST}
    others = sorted((count, place) for place, count in enumerate(records) if count >= LEAST)
    small, beside = len(found), 0
    for _, place in others:
        if not small or not _told(small, beside, sum(records[each] for each in found)):
            break
        found[place], beside = BESIDE, beside + 1
    return found


def _told(small: int, beside: int, whole: int) -> bool:
    """Whether the sum of all hidden cells, which everybody can work out, leaves one way to fill the small ones."""
    most = small * (LEAST - 1)
    if not beside:
        return small == 1 or whole in (small, most)
    return min(most, whole - LEAST * beside) <= small
