"""Values never become SQL text: queries are constants or composed, parameters are bound."""

from __future__ import annotations

import ast

from tests.laws.house import PACKAGE, calls, where

RUNS = {"execute", "executemany", "copy"}
"""Methods that run a query."""
FOUNDATION = PACKAGE / "foundation"
"""It wraps the driver and makes roles and the job tables, whose statements take no parameters."""
ABOVE = ("web", "dashboards", "cli", "demo", "intake")
"""Rooms that have no business making SQL text of their own: f-strings are for the house's own names."""


def _glued(query: ast.expr) -> bool:
    """Whether the text is put together on the spot: ``%``, ``+``, ``format``, or an f-string of more than constants."""
    if isinstance(query, ast.JoinedStr):
        inserted = [ast.unparse(part.value) for part in query.values if isinstance(part, ast.FormattedValue)]
        return not all(name.isupper() for name in inserted)
    if isinstance(query, ast.BinOp):
        return isinstance(query.op, ast.Mod) or (
            isinstance(query.op, ast.Add) and (_glued(query.left) or _glued(query.right))
        )
    if isinstance(query, ast.Call) and isinstance(query.func, ast.Attribute):
        return query.func.attr == "format" and isinstance(query.func.value, ast.Constant)
    return False


def test_no_query_is_glued_together_where_it_is_run() -> None:
    found = [
        where(path, call)
        for path, call, name in calls()
        if name in RUNS and isinstance(call.func, ast.Attribute) and call.args and _glued(call.args[0])
        and FOUNDATION not in path.parents
    ]  # fmt: skip
    assert found == [], "compose with SQL and ident, or name it made_sql if the house itself made every part"


def test_composable_sql_starts_from_constants() -> None:
    found = [where(path, call) for path, call, name in calls() if name == "SQL" and call.args and _glued(call.args[0])]
    assert found == []


def test_made_sql_never_holds_what_people_typed() -> None:
    people = ("value", "text", "search", "request", "query_params", "form")
    found = []
    for path, call, name in calls():
        if name == "made_sql" and call.args:
            inserted = [
                ast.unparse(part.value) for part in ast.walk(call.args[0]) if isinstance(part, ast.FormattedValue)
            ]
            found += [f"{where(path, call)} {one}" for one in inserted if one in people]
    assert found == []


def test_upper_rooms_bind_their_values() -> None:
    found = [
        where(path, call)
        for room in ABOVE
        for path, call, name in calls(PACKAGE / room)
        if name == "frame" and len(call.args) > 1 and _glued(call.args[1])
    ]
    assert found == []
