"""A Scope is a value you must hold: no other room of the house makes one."""

from __future__ import annotations

import ast
from pathlib import Path

HOUSE = Path(__file__).resolve().parents[2] / "tinhso"


def calls(source: str) -> set[str]:
    """Names called in a source text."""
    found = (node.func for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call))
    return {func.id if isinstance(func, ast.Name) else func.attr for func in found
            if isinstance(func, ast.Name | ast.Attribute)}  # fmt: skip


def test_no_room_but_access_makes_a_scope() -> None:
    makers = [
        path.relative_to(HOUSE) for path in HOUSE.rglob("*.py")
        if path.parent.name != "access" and "Scope" in calls(path.read_text(encoding="utf-8"))
    ]  # fmt: skip
    assert makers == []


def test_the_law_would_see_one() -> None:
    assert "Scope" in calls("from tinhso.access import scope\nscope.Scope('An', frozenset(), whole=True)")
    assert "Scope" in calls("from tinhso.access.scope import Scope\nScope('An', frozenset())")
