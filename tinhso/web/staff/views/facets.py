"""What narrows a list: areas and codes with exact counts, each a box to tick, and the other fields' controls."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tinhso.registers.conditions import Among, Condition, Span, Words
from tinhso.registers.declaration import Declaration, Field
from tinhso.registers.records import Tally
from tinhso.web.kit.places import Here
from tinhso.web.kit.sight import Sight
from tinhso.web.staff.views import asking
from tinhso.web.staff.views.asking import Asked
from tinhso.web.staff.views.values import Lists, shown

FEW = 6
"""So many codes of a facet are shown at once, the most frequent; the others unfold."""


@dataclass(frozen=True, slots=True)
class Code:
    """One code: what an address says for it, how many records have it (None: not counted), whether it is chosen."""

    word: str
    title: str
    count: int | None
    chosen: bool


@dataclass(frozen=True, slots=True)
class Facet:
    """A field with its codes, the most frequent first."""

    name: str
    title: str
    codes: tuple[Code, ...]
    more: tuple[Code, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A unit within the area of the list, and the list narrowed to it."""

    name: str
    count: int | None
    link: str


@dataclass(frozen=True, slots=True)
class Asking:
    """A field with its control: ``codes`` to choose among, a span's ends, or words; ``kind`` is the input's type."""

    name: str
    title: str
    control: str
    kind: str
    low: str
    high: str
    words: str
    codes: tuple[Code, ...]

    @property
    def open(self) -> bool:
        """Whether it narrows the list now."""
        return bool(self.low or self.high or self.words or any(code.chosen for code in self.codes))


@dataclass(frozen=True, slots=True)
class Narrowing:
    """The pane beside a list."""

    parts: tuple[Part, ...]
    more_parts: tuple[Part, ...]
    above: Part | None
    facets: tuple[Facet, ...]
    others: tuple[Asking, ...]

    @property
    def open(self) -> bool:
        """Whether one of the folded controls narrows the list."""
        return any(each.open for each in self.others)


def narrowing(
    declaration: Declaration, lists: Lists, asked: Asked, here: Here, sight: Sight, *, facets: Collection[str],
    may_ask: Sequence[str], tally: Tally | None = None,
) -> Narrowing:  # fmt: skip
    """The pane, counted where a ``tally`` is given; units without records are left out of a counted one."""
    path = f"/staff/registers/{declaration.register}"
    parts = _parts(here, asked, path, tally)
    above = here.above[-1] if here.above and asked.area else None
    others = [name for name in may_ask if name not in facets and declaration.fields[name].type != "area"]
    return Narrowing(
        parts=tuple(parts[:FEW]), more_parts=tuple(parts[FEW:]),
        above=Part(above.name, None, f"{path}?{asked.query(area=above.code)}") if above else None,
        facets=tuple(
            _facet(name, declaration.fields[name], lists, asked, sight, None if tally is None else tally.facets[name])
            for name in facets
        ),
        others=tuple(_asking(name, declaration.fields[name], lists, asked, sight) for name in others),
    )  # fmt: skip


def _parts(here: Here, asked: Asked, path: str, tally: Tally | None) -> list[Part]:
    counts = tally.parts if tally else {}
    made = [
        Part(spot.name, counts.get(at, 0) if tally else None, f"{path}?{asked.query(area=spot.code)}")
        for at, spot in ((here.order(spot.code), spot) for spot in here.below)
    ]
    return sorted((each for each in made if each.count != 0), key=lambda each: -(each.count or 0))


def _facet(
    name: str, field: Field, lists: Lists, asked: Asked, sight: Sight, counts: Mapping[Any, int] | None
) -> Facet:
    chosen = asked.filters.get(name)
    wanted = chosen if isinstance(chosen, Among) else Among(())
    known = _known(field, lists)
    values = list(dict.fromkeys([*(counts or {}), *wanted.values, *([None] if wanted.blank else []), *(
        known if counts is None else ())]))  # fmt: skip
    codes = [
        Code(
            asking.word_of(value), sight.gettext("not given") if value is None else shown(value, field, lists, sight),
            None if counts is None else counts.get(value, 0), wanted.holds(value),
        )
        for value in values
    ]  # fmt: skip
    if counts is not None:
        codes.sort(key=lambda code: (-(code.count or 0), code.word))
    few = [code for at, code in enumerate(codes) if at < FEW or code.chosen]
    return Facet(name, sight.say(field.title), tuple(few), tuple(code for code in codes if code not in few))


def _known(field: Field, lists: Lists) -> list[Any]:
    if field.codes and field.codes in lists:
        return list(lists[field.codes].codes)
    return [True, False] if field.type == "boolean" else list(field.constraints.enum)


def _asking(name: str, field: Field, lists: Lists, asked: Asked, sight: Sight) -> Asking:
    condition: Condition | None = asked.filters.get(name)
    kind = {"date": "date", "partialDate": "text"}.get(field.type, "number")
    low, high = (condition.low, condition.high) if isinstance(condition, Span) else (None, None)
    control = asking.control(field, lists)
    wanted = condition if isinstance(condition, Among) else Among(())
    codes = tuple(
        Code(asking.word_of(value), shown(value, field, lists, sight), None, wanted.holds(value))
        for value in _known(field, lists)
    )
    return Asking(
        name, sight.say(field.title), control, kind, "" if low is None else str(low), "" if high is None else str(high),
        condition.text if isinstance(condition, Words) else "", codes if control == "codes" else (),
    )  # fmt: skip
