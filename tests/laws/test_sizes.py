"""A function does one thing and a file is about one noun; names say what a thing is."""

from __future__ import annotations

import ast
from statistics import median

import pytest

from tests.laws.house import PACKAGE, ROOT, nodes, python_files, where

LONGEST_FUNCTION, LONGEST_FILE, MEDIAN_FUNCTION = 50, 400, 12
SAYS_NOTHING = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "base2", "stuff"}
FOLDERS = (PACKAGE, ROOT / "tools", ROOT / "bench", ROOT / "tests")


def _length(node: ast.AST) -> int:
    return (getattr(node, "end_lineno", None) or 0) - getattr(node, "lineno", 0) + 1


def _functions() -> list[tuple[str, int]]:
    kinds = ast.FunctionDef | ast.AsyncFunctionDef
    return [
        (f"{where(path, node)} {node.name}", _length(node)) for path, node in nodes(*FOLDERS) if isinstance(node, kinds)
    ]


def test_no_function_is_long() -> None:
    assert [name for name, length in _functions() if length > LONGEST_FUNCTION] == []


def test_most_functions_are_short() -> None:
    assert median(length for name, length in _functions() if name.startswith("tinhso")) <= MEDIAN_FUNCTION


def test_no_file_is_long() -> None:
    long = [str(path.relative_to(ROOT)) for path in python_files(*FOLDERS)
            if len(path.read_text(encoding="utf-8").splitlines()) > LONGEST_FILE]  # fmt: skip
    assert long == []


def test_every_thing_has_a_noun() -> None:
    named = [path for path in (*PACKAGE.rglob("*"), *(ROOT / "tools").rglob("*"), *(ROOT / "bench").rglob("*"))
             if SAYS_NOTHING & set(path.stem.lower().split("_"))]  # fmt: skip
    assert named == []


@pytest.mark.parametrize("word", ["TODO", "FIXME", "XXX", "noqa"])
def test_nothing_is_left_for_later(word: str) -> None:
    here = [str(path.relative_to(ROOT)) for path in python_files(PACKAGE, ROOT / "tools", ROOT / "bench")
            if word in path.read_text(encoding="utf-8")]  # fmt: skip
    assert here == []


def test_every_module_says_what_it_is_for() -> None:
    from tests.laws.house import tree

    silent = [str(path.relative_to(ROOT)) for path in python_files(*FOLDERS)
              if path.read_text(encoding="utf-8").strip() and not ast.get_docstring(tree(path))]  # fmt: skip
    assert silent == []
