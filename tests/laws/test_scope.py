"""Only ``access`` makes a Scope, and only ``foundation`` knows the database driver."""

from __future__ import annotations

import ast

from tests.laws.house import PACKAGE, ROOT, calls, nodes, where


def test_only_access_makes_a_scope() -> None:
    made = [
        where(path, call)
        for path, call, name in calls(PACKAGE, ROOT / "tools", ROOT / "bench")
        if PACKAGE / "access" not in path.parents and (name == "Scope" or _alters_a_scope(call))
    ]
    assert made == [], "a Scope comes from tinhso.access.grants"


def _alters_a_scope(call: ast.Call) -> bool:
    """``dataclasses.replace(scope, ...)`` would be a way round."""
    made_anew = ast.unparse(call.func) in ("replace", "dataclasses.replace", "copy.replace")
    return made_anew and bool(call.args) and ast.unparse(call.args[0]).endswith("scope")


def test_nobody_asks_for_a_scope_with_a_default() -> None:
    lax = []
    for path, node in nodes():
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            arguments = node.args
            named = [*arguments.posonlyargs, *arguments.args]
            given = dict(zip([each.arg for each in reversed(named)], reversed(arguments.defaults), strict=False))
            given |= {
                each.arg: default
                for each, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
                if default
            }
            lax += [where(path, node)] if "scope" in given else []
    assert lax == [], "scope= has no default, so that nobody can forget it"


def test_only_the_foundation_knows_the_driver() -> None:
    known = [
        where(path, node)
        for path, node in nodes()
        if PACKAGE / "foundation" not in path.parents
        and isinstance(node, ast.Import | ast.ImportFrom)
        and any(name.split(".")[0] in ("psycopg", "psycopg_pool") for name in _imported(node))
    ]
    assert known == []


def _imported(node: ast.Import | ast.ImportFrom) -> list[str]:
    return [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""]
