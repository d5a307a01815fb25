"""What a column may be, in the officer's words, and the declared field that it makes.

A kind is a word: ``text``, ``whole``, ``commune``, ``citizen_id`` …; ``codes`` with a list of its own, ``codes:NAME``
with one that is there, ``link:REGISTER`` for the key of another register.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import structs

from tinhso.registers.declaration import AreaLevel, CodeList, Constraints, Declaration, Field, FieldType, Text

TYPES: dict[str, FieldType] = {
    "text": "string", "whole": "integer", "number": "number", "money": "money", "date": "date",
    "partial_date": "partialDate", "yes_no": "boolean",
}  # fmt: skip
AREAS: dict[str, AreaLevel] = {"district": "district", "commune": "commune", "village": "village"}
CHECKED = ("citizen_id", "tax_code", "phone", "email", "social_insurance_no", "gtin", "gln")
PLAIN = (*TYPES, *AREAS, *CHECKED)
OWN, LISTED, LINKED = "codes", "codes:", "link:"
PRIVATE = ("citizen_id", "phone", "social_insurance_no")
"""What tells of a person by itself: sensitive, and so masked, unless somebody says otherwise."""
NUMBERS = ("whole", "number", "money")


def field(kind: str, title: Text, *, required: bool, own_list: str, declared: Mapping[str, Declaration]) -> Field:
    """The field that a kind makes; ``own_list`` is the name of the list of codes that would be its own."""
    limits = Constraints(required=required)
    if kind in TYPES:
        return Field(TYPES[kind], title, constraints=limits)
    if kind in AREAS:
        return Field("area", title, constraints=limits, level=AREAS[kind])
    if kind in CHECKED:
        return Field("string", title, constraints=limits, check=kind)
    if kind.startswith(LINKED):
        return _linked(declared[kind.removeprefix(LINKED)], title, required)
    return Field("string", title, constraints=limits, codes=own_list if kind == OWN else kind.removeprefix(LISTED))


def of(declared: Field, links: Mapping[str, str], name: str) -> str:
    """The kind that a declared field is of; ``links`` are the registers that fields lead to."""
    if name in links:
        return f"{LINKED}{links[name]}"
    if declared.codes is not None:
        return f"{LISTED}{declared.codes}"
    if declared.type == "area":
        return declared.level if declared.level in AREAS else "commune"
    if declared.check in CHECKED:
        return declared.check
    return next((kind for kind, kept in TYPES.items() if kept == declared.type), "text")


def known(kind: str, lists: Mapping[str, CodeList], declared: Mapping[str, Declaration]) -> bool:
    """Whether there is such a kind."""
    if kind.startswith(LISTED):
        return kind.removeprefix(LISTED) in lists
    if kind.startswith(LINKED):
        return linkable(declared.get(kind.removeprefix(LINKED)))
    return kind in PLAIN or kind == OWN


def linkable(declared: Declaration | None) -> bool:
    """Whether records of the register can be named by one text."""
    return declared is not None and len(declared.primary_key) == 1 and _key(declared).type == "string"


def _linked(theirs: Declaration, title: Text, required: bool) -> Field:
    key = _key(theirs)
    limits = structs.replace(key.constraints, required=required)
    return Field("string", title, constraints=limits, example=key.example, check=key.check, codes=key.codes)


def _key(declared: Declaration) -> Field:
    return declared.fields[declared.primary_key[0]]
