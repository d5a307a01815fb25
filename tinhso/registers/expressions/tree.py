"""The tree of a formula: columns, literals and calls, each with its type.

Numbers carry how many digits they may have before and after the point, so that every result is known to fit
38 digits before any row is read; a formula that might not fit is refused when it is written, not when it runs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal as Choice

from tinhso.registers.declaration import FieldType

Kind = Choice["text", "number", "date", "boolean", "null"]

DIGITS = 38
"""Most digits of an exact number in all."""
QUOTIENT_SCALE = 10
"""Decimals kept of a quotient; the rest is cut off."""
NUMBER_WHOLE, NUMBER_SCALE = 12, 6
"""Digits before and after the point of a ``number`` field."""
INTEGER_WHOLE = 18
"""Digits of an ``integer`` or ``money`` field."""


@dataclass(frozen=True, slots=True)
class Type:
    """A kind; for numbers also the most digits before (``whole``) and after (``scale``) the point."""

    kind: Kind
    whole: int = 0
    scale: int = 0

    @property
    def declared(self) -> FieldType:
        """The nearest type of declarations."""
        if self.kind == "number":
            return "integer" if self.scale == 0 else "number"
        names: dict[Kind, FieldType] = {"date": "date", "boolean": "boolean"}
        return names.get(self.kind, "string")


TEXT, DATE, BOOLEAN, NULL = Type("text"), Type("date"), Type("boolean"), Type("null")

FIELD_TYPES: dict[FieldType, Type] = {
    "string": TEXT, "area": TEXT, "partialDate": TEXT, "date": DATE, "boolean": BOOLEAN,
    "integer": Type("number", INTEGER_WHOLE), "money": Type("number", INTEGER_WHOLE),
    "number": Type("number", NUMBER_WHOLE, NUMBER_SCALE),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Column:
    """A field, or an extra name given by the caller."""

    name: str
    type: Type
    declared: FieldType


@dataclass(frozen=True, slots=True)
class Literal:
    """A constant written in the formula; ``None`` is NULL."""

    value: str | int | Decimal | date | bool | None
    type: Type


@dataclass(frozen=True, slots=True)
class Call:
    """An operator or function over its arguments; ``name`` is a key of both writers."""

    name: str
    args: tuple[Node, ...]
    type: Type


Node = Column | Literal | Call


def columns(node: Node) -> Iterator[Column]:
    """Every column of the tree, as often as it stands there."""
    if isinstance(node, Column):
        yield node
    elif isinstance(node, Call):
        for argument in node.args:
            yield from columns(argument)


def common(types: tuple[Type, ...]) -> Type | None:
    """The one type all of them fit (NULL fits any), or None where kinds differ."""
    known = [one for one in types if one.kind != "null"]
    if not known:
        return NULL
    if any(one.kind != known[0].kind for one in known):
        return None
    return Type(known[0].kind, max(one.whole for one in known), max(one.scale for one in known))
