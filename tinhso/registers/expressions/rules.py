"""What types an operator or function takes and what it yields."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from tinhso.foundation.problems import refuse
from tinhso.registers.expressions.tree import (
    BOOLEAN,
    DATE,
    DIGITS,
    NULL,
    QUOTIENT_SCALE,
    TEXT,
    Call,
    Kind,
    Literal,
    Node,
    Type,
    common,
)

Nodes = tuple[Node, ...]
MOST_CHARACTERS_OF_TEXT = 9


def call(name: str, args: Nodes) -> Node:
    """The call with its type; raises ``Refused`` where the arguments do not suit it.

    A choice among nothing but NULLs is a NULL, which still may take any type.
    """
    values = (*args[1::2], args[-1]) if name == "case" else args
    if name in CHOICES and all(one.type == NULL for one in values):
        return Literal(None, NULL)
    return RULES[name](name, args)


def fitting(kind: Type, name: str) -> Type:
    """``kind``, unless a number of it might need more digits than are kept."""
    if kind.whole + kind.scale > DIGITS:
        raise refuse("registers.expression_too_many_digits", value=name, most=DIGITS)
    return kind


def iso_date(text: str) -> date:
    """A date written as 2023-12-31 in a formula."""
    try:
        if len(text) != len("2023-12-31"):
            raise ValueError(text)
        return date.fromisoformat(text)
    except ValueError as error:
        raise refuse("registers.expression_bad_date", value=text) from error


def _mismatch(name: str, args: Nodes, wanted: str) -> Exception:
    found = ", ".join(one.type.declared if one.type.kind != "null" else "null" for one in args)
    return refuse("registers.expression_types", value=name, found=found, wanted=wanted)


def _alike(name: str, args: Nodes) -> tuple[Nodes, Type]:
    """Arguments of one kind. A text constant beside a date is read as a date."""
    if any(one.type.kind == "date" for one in args):
        args = tuple(_as_date(one) for one in args)
    kind = common(tuple(one.type for one in args))
    if kind is None:
        raise _mismatch(name, args, "one type")
    kind = fitting(kind if kind != NULL else TEXT, name)
    return tuple(_typed(one, kind) for one in args), kind


def _as_date(node: Node) -> Node:
    if isinstance(node, Literal) and isinstance(node.value, str):
        return Literal(iso_date(node.value), DATE)
    return node


def _typed(node: Node, kind: Type) -> Node:
    """A bare NULL takes the type its place asks for, so that every engine knows it."""
    return Literal(None, kind) if node.type.kind == "null" else node


def _all(kind: Kind, name: str, args: Nodes) -> Nodes:
    if any(one.type.kind not in (kind, "null") for one in args):
        raise _mismatch(name, args, kind)
    return tuple(_typed(one, Type(kind)) for one in args)


def _logic(name: str, args: Nodes) -> Call:
    return Call(name, _all("boolean", name, args), BOOLEAN)


def _comparison(name: str, args: Nodes) -> Call:
    args, kind = _alike(name, args)
    if kind.kind == "boolean" and name not in ("=", "<>", "in"):
        raise _mismatch(name, args, "number, date, string")
    return Call(name, args, BOOLEAN)


def _in(name: str, args: Nodes) -> Call:
    if len(args) < 2 or not all(isinstance(one, Literal) and one.value is not None for one in args[1:]):
        raise refuse("registers.expression_list_of_constants", value=name)
    return _comparison(name, args)


def _like(name: str, args: Nodes) -> Call:
    args = _all("text", name, args)
    pattern = args[1]
    if not (isinstance(pattern, Literal) and isinstance(pattern.value, str)) or "\\" in pattern.value:
        raise refuse("registers.expression_constant_pattern", value=name)
    return Call(name, args, BOOLEAN)


def _sum(name: str, args: Nodes) -> Call:
    if any(one.type.kind == "date" for one in args):
        return _days(name, args)
    args = _all("number", name, args)
    whole, scale = max(one.type.whole for one in args) + 1, max(one.type.scale for one in args)
    return Call(name, args, fitting(Type("number", whole, scale), name))


def _days(name: str, args: Nodes) -> Call:
    """date - date is a number of days; nothing else is counted with dates."""
    if name != "-" or any(one.type.kind not in ("date", "null") for one in args):
        raise _mismatch(name, args, "date - date")
    return Call("days", tuple(_typed(one, DATE) for one in args), Type("number", 8))


def _product(name: str, args: Nodes) -> Call:
    args = _all("number", name, args)
    whole, scale = (sum(getattr(one.type, part) for one in args) for part in ("whole", "scale"))
    return Call(name, args, fitting(Type("number", whole, scale), name))


def _quotient(name: str, args: Nodes) -> Call:
    args = _all("number", name, args)
    above, below = args[0].type, args[1].type
    shift = max(above.scale, below.scale) + QUOTIENT_SCALE
    fitting(Type("number", above.whole, shift), name)
    return Call(name, args, fitting(Type("number", above.whole + below.scale, QUOTIENT_SCALE), name))


def _same(kind: Kind) -> Callable[[str, Nodes], Call]:
    def rule(name: str, args: Nodes) -> Call:
        args = _all(kind, name, args)
        return Call(name, args, args[0].type)

    return rule


def _choice(name: str, args: Nodes) -> Call:
    args, kind = _alike(name, args)
    if name in ("greatest", "least") and kind.kind == "boolean":
        raise _mismatch(name, args, "number, date, string")
    return Call(name, args, kind)


def _nullif(name: str, args: Nodes) -> Call:
    args, _ = _alike(name, args)
    return Call(name, args, args[0].type)


def _case(name: str, args: Nodes) -> Call:
    conditions = _all("boolean", "case when", args[:-1:2])
    values, kind = _alike("case", (*args[1::2], args[-1]))
    parts = [part for pair in zip(conditions, values[:-1], strict=True) for part in pair]
    return Call(name, (*parts, values[-1]), kind)


def _is_null(name: str, args: Nodes) -> Call:
    return Call(name, (_typed(args[0], TEXT),), BOOLEAN)


def _whole_constants(name: str, args: Nodes, least: int, most: int) -> None:
    for one in args:
        if not isinstance(one, Literal) or type(one.value) is not int or not least <= one.value <= most:
            raise refuse("registers.expression_whole_constant", value=name, least=least, most=most)


def _part_of_text(name: str, args: Nodes) -> Call:
    text = _all("text", name, args[:1])
    _whole_constants(name, args[1:], 1 if name == "substr" else 0, 10_000)
    return Call(name, (*text, *args[1:]), TEXT)


def _length(name: str, args: Nodes) -> Call:
    args = _all("text", name, args)
    return Call(name, args, Type("number", MOST_CHARACTERS_OF_TEXT))


def _calendar(name: str, args: Nodes) -> Call:
    """Year or month of a date or of a partial date; the day only of a date."""
    one = args[0]
    partial = getattr(one, "declared", None) == "partialDate" and name != "day"
    if one.type.kind not in ("date", "null") and not partial:
        raise _mismatch(name, args, "date")
    return Call(f"{name} of partial" if partial else name, (_typed(one, DATE),), Type("number", 4))


def _round(name: str, args: Nodes) -> Call:
    args = _all("number", name, args)
    _whole_constants(name, args[1:], 0, QUOTIENT_SCALE)
    digits = args[1].value if len(args) > 1 and isinstance(args[1], Literal) else 0
    scale = min(digits if isinstance(digits, int) else 0, args[0].type.scale)
    kind = fitting(Type("number", args[0].type.whole + 1, scale), name)
    return Call(name, (args[0], Literal(scale, Type("number", 2))), kind)


CHOICES = frozenset({"coalesce", "greatest", "least", "nullif", "case"})
Rule = Callable[[str, Nodes], Call]
RULES: dict[str, Rule] = {
    **dict.fromkeys(("and", "or", "not"), _logic),
    **dict.fromkeys(("=", "<>", "<", "<=", ">", ">=", "between"), _comparison),
    **dict.fromkeys(("+", "-"), _sum),
    **dict.fromkeys(("negative", "abs"), _same("number")),
    **dict.fromkeys(("lower", "upper"), _same("text")),
    **dict.fromkeys(("coalesce", "greatest", "least"), _choice),
    **dict.fromkeys(("left", "right", "substr"), _part_of_text),
    **dict.fromkeys(("year", "month", "day"), _calendar),
    "in": _in, "like": _like, "*": _product, "/": _quotient, "nullif": _nullif, "case": _case,
    "is null": _is_null, "length": _length, "round": _round,
}  # fmt: skip
