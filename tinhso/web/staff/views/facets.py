"""The facets of a register's list with exact counts: each code a link that narrows the list by it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tinhso.registers.declaration import Declaration
from tinhso.web.kit.sight import Sight
from tinhso.web.staff.views.values import Lists, shown

FEW = 8
"""So many codes of a facet are shown at once, the most frequent; the others unfold."""


@dataclass(frozen=True, slots=True)
class Code:
    """One code: how many records have it, and the list narrowed by it (or, where it is chosen, no longer)."""

    title: str
    count: int
    chosen: bool
    link: str | None


@dataclass(frozen=True, slots=True)
class CountedFacet:
    """A facet with its codes, the most frequent first."""

    title: str
    codes: tuple[Code, ...]
    more: tuple[Code, ...]


def counted(
    declaration: Declaration, lists: Lists, counts: Mapping[str, Mapping[Any, int]], chosen: Mapping[str, Any],
    sight: Sight,
) -> list[CountedFacet]:  # fmt: skip
    """The facets that have anything to tell; ``sight`` is that of the list."""
    made = []
    for name, found in counts.items():
        field = declaration.fields[name]
        ordered = sorted(found.items(), key=lambda pair: (-pair[1], str(pair[0])))
        codes = tuple(
            Code(
                sight.gettext("not given") if value is None else shown(value, field, lists, sight), count,
                name in chosen and chosen[name] == value, _link(name, value, chosen, sight),
            )
            for value, count in ordered
        )  # fmt: skip
        if codes:
            made.append(CountedFacet(sight.say(field.title), codes[:FEW], codes[FEW:]))
    return made


def _link(name: str, value: Any, chosen: Mapping[str, Any], sight: Sight) -> str | None:
    if value is None:
        return None
    word = str(value).lower() if isinstance(value, bool) else str(value)
    return sight.link(**{name: None if chosen.get(name) == value else word, "after": None})
