"""What may be chosen in a form's fields: codes in force, and units of the officer's own area within one another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from tinhso.access.scope import EVERYWHERE, Ranges, Scope
from tinhso.areas.places import PlaceIndex
from tinhso.foundation import dates
from tinhso.foundation.bilingual import Text
from tinhso.foundation.text import sort_key
from tinhso.intake.examining import Knowing
from tinhso.intake.forms.merging import Texts
from tinhso.registers.declaration import LEVELS, Code, CodeList, Declaration, Field

MOST = 600
"""More choices than that are no help; such a field is typed."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice; ``group`` names what it lies in where choices of several units stand together."""

    value: str
    title: Text
    group: str = ""


Choices = Mapping[str, tuple[Choice, ...]]


@dataclass(frozen=True, slots=True)
class _Unit:
    code: str
    name: str
    level: int
    above: str


def choices(
    knowing: Knowing, declaration: Declaration, texts: Texts, *, scope: Scope, today: date
) -> dict[str, tuple[Choice, ...]]:  # fmt: skip
    """By field what may be chosen, given what the form says so far; fields that are typed are left out.

    What a field says already is always among its choices, so that nothing is lost by looking at it.
    """
    units = list(_units(knowing.places, scope.ranges(declaration.register, "propose")))
    every = None
    found: dict[str, tuple[Choice, ...]] = {}
    for name, field in declaration.fields.items():
        said = texts.get(name, "")
        if field.type == "area":
            if name in _placing(declaration).values():
                offered = _within(declaration, name, texts, units)
            else:
                every = list(_units(knowing.places, EVERYWHERE)) if every is None else every
                offered = _of_level(every, LEVELS[field.level or "commune"])
            if offered is not None:
                found[name] = _with_said(offered, said, knowing.places)
        elif (codes := knowing.lists.get(field.codes or "")) is not None:
            found[name] = _codes(codes, said, _day(field, texts, today))
        elif field.constraints.enum:
            found[name] = tuple(Choice(word, Text(word, word)) for word in field.constraints.enum)
    return found


def only(declaration: Declaration, found: Choices) -> dict[str, str]:
    """Where a record can belong to one unit only, that unit: what an officer of one commune need not choose."""
    named = [name for level, name in _placing(declaration).items() if level < LEVELS["village"]]
    return {name: found[name][0].value for name in named if len(found.get(name, ())) == 1}


def _placing(declaration: Declaration) -> dict[int, str]:
    """Level -> the field that says where a record belongs."""
    rule = declaration.area
    named = {2: rule.district, 3: rule.commune, 4: rule.village}
    return {level: name for level, name in named.items() if name is not None}


def _units(places: PlaceIndex, own: Ranges) -> Iterator[_Unit]:
    """The units that lie in the ranges, and those that they lie in, in the order of the tree."""
    path: dict[int, tuple[_Unit, list[bool]]] = {}
    rows: list[tuple[_Unit, list[bool]]] = []
    for code, place, level, name in places.codes.sort("place").select("code", "place", "level", "name").iter_rows():
        above = path.get(level - 1)
        unit = (_Unit(code, name, level, above[0].code if above else ""), [False])
        path = {higher: one for higher, one in path.items() if higher < level} | {level: unit}
        rows.append(unit)
        if any(low <= place <= high for low, high in own):
            for _, inside in path.values():
                inside[0] = True
    return (unit for unit, inside in rows if inside[0])


def _within(
    declaration: Declaration, name: str, texts: Texts, units: list[_Unit]
) -> tuple[Choice, ...] | None:  # fmt: skip
    """Units of the field's level: in the unit chosen above it, else all, by the units they lie in."""
    by = _placing(declaration)
    level = next(level for level, one in by.items() if one == name)
    above = texts.get(by.get(level - 1, ""), "")
    if above:
        return tuple(Choice(each.code, Text(each.name, each.name)) for each in _sorted(units, level)
                     if each.above == above)  # fmt: skip
    if level == LEVELS["village"] and level - 1 in by:
        one = {each.code for each in units if each.level == level - 1}
        return _of_level(units, level) if len(one) == 1 else ()
    return _of_level(units, level)


def _of_level(units: list[_Unit], level: int) -> tuple[Choice, ...] | None:
    names = {each.code: each.name for each in units}
    found = _sorted(units, level)
    groups = {each.above for each in found}
    if len(found) > MOST:
        return None
    grouped = level > LEVELS["district"] and len(groups) > 1
    made = [Choice(each.code, Text(each.name, each.name), names.get(each.above, "") if grouped else "")
            for each in found]  # fmt: skip
    return tuple(sorted(made, key=lambda each: sort_key(each.group))) if grouped else tuple(made)


def _sorted(units: list[_Unit], level: int) -> list[_Unit]:
    return sorted((each for each in units if each.level == level), key=lambda each: sort_key(each.name))


def _with_said(offered: tuple[Choice, ...], said: str, places: PlaceIndex) -> tuple[Choice, ...]:
    if not said or any(each.value == said for each in offered):
        return offered
    named = dict(places.codes.select("code", "name").iter_rows())
    return (*offered, Choice(said, Text(named.get(said, said), named.get(said, said))))


def _codes(codes: CodeList, said: str, day: date) -> tuple[Choice, ...]:
    def held(code: str, each: Code) -> bool:
        return each.in_force(day) or code == said

    return tuple(Choice(code, each.title) for code, each in codes.codes.items() if held(code, each))


def _day(field: Field, texts: Texts, today: date) -> date:
    """The day that decides which codes are in force."""
    said = dates.day(texts.get(field.on or "", ""))
    return said if isinstance(said, date) else today
