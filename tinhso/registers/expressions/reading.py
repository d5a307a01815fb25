"""Text -> tree. sqlglot reads; only node types on the list below are taken over, with every argument accounted for."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from tinhso.foundation.problems import refuse
from tinhso.registers.declaration import FieldType
from tinhso.registers.expressions import rules
from tinhso.registers.expressions.tree import BOOLEAN, DATE, FIELD_TYPES, NULL, TEXT, Call, Column, Literal, Node, Type
from tinhso.registers.expressions.words import nearest, nearest_name

MOST_CHARACTERS, DEEPEST = 4000, 80
DIALECT = frozenset({"typed", "safe", "ignore_nulls", "_type"})
"""Flags that sqlglot sets by itself to tell PostgreSQL's habits from other databases'; our writers do not read them."""

Names = Mapping[str, FieldType]
Reader = Callable[[Any, Names], Node]

logging.getLogger("sqlglot").setLevel(logging.CRITICAL)  # what it would warn of is refused here, in two languages


def read(text: str, names: Names) -> Node:
    """The typed tree of ``text`` over ``names``; raises ``Refused``."""
    if len(text) > MOST_CHARACTERS:
        raise refuse("registers.expression_too_long", value=text[:60], most=MOST_CHARACTERS)
    try:
        parsed = sqlglot.parse(text, dialect="postgres")
    except (SqlglotError, RecursionError) as error:
        raise refuse("registers.expression_unreadable", value=text[:200], near=_near(error)) from error
    if len(parsed) != 1 or parsed[0] is None:
        raise refuse("registers.expression_unreadable", value=text[:200], near=text.partition(";")[2][:20] or "…")
    if _too_deep(parsed[0]):
        raise refuse("registers.expression_too_long", value=text[:60], most=MOST_CHARACTERS)
    return _node(parsed[0], names)


def _near(error: Exception) -> str:
    details = getattr(error, "errors", None) or [{}]
    return str(details[0].get("highlight") or "…")


def _too_deep(root: exp.Expr) -> bool:
    level: list[Any] = [root]
    for _ in range(DEEPEST):
        level = [child for node in level for child in node.iter_expressions()]
        if not level:
            return False
    return True


def _node(node: exp.Expr, names: Names) -> Node:
    reader = READERS.get(type(node))
    if reader is None:
        raise refused(node)
    return reader(node, names)


def refused(node: exp.Expr) -> Exception:
    """The refusal of a construct outside the language, with the nearest allowed one."""
    written = node.sql(dialect="postgres")[:80]
    word = node.name if isinstance(node, exp.Anonymous) else node.key
    return refuse("registers.expression_not_allowed", value=written, word=word, allowed=nearest(word))


def _only(node: exp.Expr, *wanted: str) -> None:
    """Refuse a node that carries any argument besides ``wanted``."""
    for name, value in node.args.items():
        if name not in wanted and name not in DIALECT and value not in (None, False, []):
            raise refused(node)


def _column(node: exp.Column, names: Names) -> Node:
    _only(node, "this")
    identifier = node.this
    if not isinstance(identifier, exp.Identifier):
        raise refused(node)
    name = identifier.name if identifier.args.get("quoted") else identifier.name.lower()
    if name not in names:
        raise refuse("registers.expression_unknown_field", value=name, nearest=nearest_name(name, names))
    return Column(name, FIELD_TYPES[names[name]], names[name])


def _literal(node: exp.Literal, names: Names) -> Node:
    if node.is_string:
        if "\x00" in node.this:
            raise refused(node)
        return Literal(node.this, TEXT)
    if not all(character.isascii() and (character.isdigit() or character == ".") for character in node.this):
        raise refused(node)
    value = Decimal(node.this)
    scale = max(-int(value.as_tuple().exponent), 0)
    whole = len(str(abs(int(value))))
    kind = rules.fitting(Type("number", whole, scale), node.this)
    return Literal(int(value) if scale == 0 else value, kind)


def _cast(node: exp.Cast, names: Names) -> Node:
    _only(node, "this", "to")
    constant = node.this
    if node.to.this != exp.DType.DATE or not (isinstance(constant, exp.Literal) and constant.is_string):
        raise refused(node)
    return Literal(rules.iso_date(constant.this), DATE)


def _operator(name: str) -> Reader:
    def reader(node: Any, names: Names) -> Node:
        _only(node, "this", "expression")
        return rules.call(name, (_node(node.this, names), _node(node.expression, names)))

    return reader


def _unary(name: str) -> Reader:
    def reader(node: Any, names: Names) -> Node:
        _only(node, "this")
        return rules.call(name, (_node(node.this, names),))

    return reader


def _negative(node: exp.Neg, names: Names) -> Node:
    inner = _unary("negative")(node, names)
    argument = inner.args[0] if isinstance(inner, Call) else inner
    if isinstance(argument, Literal) and isinstance(argument.value, int | Decimal):
        return Literal(-argument.value, argument.type)
    return inner


def _listed(name: str) -> Reader:
    """A function of one argument and a list of further ones."""

    def reader(node: Any, names: Names) -> Node:
        _only(node, "this", "expressions")
        rest = tuple(_node(one, names) for one in node.expressions)
        return rules.call(name, (_node(node.this, names), *rest))

    return reader


def _function(name: str, *arguments: str) -> Reader:
    """A function whose arguments sqlglot keeps under these names, in this order."""

    def reader(node: Any, names: Names) -> Node:
        _only(node, *arguments)
        found = tuple(_node(node.args[one], names) for one in arguments if node.args.get(one) is not None)
        return rules.call(name, found)

    return reader


def _negatable(reader: Reader) -> Reader:
    """sqlglot notes ``not like`` and ``is not`` as a flag of the node; here it becomes a ``not`` around it."""

    def outer(node: Any, names: Names) -> Node:
        bare = node.copy()
        negate = bare.args.pop("negate", None)
        inner = reader(bare, names)
        return rules.call("not", (inner,)) if negate else inner

    return outer


def _is(node: exp.Is, names: Names) -> Node:
    _only(node, "this", "expression")
    if not isinstance(node.expression, exp.Null):
        raise refused(node)
    return rules.call("is null", (_node(node.this, names),))


def _case(node: exp.Case, names: Names) -> Node:
    _only(node, "this", "ifs", "default")
    subject = _node(node.this, names) if node.this is not None else None
    parts: list[Node] = []
    for branch in node.args["ifs"]:
        when = _node(branch.this, names)
        parts.append(when if subject is None else rules.call("=", (subject, when)))
        parts.append(_node(branch.args["true"], names))
    default = node.args.get("default")
    parts.append(_node(default, names) if default is not None else Literal(None, NULL))
    return rules.call("case", tuple(parts))


READERS: dict[type, Reader] = {
    exp.Column: _column,
    exp.Literal: _literal,
    exp.Cast: _cast,
    exp.Boolean: lambda node, names: Literal(bool(node.this), BOOLEAN),
    exp.Null: lambda node, names: Literal(None, NULL),
    exp.Paren: lambda node, names: _node(node.this, names),
    exp.And: _operator("and"),
    exp.Or: _operator("or"),
    exp.Not: _unary("not"),
    exp.EQ: _operator("="),
    exp.NEQ: _operator("<>"),
    exp.LT: _operator("<"),
    exp.LTE: _operator("<="),
    exp.GT: _operator(">"),
    exp.GTE: _operator(">="),
    exp.Add: _operator("+"),
    exp.Sub: _operator("-"),
    exp.Mul: _operator("*"),
    exp.Div: _operator("/"),
    exp.Neg: _negative,
    exp.In: _listed("in"),
    exp.Between: _function("between", "this", "low", "high"),
    exp.Like: _negatable(_operator("like")),
    exp.Is: _negatable(_is),
    exp.Case: _case,
    exp.Coalesce: _listed("coalesce"),
    exp.Greatest: _listed("greatest"),
    exp.Least: _listed("least"),
    exp.Nullif: _operator("nullif"),
    exp.Abs: _unary("abs"),
    exp.Lower: _unary("lower"),
    exp.Upper: _unary("upper"),
    exp.Length: _unary("length"),
    exp.Left: _operator("left"),
    exp.Right: _operator("right"),
    exp.Substring: _function("substr", "this", "start", "length"),
    exp.Year: _unary("year"),
    exp.Month: _unary("month"),
    exp.Day: _unary("day"),
    exp.Round: _function("round", "this", "decimals"),
}
"""Every construct of the language. What is not here is refused."""
