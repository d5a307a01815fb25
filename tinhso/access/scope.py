"""A ``Scope``: what its holder may see and do, over which ranges of places.

Places are nested-set numbers of the area tree in force; an area's range covers all that lies in it.
Only this room constructs a Scope (a law test looks). Row policies in the database hold the same ranges again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

RANGES = 4
"""How many separate ranges a Scope may hold; the row policies read exactly as many."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Who acts (``actor``), with which verbs, over which ranges of places; ``whole`` is everywhere.

    ``public`` limits reading to the fields that a declaration calls public.
    """

    actor: str
    verbs: frozenset[str]
    ranges: tuple[tuple[int, int], ...] = ()
    whole: bool = False
    public: bool = False

    def predicate(self, column: str = "place") -> str:
        """The literal SQL condition that keeps rows of this scope (integers only, so nothing to inject)."""
        if self.whole:
            return "true"
        parts = [f"{column} between {int(low)} and {int(high)}" for low, high in self.ranges]
        return "(" + " or ".join(parts) + ")" if parts else "false"

    def mask(self, column: str = "place") -> pl.Expr:
        """The same condition for a frame."""
        if self.whole:
            return pl.lit(True)
        return pl.any_horizontal([pl.col(column).is_between(low, high) for low, high in self.ranges] or [pl.lit(False)])

    def covers(self, low: int, high: int) -> bool:
        """Whether the whole range lies inside one range of this scope."""
        return self.whole or any(start <= low and high <= end for start, end in self.ranges)

    def settings(self) -> dict[str, str]:
        """The transaction's settings that the row policies read."""
        found = {"tinhso.whole": "on" if self.whole else "off", "tinhso.actor": self.actor}
        for slot in range(RANGES):
            low, high = self.ranges[slot] if slot < len(self.ranges) else (1, 0)
            found |= {f"tinhso.low{slot}": str(low), f"tinhso.high{slot}": str(high)}
        return found


def merged(ranges: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Ranges in order, overlapping and touching ones joined."""
    joined: list[tuple[int, int]] = []
    for low, high in sorted(ranges):
        if joined and low <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(joined[-1][1], high))
        else:
            joined.append((low, high))
    return tuple(joined)
