"""What may be chosen in a cell: titles of codes and names of units, each of which is understood as just that one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from tinhso.areas.places import PlaceIndex
from tinhso.foundation.text import fold, sort_key
from tinhso.registers.declaration import LEVELS, CodeList, Declaration, Field

YES, NO = "Có", "Không"
VILLAGE = LEVELS["village"]


@dataclass(frozen=True, slots=True)
class Choices:
    """For each field with choices: how each value is written (``shown``), which of them are offered, and for a field
    within another (a village in its commune) the offered ones by what is written there."""

    shown: Mapping[str, Mapping[str, str]]
    offered: Mapping[str, Sequence[str]]
    within: Mapping[str, tuple[str, Mapping[str, Sequence[str]]]] = field(default_factory=dict)

    def written(self, name: str, value: str) -> str:
        """How a value is written in the cell of a field."""
        return self.shown.get(name, {}).get(value, value)


def of(
    declaration: Declaration, lists: Mapping[str, CodeList], places: PlaceIndex, span: tuple[int, int], today: date
) -> Choices:
    """The choices of a register; units are offered that lie in a span of places, or that it lies in."""
    shown: dict[str, Mapping[str, str]] = {}
    offered: dict[str, Sequence[str]] = {}
    for name, each in declaration.fields.items():
        if each.type == "area":
            shown[name], offered[name] = _areas(each, places, span)
        elif each.codes in lists:
            shown[name], offered[name] = _codes(lists[each.codes or ""], today)
        elif each.constraints.enum:
            offered[name] = each.constraints.enum
        elif each.type == "boolean":
            shown[name], offered[name] = {"true": YES, "false": NO}, (YES, NO)
    return Choices(shown, offered, _within(declaration, places, shown, offered))


def _codes(codes: CodeList, today: date) -> tuple[dict[str, str], list[str]]:
    """A title that nothing else in the list is called by, at any time; else the code itself."""
    told = Counter(
        folded for code, each in codes.codes.items()
        for folded in {fold(text) for text in (code, each.title.vi, each.title.en, *each.synonyms)}
    )  # fmt: skip
    shown = {code: each.title.vi if told[fold(each.title.vi)] == 1 else code for code, each in codes.codes.items()}
    now = {code for code, each in codes.codes.items() if each.in_force(today)}
    # whoever reads it later by another day's list has the code itself, which is never another's
    return {code: text for code, text in shown.items() if code in now}, [shown[code] for code in shown if code in now]


def _areas(each: Field, places: PlaceIndex, span: tuple[int, int]) -> tuple[dict[str, str], list[str]]:
    """Names that one unit of the level has; others with their code in brackets, which is read in a template."""
    units = places.codes.filter(pl.col("level") == LEVELS[each.level]) if each.level else places.codes
    claimed = places.names.select("folded", "level", "area").unique()
    spelt = Counter(folded for folded, level in claimed.select("folded", "level").iter_rows()
                    if each.level is None or level == LEVELS[each.level])  # fmt: skip
    shown = {
        code: name if spelt[fold(name)] == 1 else f"{name} ({code})"
        for code, name in units.select("code", "name").rows()
    }
    inside = units.filter(pl.col("place").is_between(*span))
    return shown, [shown[code] for code in inside["code"].to_list()]


def _within(
    declaration: Declaration, places: PlaceIndex, shown: Mapping[str, Mapping[str, str]],
    offered: Mapping[str, Sequence[str]],
) -> dict[str, tuple[str, Mapping[str, Sequence[str]]]]:  # fmt: skip
    """Villages by their commune, where the register has a field for each."""
    rule = declaration.area
    found: dict[str, tuple[str, Mapping[str, Sequence[str]]]] = {}
    if rule.village in offered and rule.commune in offered and rule.village and rule.commune:
        units = places.codes.sort("place").select("code", "level").rows()
        commune, villages = "", {str(text) for text in offered[rule.village]}
        by: dict[str, list[str]] = {}
        for code, level in units:  # nested sets: a commune's villages follow it
            if level == VILLAGE - 1:
                commune = shown[rule.commune].get(code, "")
            elif level == VILLAGE and (text := shown[rule.village].get(code)) in villages and commune:
                by.setdefault(commune, []).append(str(text))
        found[rule.village] = (rule.commune, {key: sorted(by[key], key=sort_key) for key in by})
    return found
