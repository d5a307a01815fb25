"""What is measured of a register: the words that pages, lists and JSON know it by."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from tinhso.access.scope import Scope
from tinhso.foundation.problems import refuse
from tinhso.registers import masking
from tinhso.registers.checks import CHECKS
from tinhso.registers.declaration import CodeList, Declaration, Field
from tinhso.registers.expressions import condition

Kind = Literal["missing", "invalid", "closer", "rule", "sums", "double", "stale", "outlier"]
NUMBERS = ("integer", "number", "money")
TOGETHER = {
    "missing": ("missing",), "wrong": ("invalid", "rule"), "closer": ("closer",), "sums": ("sums",),
    "double": ("double",), "stale": ("stale",),
}  # fmt: skip
"""Measures told in one number: records with at least one of them (of ``missing`` the required fields only)."""


@dataclass(frozen=True, slots=True)
class Measure:
    """One thing that may be wrong with a record; ``word`` is its name in addresses, ``fields`` what it looks at.

    ``warns`` where checking would only warn; ``required`` where the missing value must be given.
    """

    word: str
    kind: Kind
    fields: tuple[str, ...]
    required: bool = False
    warns: bool = False

    @property
    def counts(self) -> bool:
        """Whether a record that has it is counted among the faulty ones."""
        return self.required if self.kind == "missing" else self.kind != "outlier"


def of(declaration: Declaration, lists: Mapping[str, CodeList]) -> tuple[Measure, ...]:
    """All measures of a register, in the order of its declaration."""
    return (*_of_fields(declaration, lists), *_of_rules(declaration), *_of_records(declaration))


def _of_fields(declaration: Declaration, lists: Mapping[str, CodeList]) -> Iterator[Measure]:
    for name, field in declaration.fields.items():
        yield Measure(f"missing.{name}", "missing", (name,), required=field.constraints.required)
        if limited(field, lists):
            yield Measure(f"invalid.{name}", "invalid", (name,))
        if field.constraints.pattern is not None or field.check is not None:
            yield Measure(f"closer.{name}", "closer", (name, *roles(declaration, name).values()))
        if field.type in NUMBERS and name not in declaration.primary_key:
            yield Measure(f"outlier.{name}", "outlier", (name,))


def _of_rules(declaration: Declaration) -> Iterator[Measure]:
    types = {name: field.type for name, field in declaration.fields.items()}
    for check in declaration.checks:
        formulas = [condition(text, types, {"as_at": "date", "today": "date"}) for text in (check.if_, check.then)]
        used = frozenset[str]().union(*(formula.fields for formula in formulas))
        fields = tuple(name for name in types if name in used)
        kind: Kind = "sums" if check.about == "sums" else "rule"
        yield Measure(f"{kind}.{check.code}", kind, fields, warns=check.severity == "warning")


def _of_records(declaration: Declaration) -> Iterator[Measure]:
    for number, fields in enumerate(same(declaration)):
        yield Measure(f"double.{number}", "double", fields, warns=True)
    if declaration.quality.fresh is not None:
        yield Measure("stale", "stale", (declaration.quality.fresh.on,), warns=True)


def limited(field: Field, lists: Mapping[str, CodeList]) -> bool:
    """Whether the field's values have limits that a query can tell."""
    limits = field.constraints
    lengths = limits.min_length is not None or limits.max_length is not None
    bounds = (limits.minimum is not None or limits.maximum is not None) and field.type in (*NUMBERS, "date")
    return bool(field.codes in lists or limits.enum or lengths or bounds or field.type == "area")


def roles(declaration: Declaration, name: str) -> dict[str, str]:
    """The other fields that the field's named check looks at, by role."""
    field = declaration.fields[name]
    check = CHECKS.get(field.check or "")
    named = {role: field.with_.get(role, role) for role in (check.roles if check else ())}
    return {role: other for role, other in named.items() if other in declaration.fields and other != name}


def same(declaration: Declaration) -> tuple[tuple[str, ...], ...]:
    """Fields by which a record is known again: as declared, else name and birth date of whoever a number names."""
    if declaration.quality.same or declaration.label_order != "person":
        return declaration.quality.same
    born = [roles(declaration, name).get("birth_date") for name, field in declaration.fields.items()
            if field.check == "citizen_id"]  # fmt: skip
    return tuple((declaration.label, other) for other in dict.fromkeys(born) if other)


def one(found: tuple[Measure, ...], word: str, declaration: Declaration) -> tuple[Measure, ...]:
    """The measures that a word names, one or several told together; refused where it names none."""
    if word in TOGETHER:
        named = tuple(each for each in found if each.kind in TOGETHER[word] and each.counts)
    else:
        named = tuple(each for each in found if each.word == word)
    if not named:
        raise refuse("registers.unknown_measure", value=word, register=declaration.register)
    return named


def opens(measure: Measure, declaration: Declaration, scope: Scope) -> bool:
    """Whether whoever asks may be shown which records they are.

    That a value is missing the list shows anyway. What is wrong is for those to know who may mend it; out of the usual,
    or the same, is told only by fields that are shown: else the list would tell what is masked.
    """
    shown = all(masking.may_filter(declaration, scope, name) for name in measure.fields)
    mends = scope.may("propose", declaration.register)
    return shown or measure.kind == "missing" or (mends and measure.kind in ("invalid", "closer", "rule", "sums"))
