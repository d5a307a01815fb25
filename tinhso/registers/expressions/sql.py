"""Tree -> PostgreSQL text (15 or newer)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from tinhso.registers.expressions.letters import CAPITAL, SMALL
from tinhso.registers.expressions.tree import QUOTIENT_SCALE, Call, Column, Kind, Literal, Node

TYPES: dict[Kind, str] = {"text": "text", "number": "numeric", "date": "date", "boolean": "boolean", "null": "text"}
UNSAFE = "%:\\"
"""Clients read these inside a text as placeholders or escapes; they are written as code points."""


def write(node: Node, alias: str | None, extra: Mapping[str, str]) -> str:
    """The text of a whole tree; see ``Expression.sql``."""
    if isinstance(node, Column):
        return _column(node, alias, extra)
    if isinstance(node, Literal):
        return constant(node)
    return WRITERS[node.name](node, [write(one, alias, extra) for one in node.args])


def identifier(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _column(node: Column, alias: str | None, extra: Mapping[str, str]) -> str:
    if node.name in extra:
        return f"({extra[node.name]})"
    return f"{identifier(alias)}.{identifier(node.name)}" if alias else identifier(node.name)


def constant(node: Literal) -> str:
    """A literal, safe in any place of a statement."""
    value = node.value
    if value is None:
        return f"cast(null as {TYPES[node.type.kind]})"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return f"date '{value.isoformat()}'"
    if isinstance(value, str):
        return text(value)
    number = str(value) if isinstance(value, int) else f"{value:f}"
    return f"({number})" if value < 0 else number


def text(value: str) -> str:
    """A text literal; characters that a client might take for its own are given by number."""
    quoted = value.replace("'", "''")
    if not any(character in value for character in UNSAFE):
        return f"'{quoted}'"
    # The escape sign is not a backslash, so that the text holds no backslash at all.
    numbered = "".join(f"!{ord(one):04X}" if one in UNSAFE + "!" else one for one in quoted)
    return f"U&'{numbered}' uescape '!'"


def _infix(node: Call, args: list[str]) -> str:
    return "(" + f" {node.name} ".join(args) + ")"


def _compared(node: Call, args: list[str]) -> str:
    return f"({_ordered(node.args[0], args[0])} {node.name} {args[1]})"


def _ordered(sample: Node, argument: str) -> str:
    """Text is compared by code point whatever the database's own order is."""
    return f'({argument} collate "C")' if sample.type.kind == "text" else argument


def _between(node: Call, args: list[str]) -> str:
    return f"({_ordered(node.args[0], args[0])} between ({args[1]}) and ({args[2]}))"


def _exact(argument: str) -> str:
    return f"cast({argument} as numeric)"


def _arithmetic(node: Call, args: list[str]) -> str:
    return f"({_exact(args[0])} {node.name} {_exact(args[1])})"


def _quotient(node: Call, args: list[str]) -> str:
    # div() cuts the exact quotient; a plain "/" rounds at a length that depends on its arguments.
    shift, unit = "1" + "0" * QUOTIENT_SCALE, "0." + "0" * (QUOTIENT_SCALE - 1) + "1"
    return f"(div({_exact(args[0])} * {shift}, nullif({_exact(args[1])}, 0)) * {unit})"


def _choice(node: Call, args: list[str]) -> str:
    return f"{node.name}({', '.join(_ordered(node, one) for one in args)})"


def _case(node: Call, args: list[str]) -> str:
    branches = " ".join(f"when {when} then {then}" for when, then in zip(args[:-1:2], args[1::2], strict=True))
    return f"(case {branches} else {args[-1]} end)"


def _called(node: Call, args: list[str]) -> str:
    return f"{node.name}({', '.join(args)})"


Writer = Callable[[Call, list[str]], str]
WRITERS: dict[str, Writer] = {
    **dict.fromkeys(("and", "or", "=", "<>"), _infix),
    **dict.fromkeys(("<", "<=", ">", ">="), _compared),
    **dict.fromkeys(("+", "-", "*"), _arithmetic),
    **dict.fromkeys(("coalesce", "greatest", "least"), _choice),
    **dict.fromkeys(("nullif", "length", "left", "right", "substr"), _called),
    "not": lambda node, args: f"(not {args[0]})",
    "is null": lambda node, args: f"({args[0]} is null)",
    "in": lambda node, args: f"({args[0]} in ({', '.join(args[1:])}))",
    "between": _between,
    "like": lambda node, args: f"({args[0]} like {args[1]})",
    "case": _case,
    "/": _quotient,
    "days": lambda node, args: f"({args[0]} - {args[1]})",
    "negative": lambda node, args: f"(- {_exact(args[0])})",
    "abs": lambda node, args: f"abs({_exact(args[0])})",
    "round": lambda node, args: f"round({_exact(args[0])}, {args[1]})",
    "lower": lambda node, args: f"translate({args[0]}, '{CAPITAL}', '{SMALL}')",
    "upper": lambda node, args: f"translate({args[0]}, '{SMALL}', '{CAPITAL}')",
    **{part: lambda node, args: f"extract({node.name} from {args[0]})" for part in ("year", "month", "day")},
    "year of partial": lambda node, args: f"cast(left({args[0]}, 4) as integer)",
    "month of partial": lambda node, args: f"cast(nullif(substr({args[0]}, 6, 2), '') as integer)",
}
