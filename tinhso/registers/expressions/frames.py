"""Tree -> Polars expression. Whole numbers are counted in 128 bits, decimals in ``Decimal(38, scale)``."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import polars as pl

from tinhso.registers.expressions.letters import CAPITAL, SMALL
from tinhso.registers.expressions.tree import DIGITS, QUOTIENT_SCALE, Call, Column, Literal, Node, Type

TYPES: dict[str, pl.DataType] = {"text": pl.String(), "date": pl.Date(), "boolean": pl.Boolean(), "null": pl.String()}


def dtype(kind: Type) -> pl.DataType:
    """The Polars type in which values of ``kind`` are computed."""
    if kind.kind != "number":
        return TYPES[kind.kind]
    return pl.Int128() if kind.scale == 0 else pl.Decimal(DIGITS, kind.scale)


def write(node: Node, extra: Mapping[str, pl.Expr]) -> pl.Expr:
    """The expression of a whole tree; see ``Expression.polars``."""
    if isinstance(node, Column):
        column = extra.get(node.name, pl.col(node.name))
        return column.cast(dtype(node.type)) if node.type.scale else column
    if isinstance(node, Literal):
        return constant(node)
    return WRITERS[node.name](node, [write(one, extra) for one in node.args])


def constant(node: Literal) -> pl.Expr:
    """A literal of the type its place asks for."""
    if node.type.kind == "number" and node.value is not None:
        return pl.lit(str(node.value)).cast(dtype(node.type))
    return pl.lit(node.value, dtype=dtype(node.type))


def _to(kind: Type, node: Node, expression: pl.Expr) -> pl.Expr:
    """The argument in the type ``kind``; columns of whole numbers come in 64 bits."""
    return expression.cast(dtype(kind)) if kind.kind == "number" else expression


def _widest(nodes: tuple[Node, ...]) -> Type:
    return Type(nodes[0].type.kind, 0, max(one.type.scale for one in nodes))


def _alike(node: Call, args: list[pl.Expr]) -> list[pl.Expr]:
    """All arguments in the one type that holds them."""
    kind = _widest(node.args)
    return [_to(kind, one, argument) for one, argument in zip(node.args, args, strict=True)]


def _compared(compare: Callable[[pl.Expr, pl.Expr], pl.Expr]) -> Writer:
    def writer(node: Call, args: list[pl.Expr]) -> pl.Expr:
        first, second = _alike(node, args)
        return compare(first, second)

    return writer


def _between(node: Call, args: list[pl.Expr]) -> pl.Expr:
    value, low, high = _alike(node, args)
    return (value >= low) & (value <= high)


def _in(node: Call, args: list[pl.Expr]) -> pl.Expr:
    value, *listed = _alike(node, args)
    found = value == listed[0]
    for one in listed[1:]:
        found = found | (value == one)
    texts = [one.value for one in node.args[1:] if isinstance(one, Literal)]
    return args[0].is_in(texts) if node.args[0].type.kind == "text" else found


def _like(node: Call, args: list[pl.Expr]) -> pl.Expr:
    pattern = node.args[1]
    assert isinstance(pattern, Literal) and isinstance(pattern.value, str)
    wild = {"%": ".*", "_": "."}
    body = "".join(wild.get(one) or re.escape(one) for one in pattern.value)
    return args[0].str.contains(rf"(?s)\A{body}\z")


def _arithmetic(compute: Callable[[pl.Expr, pl.Expr], pl.Expr]) -> Writer:
    def writer(node: Call, args: list[pl.Expr]) -> pl.Expr:
        first, second = (_to(node.type, one, each) for one, each in zip(node.args, args, strict=True))
        return compute(first, second)

    return writer


def _product(node: Call, args: list[pl.Expr]) -> pl.Expr:
    first, second = (_to(one.type, one, each) for one, each in zip(node.args, args, strict=True))
    if node.type.scale == 0:
        return first * second
    # Both at the scale of the result: then nothing is rounded.
    return first.cast(dtype(node.type)) * second.cast(dtype(node.type))


def _units(kind: Type, scale: int, value: pl.Expr) -> pl.Expr:
    """The number as a whole count of 10**-scale, in 128 bits."""
    if kind.scale == 0:
        return value.cast(pl.Int128) * int(10**scale)
    return value.cast(pl.Decimal(DIGITS, scale)).to_physical()


def _quotient(node: Call, args: list[pl.Expr]) -> pl.Expr:
    above, below = node.args[0].type, node.args[1].type
    scale = max(above.scale, below.scale)
    over, under = _units(above, scale, args[0]), _units(below, scale, args[1])
    cut = (over.abs() * 10**QUOTIENT_SCALE) // pl.when(under != 0).then(under.abs())
    kind, unit = dtype(node.type), 10**QUOTIENT_SCALE
    size = (cut // unit).cast(kind) + (cut % unit).cast(kind) * pl.lit(f"0.{1:0{QUOTIENT_SCALE}d}").cast(kind)
    return pl.when((over < 0) == (under < 0)).then(size).otherwise(size * -1)


def _negative(node: Call, args: list[pl.Expr]) -> pl.Expr:
    return pl.lit("0").cast(dtype(node.type)) - _to(node.type, node.args[0], args[0])


def _absolute(node: Call, args: list[pl.Expr]) -> pl.Expr:
    return _to(node.type, node.args[0], args[0]).abs()


def _round(node: Call, args: list[pl.Expr]) -> pl.Expr:
    if node.args[0].type.scale == 0:
        return args[0]
    return args[0].round(node.type.scale, mode="half_away_from_zero").cast(dtype(node.type))


def _nullif(node: Call, args: list[pl.Expr]) -> pl.Expr:
    first, second = _alike(node, args)
    return pl.when(first == second).then(None).otherwise(args[0])


def _case(node: Call, args: list[pl.Expr]) -> pl.Expr:
    result = _to(node.type, node.args[-1], args[-1])
    for place in range(len(args) - 3, -1, -2):
        then = _to(node.type, node.args[place + 1], args[place + 1])
        result = pl.when(args[place]).then(then).otherwise(result)
    return result


def _sized(node: Call) -> list[int]:
    """The whole constants after the text of ``left``, ``right`` and ``substr``."""
    return [one.value for one in node.args[1:] if isinstance(one, Literal) and isinstance(one.value, int)]


def _part(node: Call, args: list[pl.Expr]) -> pl.Expr:
    first, *rest = _sized(node)
    if node.name == "left":
        return args[0].str.head(first)
    if node.name == "right":
        return args[0].str.tail(first)
    return args[0].str.slice(first - 1, rest[0] if rest else None)


def _partial(start: int, length: int) -> Writer:
    return lambda node, args: args[0].str.slice(start, length).cast(pl.Int64, strict=False)


Writer = Callable[[Call, list[pl.Expr]], pl.Expr]
WRITERS: dict[str, Writer] = {
    "and": lambda node, args: args[0] & args[1],
    "or": lambda node, args: args[0] | args[1],
    "not": lambda node, args: ~args[0],
    "is null": lambda node, args: args[0].is_null(),
    "=": _compared(lambda a, b: a == b),
    "<>": _compared(lambda a, b: a != b),
    "<": _compared(lambda a, b: a < b),
    "<=": _compared(lambda a, b: a <= b),
    ">": _compared(lambda a, b: a > b),
    ">=": _compared(lambda a, b: a >= b),
    "in": _in,
    "between": _between,
    "like": _like,
    "case": _case,
    "+": _arithmetic(lambda a, b: a + b),
    "-": _arithmetic(lambda a, b: a - b),
    "*": _product,
    "/": _quotient,
    "days": lambda node, args: (args[0] - args[1]).dt.total_days(),
    "negative": _negative,
    "abs": _absolute,
    "round": _round,
    "coalesce": lambda node, args: pl.coalesce(*_alike(node, args)),
    "nullif": _nullif,
    "greatest": lambda node, args: pl.max_horizontal(*_alike(node, args)),
    "least": lambda node, args: pl.min_horizontal(*_alike(node, args)),
    "lower": lambda node, args: args[0].str.replace_many(list(CAPITAL), list(SMALL)),
    "upper": lambda node, args: args[0].str.replace_many(list(SMALL), list(CAPITAL)),
    "length": lambda node, args: args[0].str.len_chars().cast(pl.Int64),
    **dict.fromkeys(("left", "right", "substr"), _part),
    "year": lambda node, args: args[0].dt.year().cast(pl.Int64),
    "month": lambda node, args: args[0].dt.month().cast(pl.Int64),
    "day": lambda node, args: args[0].dt.day().cast(pl.Int64),
    "year of partial": _partial(0, 4),
    "month of partial": _partial(5, 2),
}
