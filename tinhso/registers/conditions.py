"""What a list may be narrowed by: values of a field, a span of it, words in it. Values are bound, never made SQL."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from tinhso.access.scope import Scope
from tinhso.foundation import text
from tinhso.foundation.database import SQL, Composed, ident
from tinhso.foundation.problems import refuse
from tinhso.registers import masking
from tinhso.registers.clauses import Clause
from tinhso.registers.declaration import Declaration, Field

PICKED = "id"
"""Narrows to records that were picked one by one; no field may be called so."""


@dataclass(frozen=True, slots=True)
class Among:
    """One of the values; ``blank`` also where there is none."""

    values: tuple[Any, ...]
    blank: bool = False

    def holds(self, value: Any) -> bool:
        """Whether a value is one of them."""
        return self.blank if value is None else value in self.values


@dataclass(frozen=True, slots=True)
class Span:
    """From ``low`` to ``high``, both included; open where one is None. A ``partialDate`` of the last year counts in."""

    low: Any = None
    high: Any = None


@dataclass(frozen=True, slots=True)
class Words:
    """Words that a text holds, written with or without marks."""

    text: str


Condition = Among | Span | Words | Clause
Filters = Mapping[str, Any]
"""By field a condition, or simply the value or the list of values that it must have."""


def of(wanted: Any) -> Condition:
    """A condition; a bare value or list of values is ``Among``."""
    if isinstance(wanted, (Among, Span, Words, Clause)):
        return wanted
    return Among(tuple(wanted) if isinstance(wanted, (list, tuple)) else (wanted,))


def where(declaration: Declaration, scope: Scope, filters: Filters) -> tuple[list[Composed], list[Any]]:
    """The clauses over ``r`` and what is bound in them; refused for fields that the scope does not see unmasked."""
    clauses: list[Composed] = []
    params: list[Any] = []
    for name, wanted in filters.items():
        condition = of(wanted)
        if isinstance(condition, Clause):
            clauses.append(Composed([condition.sql]))
            params += condition.params
            continue
        if name != PICKED:
            expect_known(declaration, scope, name)
            masking.expect_shown(declaration, scope, name)
        clause, bound = _clause(name, condition, declaration.fields.get(name))
        clauses.append(clause)
        params += bound
    return clauses, params


def expect_known(declaration: Declaration, scope: Scope, name: str) -> None:
    """Refuse a field that the register has not, or that the scope never sees."""
    if name not in declaration.fields or (scope.public and name not in declaration.public):
        raise refuse("registers.unknown_field", value=name, register=declaration.register)


def _clause(name: str, condition: Among | Span | Words, field: Field | None) -> tuple[Composed, list[Any]]:
    column = SQL("r.{}").format(ident(name))
    if isinstance(condition, Words):
        return SQL("{} ~ %s").format(column), [_pattern(condition.text)]
    if isinstance(condition, Span):
        return _span(column, condition, field is not None and field.type == "partialDate")
    listed = SQL("{} = any(%s)").format(column)
    if condition.blank:
        listed = SQL("({} is null or {})").format(column, listed)
    return listed, [list(condition.values)]


def _span(column: Composed, span: Span, partial: bool) -> tuple[Composed, list[Any]]:
    if partial:  # text of reduced precision: 1965 covers all that begins so
        column = SQL('{} collate "C"').format(column)
    parts, params = [SQL("{} is not null").format(column)], []
    if span.low is not None:
        parts.append(SQL("{} >= %s").format(column))
        params.append(span.low)
    if span.high is not None:
        parts.append(SQL("{} <= %s").format(column))
        params.append(f"{span.high}~" if partial else span.high)
    return SQL("(") + SQL(" and ").join(parts) + SQL(")"), params


def _pattern(words: str) -> str:
    """A regular expression that finds the words whatever their marks, case and place of the tone are."""
    folded = " ".join(text.fold(words).split())
    return "".join(_letters().get(letter, r"\s+" if letter == " " else re.escape(letter)) for letter in folded)


@cache
def _letters() -> dict[str, str]:
    """Plain letter -> the class of all its forms, such as a -> [aAàÀ…]; Latin letters up to U+1EFF."""
    forms: dict[str, str] = {}
    for code in (*range(0x41, 0x5B), *range(0x61, 0x7B), *range(0xC0, 0x250), *range(0x1E00, 0x1F00)):
        plain = text.fold(chr(code))
        if len(plain) == 1 and plain.isascii() and plain.isalpha():
            forms[plain] = forms.get(plain, "") + chr(code)
    return {plain: f"[{letters}]" for plain, letters in forms.items()}
