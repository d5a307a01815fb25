"""A map of communes in six classes, with the histogram that is its legend: how many communes each class holds."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from tinhso.areas.drawing import Drawing
from tinhso.web.kit import writing
from tinhso.web.kit.sight import Sight

CLASSES = 5
Values = Mapping[str, Decimal | None]
Said = Callable[[Decimal | None], str]
PERCENT = f"{writing.SPACE}%"
LETTER, LINE = 9.5, 22
"""How wide a letter of a name and how high a line is, in user units."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A commune: its path, its class (n: no data, 0: none of it, 1 to 5: more) and what it says."""

    code: str
    path: str
    kind: str
    said: str


@dataclass(frozen=True, slots=True)
class Name:
    """A district's outline and its name on the map."""

    path: str
    name: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Step:
    """A class of the legend: how many communes it holds, and the height of its bar (of 40)."""

    kind: str
    said: str
    count: int
    height: float


@dataclass(frozen=True, slots=True)
class MapView:
    """The whole map in SVG user units."""

    width: float
    height: float
    cells: tuple[Cell, ...]
    names: tuple[Name, ...]
    steps: tuple[Step, ...]
    approximate: bool


def view(
    drawing: Drawing, values: Values, sight: Sight, *, share: bool, decimals: int,
    away: frozenset[str] = frozenset(),
) -> MapView:  # fmt: skip
    """Colour a drawing by the communes' values; those ``away`` are withheld."""

    def said(value: Decimal | None) -> str:
        if value is None:
            return sight.gettext("no data")
        return (writing.percent if share else writing.number)(value, sight.language, decimals)

    edges = limits([value for value in values.values() if value])
    kinds = {code: kind(value, edges) for code, value in values.items()}

    def told(code: str) -> str:
        return _withheld(sight) if code in away else said(values.get(code))

    cells = tuple(
        Cell(each.code, each.path, kinds.get(each.code, "n"), f"{each.name}: {told(each.code)}")
        for each in drawing.communes
    )
    return MapView(
        width=drawing.width, height=drawing.height, cells=cells, approximate=drawing.approximate,
        names=tuple(apart([_name(each.path, each.name, each.x, each.y) for each in drawing.districts])),
        steps=tuple(_steps(cells, values, edges, said, sight)),
    )  # fmt: skip


def _withheld(sight: Sight) -> str:
    return sight.gettext("withheld")


def limits(values: Sequence[Decimal]) -> list[Decimal]:
    """The upper limits of at most five classes with about as many communes in each, found from the top down.

    Equal values stay together: one that most communes share has a class of its own, and the rest keep theirs.
    """
    rest = sorted(values)
    distinct = sorted(set(rest))
    if len(distinct) <= CLASSES:
        return distinct
    edges: list[Decimal] = []
    while rest:
        edges.append(rest[-1])
        size = -(-len(rest) // max(1, CLASSES - len(edges) + 1))
        rest = rest[: _start(rest, size)] if len(edges) < CLASSES else []
    return edges[::-1]


def _start(ordered: Sequence[Decimal], size: int) -> int:
    """Where the uppermost class of about ``size`` values begins: below the run of equal ones, or above a long one."""
    low, above = bisect_left(ordered, ordered[-size]), bisect_right(ordered, ordered[-size])
    return above if above < len(ordered) and 2 * (len(ordered) - low) > 3 * size else low


def kind(value: Decimal | None, edges: Sequence[Decimal]) -> str:
    """The class of a value: the darkest for the highest, however few classes there are."""
    if value is None:
        return "n"
    if value == 0 or not edges:
        return "0"
    place = next((number for number, edge in enumerate(edges) if value <= edge), len(edges) - 1)
    return str(CLASSES - len(edges) + place + 1)


def _steps(
    cells: Sequence[Cell], values: Values, edges: Sequence[Decimal], said: Said, sight: Sight
) -> Iterator[Step]:
    counts: dict[str, int] = {}
    for cell in cells:
        counts[cell.kind] = counts.get(cell.kind, 0) + 1
    tallest = max(counts.values(), default=1)
    for name in ("n", "0", *(str(CLASSES - len(edges) + place + 1) for place in range(len(edges)))):
        count = counts.get(name, 0)
        if count or name not in ("n", "0"):
            yield Step(name, _label(name, edges, values, said, sight), count, round(40 * count / tallest, 1))


def _label(name: str, edges: Sequence[Decimal], values: Values, said: Said, sight: Sight) -> str:
    if name == "n":
        return sight.gettext("no data")
    if name == "0":
        return said(Decimal(0))
    place = int(name) - 1 - (CLASSES - len(edges))
    inside = [value for value in values.values() if value and kind(value, edges) == name]
    low, high = (min(inside), max(inside)) if inside else (edges[place], edges[place])
    return said(low) if low == high else f"{said(low).removesuffix(PERCENT)}–{said(high)}"


def _name(path: str, name: str, x: float, y: float) -> Name:
    short = name.replace("Huyện ", "").replace("Thành phố ", "TP ").replace("Thị xã ", "TX ")
    return Name(path, short, x, y)


def apart(names: Sequence[Name]) -> list[Name]:
    """The names moved up and down until none stands in another, each as little as will do."""
    moved = sorted(names, key=lambda each: each.y)
    for _ in range(10):
        for first, upper in enumerate(moved):
            for second in range(first + 1, len(moved)):
                lower = moved[second]
                room = (len(upper.name) + len(lower.name)) / 2 * LETTER
                short = LINE - (lower.y - upper.y)
                if abs(upper.x - lower.x) < room and short > 0:
                    upper = moved[first] = replace(upper, y=round(upper.y - short / 2, 1))
                    moved[second] = replace(lower, y=round(lower.y + short / 2, 1))
    return moved
