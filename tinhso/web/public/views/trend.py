"""The last months of a figure as a line drawn on the server: no script is needed to see it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from tinhso.indicators.breakdown import Slice
from tinhso.web.kit import writing
from tinhso.web.kit.sight import Sight

WIDTH, HEIGHT = 460, 230
TOP, BOTTOM, BESIDE = 16, 32, 10
LINES = 4
LETTER, LAST_LETTER = 8.6, 10.2
"""How wide a letter of an axis and of the last value is, in user units, so that none is cut off."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A word on an axis or beside a point."""

    x: float
    y: float
    said: str


@dataclass(frozen=True, slots=True)
class TrendView:
    """A line with its grid, its months and its last value; ``rows`` says the same as text."""

    width: int
    height: int
    left: int
    right: int
    path: str
    grid: tuple[Mark, ...]
    months: tuple[Mark, ...]
    last: Mark
    rows: tuple[tuple[str, str], ...]


def view(slices: Sequence[Slice], sight: Sight, *, share: bool, decimals: int) -> TrendView | None:
    """The line, or None where fewer than three months have a value or nothing ever changed."""
    known = [(place, each, each.figure.value) for place, each in enumerate(slices) if each.figure.value is not None]
    values = [value for _, _, value in known if value is not None]
    if len(values) < 3 or len(set(values)) < 2:
        return None
    low, high, step = _axis(min(values), max(values))

    def said(value: Decimal, digits: int) -> str:
        return (writing.percent if share else writing.number)(value, sight.language, digits)

    def x(place: int) -> float:
        return round(left + place * (right - left) / max(1, len(slices) - 1), 1)

    def y(value: Decimal) -> float:
        return round(TOP + float((high - value) / (high - low)) * (HEIGHT - TOP - BOTTOM), 1)

    ticks = [low + step * number for number in range(int((high - low) / step) + 1)]
    digits = max(0, -int(step.normalize().as_tuple().exponent)) if step < 1 else 0
    left = round(max(len(said(tick, digits)) for tick in ticks) * LETTER) + BESIDE
    right = WIDTH - round(len(said(values[-1], decimals)) * LAST_LETTER) - BESIDE
    points = [(x(place), y(value)) for place, _, value in known if value is not None]
    return TrendView(
        width=WIDTH, height=HEIGHT, left=left, right=right,
        path="M" + "L".join(f"{across:g} {down:g}" for across, down in points),
        grid=tuple(Mark(left - BESIDE, y(tick), said(tick, digits)) for tick in ticks),
        months=tuple(
            Mark(x(place), HEIGHT - 8, sight.say(each.title))
            for place, each in enumerate(slices)
            if _shown(place, len(slices))
        ),
        last=Mark(*points[-1], said(values[-1], decimals)),
        rows=tuple((sight.say(each.title), said(value, decimals)) for _, each, value in known if value is not None),
    )  # fmt: skip


def _shown(place: int, count: int) -> bool:
    return (count - 1 - place) % 3 == 0


def _axis(low: Decimal, high: Decimal) -> tuple[Decimal, Decimal, Decimal]:
    """A round step and the round limits around the values; from zero where the values come near it."""
    start = Decimal(0) if low >= 0 and low < high / 2 else low
    rough = (high - start) / LINES
    power = Decimal(1).scaleb(rough.adjusted())
    step = next(power * size for size in (1, 2, 5, 10) if power * size >= rough)
    return _rounded(start / step, ROUND_FLOOR) * step, _rounded(high / step, ROUND_CEILING) * step, step


def _rounded(number: Decimal, way: str) -> Decimal:
    return number.to_integral_value(rounding=way)
