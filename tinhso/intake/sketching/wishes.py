"""A wish: what an officer wants a register to be, column by column, as a form holds it.

``of`` turns a declaration in force back into a wish, so that one form makes registers and changes them.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from tinhso.intake.sketching import kinds
from tinhso.registers.declaration import (
    Declaration,
)

Pillar = Literal["foundation", "government", "economy", "society"]
MOST_FIELDS = 200
LONGEST_TITLE = 120
LISTED = 4
"""So many fields a list shows unasked."""
FACETS = 12
"""A list's index carries its facets along, and PostgreSQL takes 32 columns into an index at most."""


class Entry(msgspec.Struct, frozen=True):
    """One column or field. ``letter`` is the column's in the file ("" where it has none)."""

    name: str
    vi: str
    en: str
    kind: str = "text"
    letter: str = ""
    heading: str = ""
    keep: bool = True
    required: bool = False
    key: bool = False
    sensitive: bool = False
    search: bool = False
    facet: bool = False
    listed: bool = False
    """Whether lists show it unasked: such fields come first."""


class Wish(msgspec.Struct, frozen=True):
    """The register that is wanted. ``label`` is the name of the field that records are called by."""

    register: str
    vi: str
    en: str
    entries: tuple[Entry, ...]
    label: str = ""
    pillar: Pillar = "foundation"
    person: bool = False
    second: bool = False
    """Whether a second person approves."""

    @property
    def kept(self) -> tuple[Entry, ...]:
        return tuple(each for each in self.entries if each.keep)


def of(declaration: Declaration) -> Wish:
    """A declaration in force as a wish."""
    known = links(declaration)
    order = dict.fromkeys((declaration.label, *declaration.primary_key, *declaration.fields))
    usual = [name for name in order if declaration.fields[name].type != "area"][:LISTED]
    entries = tuple(
        Entry(
            name, field.title.vi, field.title.en, kinds.of(field, known, name), required=field.constraints.required,
            key=name in declaration.primary_key, sensitive=field.sensitive, search=name in declaration.search,
            facet=name in declaration.facets, listed=name in usual,
        )
        for name, field in declaration.fields.items()
    )  # fmt: skip
    return Wish(
        declaration.register, declaration.title.vi, declaration.title.en, entries, declaration.label,
        declaration.pillar, declaration.label_order == "person", declaration.approval == "second",
    )  # fmt: skip


def links(declaration: Declaration | None) -> dict[str, str]:
    """By field the register that it leads to, for links of one field."""
    keys = declaration.foreign_keys if declaration else ()
    return {key.fields[0]: key.reference.resource for key in keys if len(key.fields) == 1}
