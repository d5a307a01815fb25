"""What a list's address asks for, read and written back: so that an address can be shared, saved, and handed to
whatever else works on the same list (``/exports``).

``q`` words · ``area`` a unit's code · ``sort`` a column, ``-`` before it for downwards · ``columns`` names with commas
· ``after``, ``row`` where a page begins · ``id`` records picked one by one · ``only`` those behind a
number of the quality page. A field narrows by its own name: ``field``
values with commas (``.none`` for those without), ``field.from`` and ``field.to`` a span, ``field.has`` words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Literal
from urllib.parse import urlencode

from tinhso.access.scope import Scope
from tinhso.foundation.problems import refuse
from tinhso.foundation.text import sort_key
from tinhso.registers import masking, ordering
from tinhso.registers.clauses import ONLY, Clause, unresolved
from tinhso.registers.conditions import PICKED, Among, Condition, Span, Words
from tinhso.registers.declaration import Declaration, Field
from tinhso.registers.ordering import AREA, UPDATED, Order
from tinhso.web.staff.views.values import Lists

NONE = ".none"
"""Stands in an address for records that have no value."""
COLUMNS = 4
SPANNED = ("date", "partialDate", "integer", "number", "money")
PARTIAL = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")
WHOLE = re.compile(r"-?\d{1,18}")
MOST_PICKED = 2_000
Control = Literal["codes", "span", "words", "exact"]


@dataclass(frozen=True, slots=True)
class Asked:
    """A list as its address asks for it. ``area`` is None where none was named; ``row`` counts the first row from 1."""

    q: str
    area: str | None
    filters: Mapping[str, Condition]
    order: Order
    columns: tuple[str, ...]
    usual: tuple[str, ...]
    after: str | None
    row: int

    def words(self) -> dict[str, str]:
        """The address's words, one way for each list; without where a page begins."""
        sort = f"{'-' if self.order.down else ''}{self.order.field or ('.own' if self.order.down else '')}"
        words = {"q": self.q, "area": self.area or "", "sort": sort.replace("-.own", "-")}
        for name, condition in self.filters.items():
            words |= _written(name, condition)
        if self.columns != self.usual:
            words["columns"] = ",".join(self.columns)
        return {name: word for name, word in words.items() if word}

    def query(self, **changes: str | None) -> str:
        """The words with some changed (``__`` for the point in their names), as they stand behind a question mark."""
        changed = {name.replace("__", "."): word for name, word in changes.items()}
        words = {**self.words(), **changed}
        return urlencode({name: word for name, word in words.items() if word})


def read(declaration: Declaration, lists: Lists, query: Mapping[str, Any], mine: Scope) -> Asked:
    """What an address asks for; words that the register does not know are passed over, wrong values refused."""
    usual = usual_columns(declaration)
    wanted = _listed(query.get("columns"))
    columns = tuple(name for name in columns_of(declaration) if name in wanted)
    sort = _word(query, "sort")
    row = _word(query, "row")
    return Asked(
        q=_word(query, "q"), area=_word(query, "area") or None, filters=_filters(declaration, query, mine),
        order=_order(declaration, lists, sort, mine), columns=columns or usual, usual=usual,
        after=_word(query, "after") or None, row=int(row) if WHOLE.fullmatch(row) and int(row) > 0 else 1,
    )  # fmt: skip


def usual_columns(declaration: Declaration) -> tuple[str, ...]:
    """The label, the key, the first fields in the order of the declaration; then the area and the last change."""
    fields = declaration.fields
    names = [name for name in columns_of(declaration) if name in fields]
    shown = [name for name in names if fields[name].type != "area" or name == declaration.label][:COLUMNS]
    return (*shown, AREA, UPDATED)


def columns_of(declaration: Declaration) -> list[str]:
    """All columns that a list may have, in their order."""
    names = dict.fromkeys((declaration.label, *declaration.primary_key, *declaration.fields))
    return [*names, AREA, UPDATED]


def control(field: Field, lists: Lists) -> Control:
    """What a reader narrows a field with."""
    if field.type == "boolean" or field.constraints.enum or (field.codes and field.codes in lists):
        return "codes"
    if field.type == "area":
        return "exact"
    return "span" if field.type in SPANNED else "words"


def may_ask(declaration: Declaration, mine: Scope) -> list[str]:
    """The fields by which whoever asks may narrow: those that are not masked for them."""
    return [name for name in declaration.fields if masking.may_filter(declaration, mine, name)]


def _filters(declaration: Declaration, query: Mapping[str, Any], mine: Scope) -> dict[str, Condition]:
    found: dict[str, Condition] = {}
    for name, field in declaration.fields.items():
        if not {name, f"{name}.from", f"{name}.to", f"{name}.has"} & query.keys():
            continue
        condition = _condition(name, field, query)
        if condition is not None:
            masking.expect_shown(declaration, mine, name)
            found[name] = condition
    picked = _listed(query.get(PICKED))
    if picked:
        found[PICKED] = Among(tuple(_number(word) for word in picked[:MOST_PICKED]))
    if only := _word(query, ONLY):
        found[ONLY] = unresolved(only)
    return found


def _condition(name: str, field: Field, query: Mapping[str, Any]) -> Condition | None:
    if words := _word(query, f"{name}.has"):
        return Words(words) if field.type == "string" else None
    low, high = (_word(query, f"{name}.{end}") for end in ("from", "to"))
    if low or high:
        return Span(*(_ended(word, field) if word else None for word in (low, high)))
    values = _listed(query.get(name))
    if not values:
        return None
    native = tuple(_native(value, field) for value in values if value != NONE)
    return Among(native, NONE in values)


def _ended(word: str, field: Field) -> Any:
    readers: dict[str, Callable[[str], Any]] = {
        "date": date.fromisoformat, "partialDate": _partial, "number": _decimal, "integer": _number, "money": _number,
    }  # fmt: skip
    try:
        return readers[field.type](word)
    except (KeyError, ValueError, InvalidOperation) as error:
        raise refuse("web.bad_request", value=word) from error


def _partial(word: str) -> str:
    if not PARTIAL.fullmatch(word):
        raise ValueError(word)
    return word


def _decimal(word: str) -> Decimal:
    made = Decimal(word.replace(",", "."))
    if not made.is_finite() or abs(made) > 10**30:
        raise ValueError(word)
    return made


def _number(word: str) -> int:
    if not WHOLE.fullmatch(word):
        raise refuse("web.bad_request", value=word)
    return int(word)


def _native(value: str, field: Field) -> Any:
    if field.type in ("integer", "money"):
        return _number(value)
    if field.type in ("number", "date"):
        return _ended(value, field)
    return value == "true" if field.type == "boolean" else value


def _order(declaration: Declaration, lists: Lists, sort: str, mine: Scope) -> Order:
    name, down = sort.removeprefix("-"), sort.startswith("-")
    if name not in columns_of(declaration):
        return Order(down=down) if sort == "-" else Order()
    return ordering.of(declaration, mine, name, down, ranks(declaration.fields.get(name), lists))


def ranks(field: Field | None, lists: Lists) -> Sequence[str]:
    """The codes of a field in the Vietnamese order of their titles."""
    if field is None or not field.codes or field.codes not in lists:
        return ()
    codes = lists[field.codes].codes
    return sorted(codes, key=lambda code: sort_key(codes[code].title.vi))


def _written(name: str, condition: Condition) -> dict[str, str]:
    if isinstance(condition, Clause):
        return {name: condition.word}
    if isinstance(condition, Words):
        return {f"{name}.has": condition.text}
    if isinstance(condition, Span):
        ends = (("from", condition.low), ("to", condition.high))
        return {f"{name}.{end}": str(value) for end, value in ends if value is not None}
    return {name: ",".join([*map(word_of, condition.values), *([NONE] if condition.blank else [])])}


def word_of(value: Any) -> str:
    """A value as an address writes it."""
    return NONE if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def _listed(said: Any) -> list[str]:
    return list(dict.fromkeys(word for word in str(said or "").split(",") if word))


def _word(query: Mapping[str, Any], name: str) -> str:
    return str(query.get(name) or "").strip()[:400]
