"""What a breakdown may tell the public: a cell of fewer than five records could point at a person.

The rule holds where the register has sensitive fields. The cells of a breakdown are told all or none: none where one of
them has one to eight records, or is the only one without any. Five records lie between a cell that is told and one that
is small, so that whoever watches from commit to commit never learns a small one (docs/why/small-cells.md).
"""

from __future__ import annotations

from collections.abc import Sequence

from tinhso.registers.declaration import Declaration

LEAST = 5
"""Cells of fewer records could point at a person."""
TOLD = 2 * LEAST - 1
"""Cells of fewer records, but of some, are not told, nor what stands beside them."""


def guards(declaration: Declaration) -> bool:
    """Whether breakdowns of this register's figures are kept to the rule: some field of it is sensitive."""
    return any(field.sensitive for field in declaration.fields.values())


def close(records: Sequence[int]) -> bool:
    """Whether these cells, whose sum everybody knows, are to be withheld together.

    Cells without records point at nobody; but where there is one alone, the next small record can only be in it.
    """
    return any(0 < count < TOLD for count in records) or list(records).count(0) == 1
