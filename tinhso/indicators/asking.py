"""What is asked for: one operand over one place, as at a day, as of a commit."""

from __future__ import annotations

from datetime import date

import msgspec

from tinhso.indicators import parts
from tinhso.indicators.parts import Operand
from tinhso.indicators.places import Place


class Asked(msgspec.Struct, frozen=True):
    """One amount asked for. ``as_of`` is a leaf: only what was known after that commit; the last one if None."""

    operand: Operand
    place: Place
    as_at: date
    as_of: int | None = None

    @property
    def days(self) -> tuple[str, str]:
        """First and last day that count, as PostgreSQL reads them."""
        first, last = parts.bounds(self.operand, self.as_at)
        return first.isoformat() if first else "-infinity", last.isoformat()
