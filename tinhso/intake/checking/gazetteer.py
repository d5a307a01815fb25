"""Units by dictionary, for the plain case: every text is the name or the code of just one unit within those above.

``units`` decides the rest (several of one name, old spellings, lost zeros); both agree where this one has an answer.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import polars as pl

from tinhso.foundation.text import fold

_digits = re.compile(r"[0-9][0-9.\- ]*")
_other = re.compile(r"[^0-9]")

Candidate = tuple[int, int]
"""area, ``how`` (0 where it is written as it is called)."""


class Unit(NamedTuple):
    """A unit's place number, its code, and the units it lies in by level (itself among them)."""

    place: int
    code: str
    above: Mapping[int, int | None]


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """``units`` by area; by level: candidates by folded name, areas by the digits of their code."""

    units: Mapping[int, Unit]
    named: Mapping[int, Mapping[str, Sequence[Candidate]]]
    coded: Mapping[int, Mapping[str, Sequence[int]]]

    def meant(self, texts: Mapping[int, str | None]) -> dict[int, int] | None:
        """The area that each text (by level, the highest first) names; None where any is in doubt or all are blank."""
        found: dict[int, int] = {}
        for level, text in texts.items():
            if text is not None:
                fitting = [one for one in self._candidates(level, text) if self._within(one[0], found)]
                if len(fitting) != 1 or fitting[0][1]:
                    return None
                found[level] = fitting[0][0]
        return found or None

    def code(self, level: int, found: Mapping[int, int]) -> str | None:
        """The code of the unit named at a level, else of the one that the deepest unit named lies in."""
        deepest = self.units[found[max(found)]]
        area = found.get(level, deepest.above[level])
        return None if area is None else self.units[area].code

    def _candidates(self, level: int, text: str) -> list[Candidate]:
        by_code: Sequence[int] = ()
        if _digits.fullmatch(text):
            by_code = self.coded[level].get(_other.sub("", text), ())
        by_name = self.named[level].get(fold(text), ())
        return [*((area, 0) for area in by_code), *(one for one in by_name if one[0] not in by_code)]

    def _within(self, area: int, found: Mapping[int, int]) -> bool:
        above = self.units[area].above
        return all(above[level] == one for level, one in found.items())


def of(frame: pl.DataFrame, there: Mapping[int, pl.DataFrame], named: Mapping[int, pl.DataFrame]) -> Gazetteer:
    """From the frames of ``units.Units``."""
    above = frame.select("area", "place", "code", *(f"a{level}" for level in there)).iter_rows()
    units = {area: Unit(place, code, dict(zip(there, areas, strict=True))) for area, place, code, *areas in above}
    names: dict[int, dict[str, list[Candidate]]] = {level: {} for level in there}
    codes: dict[int, dict[str, list[int]]] = {level: {} for level in there}
    for level in there:
        for folded, area, how in named[level].select("folded", "area", "how").iter_rows():
            names[level].setdefault(folded, []).append((area, how))
        for digits, area in there[level].select("digits", "area").iter_rows():
            codes[level].setdefault(digits, []).append(area)
    return Gazetteer(units, names, codes)
