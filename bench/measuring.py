"""A measurement: a value, what it is held against, and how busy the machine was."""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Measure:
    """``ratio`` is value / limit_value and must not exceed ``goal``. Loads are those of the last minute.

    A measurement without a limit is itself one, or is told for information.
    """

    name: str
    value: float
    unit: str
    limit_name: str | None = None
    limit_value: float | None = None
    goal: float | None = None
    repeats: int = 1
    load_before: float = 0.0
    load_after: float = 0.0

    @property
    def ratio(self) -> float | None:
        return self.value / self.limit_value if self.limit_value else None

    @property
    def kept(self) -> bool | None:
        """Whether the goal is reached; None where there is none."""
        return None if self.ratio is None or self.goal is None else self.ratio <= self.goal

    def as_json(self) -> dict[str, Any]:
        """The shape of ``docs/reference/shapes/bench.schema.json``."""
        shape = asdict(self) | {"ratio": self.ratio}
        return {name: round(value, 4) if isinstance(value, float) else value for name, value in shape.items()}


@dataclass(frozen=True, slots=True)
class Timed:
    """Seconds (or another amount) of several repeats, with the load around them."""

    amounts: tuple[float, ...]
    load_before: float
    load_after: float

    @property
    def best(self) -> float:
        return min(self.amounts)

    def percentile(self, share: float) -> float:
        """The smallest amount that ``share`` of the repeats do not exceed."""
        ordered = sorted(self.amounts)
        return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def load() -> float:
    """How many processes wanted a core during the last minute."""
    return os.getloadavg()[0]


def gathered(measure: Callable[[], float], repeats: int) -> Timed:
    """Call ``measure`` so many times; it returns the amount measured."""
    before = load()
    amounts = tuple(measure() for _ in range(repeats))
    return Timed(amounts, before, load())


def seconds(action: Callable[[], object]) -> float:
    """How long an action takes."""
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def against(name: str, timed: Timed, amount: float, unit: str, limit: tuple[str, float], goal: float) -> Measure:
    """A measurement held against a limit (its name and value in the same unit)."""
    return Measure(
        name, amount, unit, limit[0], limit[1], goal, len(timed.amounts), timed.load_before, timed.load_after
    )


def within(name: str, timed: Timed, most: float, *, share: float = 0.95) -> Measure:
    """A percentile in milliseconds held against a fixed number of milliseconds."""
    value = timed.percentile(share) * 1000
    return against(f"{name}, p{round(share * 100)}", timed, value, "ms", ("fixed", most), 1.0)


def plain(name: str, timed: Timed, unit: str = "s") -> Measure:
    """The best of the repeats, held against nothing."""
    return Measure(
        name, timed.best, unit, repeats=len(timed.amounts), load_before=timed.load_before, load_after=timed.load_after
    )
