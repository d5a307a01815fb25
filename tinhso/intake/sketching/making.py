"""The declaration that a wish makes, with the lists of codes that it brings along."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

import msgspec
from msgspec import structs

from tinhso.foundation.text import fold
from tinhso.intake.sketching import faults, kinds, naming
from tinhso.intake.sketching.wishes import FACETS, Entry, Wish, links
from tinhso.registers.declaration import AreaRule, Code, CodeList, Declaration, Field, ForeignKey, Reference, Text


class Made(msgspec.Struct, frozen=True):
    """The declaration that a wish makes, with the lists of codes that it brings along."""

    declaration: Declaration
    lists: Mapping[str, CodeList]


def made(
    wish: Wish, values: Mapping[str, Sequence[str]], declared: Mapping[str, Declaration],
    lists: Mapping[str, CodeList], base: Declaration | None = None,
) -> Made:  # fmt: skip
    """The declaration of a wish; ``values`` are a column's different texts, for lists of its own; ``base`` is what is
    in force of the register, of which all that the form does not speak of stays. Refused with all that is missing."""
    faults.refuse(wish, declared, lists, base)
    entries = sorted(wish.kept, key=lambda each: not each.listed)
    fields = {each.name: _field(each, wish, declared, base) for each in entries}
    own = {
        fields[each.name].codes: codes(str(fields[each.name].codes), each, values.get(each.letter, ()))
        for each in entries if each.kind == kinds.OWN
    }  # fmt: skip
    named = {flag: tuple(each.name for each in wish.kept if getattr(each, flag)) for flag in ("key", "search", "facet")}
    blank = Declaration(wish.register, Text("", ""), {}, (), "", unknown_columns=_unknown(wish))
    declaration = structs.replace(
        base or blank, title=Text(wish.vi, wish.en), fields=fields, label=wish.label, pillar=wish.pillar,
        label_order="person" if wish.person else "text", approval="second" if wish.second else "one",
        primary_key=_ordered(base.primary_key if base else (), named["key"]),
        search=_ordered(base.search if base else (), named["search"]),
        facets=_ordered(base.facets if base else (), named["facet"])[:FACETS],
        area=_area(entries, base), foreign_keys=_links(entries, declared, base),
    )  # fmt: skip
    return Made(declaration, {str(name): each for name, each in own.items()})


def _unknown(wish: Wish) -> Literal["refuse", "ignore"]:
    """What becomes of columns that are no field's: where some were left out on purpose, they are passed over."""
    return "refuse" if all(each.keep for each in wish.entries) else "ignore"


def _ordered(before: Sequence[str], now: Sequence[str]) -> tuple[str, ...]:
    """The names of now, those of before in their order."""
    return (*(name for name in before if name in now), *(name for name in now if name not in before))


def _field(entry: Entry, wish: Wish, declared: Mapping[str, Declaration], base: Declaration | None) -> Field:
    title = Text(entry.vi, entry.en)
    before = base.fields.get(entry.name) if base else None
    if before is not None and kinds.of(before, links(base), entry.name) == entry.kind:
        limits = structs.replace(before.constraints, required=entry.required)
        return structs.replace(before, title=title, constraints=limits, sensitive=entry.sensitive)
    fresh = kinds.field(
        entry.kind, title, required=entry.required or entry.key, own_list=own_list(wish.register, entry.name),
        declared=declared,
    )  # fmt: skip
    headings = (entry.heading,) if entry.heading and entry.heading not in (entry.vi, entry.en) else ()
    if before is not None:
        headings = tuple(dict.fromkeys((*before.headings, *headings)))
    return structs.replace(fresh, sensitive=entry.sensitive, headings=headings)


def own_list(register: str, field: str) -> str:
    """The name of the list of codes that belongs to one field of a register."""
    return f"{register}_{field}"


def codes(name: str, entry: Entry, values: Iterable[str]) -> CodeList:
    """A list of the different texts of a column; those that differ in case and marks alone are one code's."""
    found: dict[str, Code] = {}
    by_fold: dict[str, str] = {}
    for text in sorted(values):
        if (code := by_fold.get(fold(text))) is not None:
            found[code] = structs.replace(found[code], synonyms=(*found[code].synonyms, text))
            continue
        stem = text if text.isdecimal() and text.isascii() else naming.slug(text, 30) or f"ma_{len(found) + 1}"
        code = stem if stem not in found else next(
            one for number in range(2, len(found) + 3) if (one := f"{stem}_{number}") not in found)  # fmt: skip
        found[code], by_fold[fold(text)] = Code(Text(text, text)), code
    return CodeList(name, Text(entry.vi, entry.en), found)


def _area(entries: Sequence[Entry], base: Declaration | None) -> AreaRule:
    """The first field of each level says where a record belongs; without any, its sender's unit does."""
    if base is not None and (
        base.area != AreaRule(default="province") or all(one.name in base.fields for one in entries)
    ):
        return base.area
    first: dict[str, str] = {}
    for each in entries:
        if each.kind in kinds.AREAS:
            first.setdefault(each.kind, each.name)
    blank = not any(each.required for each in entries if each.name in first.values())
    return AreaRule(**first, default="province" if blank else None)


def _links(
    entries: Sequence[Entry], declared: Mapping[str, Declaration], base: Declaration | None
) -> tuple[ForeignKey, ...]:  # fmt: skip
    named = {each.name: each.kind.removeprefix(kinds.LINKED) for each in entries if each.kind.startswith(kinds.LINKED)}
    kept = [key for key in (base.foreign_keys if base else ()) if len(key.fields) > 1 or (
        named.pop(key.fields[0], None) == key.reference.resource)]  # fmt: skip
    fresh = (ForeignKey((name,), Reference(one, declared[one].primary_key)) for name, one in named.items())
    return (*kept, *fresh)
