"""The house as text: its rooms, its files and their syntax trees, for laws that hold for all of it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "tinhso"
PROVINCES = ROOT / "provinces"


def rooms() -> list[str]:
    """Folders of the package that are rooms."""
    return sorted(path.name for path in PACKAGE.iterdir() if path.is_dir() and any(path.rglob("*.py")))


def python_files(*folders: Path) -> list[Path]:
    """Python files of the folders (the package where none is named), in order."""
    found = [path for folder in folders or (PACKAGE,) for path in folder.rglob("*.py")]
    return sorted(path for path in found if "node_modules" not in path.parts)


@cache
def tree(path: Path) -> ast.Module:
    """The syntax tree of a file."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def nodes(*folders: Path) -> Iterator[tuple[Path, ast.AST]]:
    """Every node of every file."""
    for path in python_files(*folders):
        for node in ast.walk(tree(path)):
            yield path, node


def calls(*folders: Path) -> Iterator[tuple[Path, ast.Call, str]]:
    """Every call with the last name of what is called: ``execute`` for ``conn.execute(...)``."""
    for path, node in nodes(*folders):
        if isinstance(node, ast.Call):
            called = node.func
            name = (
                called.attr if isinstance(called, ast.Attribute) else called.id if isinstance(called, ast.Name) else ""
            )
            yield path, node, name


def where(path: Path, node: ast.AST) -> str:
    """``tinhso/areas/find.py:12``."""
    return f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}"
