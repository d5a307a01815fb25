"""Who looked: for every register that holds persons and every way out of it, a reading leaves its line in the log."""

from __future__ import annotations

import ast
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.laws.communes import LUNG_CU, PACK, VERBS, Province
from tests.laws.house import PACKAGE, ROOT, nodes
from tinhso.access import grants
from tinhso.access.scope import Scope
from tinhso.foundation.database import Connection
from tinhso.indicators import explain
from tinhso.registers import export, history, looking, masking, records
from tinhso.registers.declaration import Declaration

PERSONAL = sorted(name for name, each in PACK.registers.items() if looking.personal(each))
Way = Callable[[Connection, Declaration, Scope], Any]


def _search(conn: Connection, declaration: Declaration, scope: Scope) -> Any:
    return records.page(conn, declaration, scope=scope, search=_words(conn, declaration))


def _words(conn: Connection, declaration: Declaration) -> str:
    row = conn.execute(f"select {declaration.label} from registers.{declaration.register} where id = 1").fetchone()
    assert row is not None
    return str(row[0])


def _unmask(conn: Connection, declaration: Declaration, scope: Scope) -> Any:
    return records.unmask(conn, declaration, 1, masking.sensitive(declaration), "đối chiếu thẻ", scope=scope)


def _explain(conn: Connection, declaration: Declaration, scope: Scope) -> Any:
    return [
        explain.explain(conn, name, "02", scope=scope).sources
        for name, each in PACK.indicators.items()
        if each.register == declaration.register
    ]


WAYS: dict[str, Way] = {
    "list": lambda conn, declaration, scope: records.page(conn, declaration, scope=scope),
    "search": _search,
    "count": lambda conn, declaration, scope: records.count(
        conn, declaration, scope=scope, search=_words(conn, declaration)
    ),
    "record": lambda conn, declaration, scope: records.one(conn, declaration, 1, scope=scope),
    "history": lambda conn, declaration, scope: history.versions(conn, declaration, 1, scope=scope),
    "as_of": lambda conn, declaration, scope: history.as_of(conn, declaration, 10_000, scope=scope),
    "unmask": _unmask,
    "explain": _explain,
}
ACTIONS = {"history": "record"}
"""What the log calls a way, where it is not the way's own name."""


@pytest.fixture(params=PERSONAL)
def declaration(request: pytest.FixtureRequest) -> Declaration:
    return PACK.registers[request.param]


def an(province: Province) -> Scope:
    with province.db.app() as conn:
        return grants.over(conn, [LUNG_CU], VERBS, "an", unmask=["*"])


def lines(province: Province, after: int) -> list[tuple[Any, ...]]:
    with province.db.owner() as conn:
        return conn.execute(
            "select actor, action, register, coalesce(records, array[record]), cardinality(units)"
            " from access.reading where id > %s order by id", [after],
        ).fetchall()  # fmt: skip


def newest(province: Province) -> int:
    with province.db.owner() as conn:
        return int((conn.execute("select coalesce(max(id), 0) from access.reading").fetchone() or (0,))[0])


@pytest.mark.parametrize("way", sorted(WAYS))
def test_a_reading_leaves_its_line(province: Province, declaration: Declaration, way: str) -> None:
    scope, before = an(province), newest(province)
    with province.db.app(scope.settings()) as conn:
        shown = WAYS[way](conn, declaration, scope)
    noted = lines(province, before)
    if way == "explain":
        assert {(1,)} >= {tuple(line[3]) for line in noted} and bool(noted) == any(shown)
    else:
        assert [line[:3] for line in noted] == [("an", ACTIONS.get(way, way), declaration.register)]
        assert way == "count" or noted[0][3:] == ([1], 1)


@pytest.mark.parametrize("at", ["now", "then"])
def test_carrying_out_leaves_its_line(province: Province, declaration: Declaration, at: str, tmp_path: Path) -> None:
    scope, before = an(province), newest(province)
    with province.db.owner() as conn:
        (moment,) = conn.execute("select max(at) from registers.change_set").fetchone() or (None,)
    as_of = None if at == "now" else moment
    assert export.write_csv(province.db, declaration.register, tmp_path / "out.csv", scope=scope, as_of=as_of) == 1
    assert lines(province, before) == [("an", "export", declaration.register, [1], 1)]


def test_what_shows_nobody_leaves_none(province: Province, declaration: Declaration) -> None:
    before = newest(province)
    for scope in (grants.public_scope(), province.bình):
        with province.db.app(scope.settings()) as conn:
            records.page(conn, declaration, scope=scope)
    with province.db.app(province.bình.settings()) as conn:
        history.as_of(conn, declaration, 10_000, scope=province.bình)
    assert lines(province, before) == []


def test_registers_without_persons_leave_none(province: Province) -> None:
    before, scope = newest(province), grants.station()
    with province.db.app(scope.settings()) as conn:
        for name in set(PACK.registers) - set(PERSONAL):
            records.page(conn, PACK.registers[name], scope=scope)
            history.versions(conn, PACK.registers[name], 1, scope=scope)
    assert lines(province, before) == []


READERS = {
    "tinhso/registers/records.py", "tinhso/registers/history.py", "tinhso/registers/export/streaming.py",
    "tinhso/indicators/explain.py", "tinhso/intake/batches.py", "tinhso/registers/links.py",
    "tinhso/registers/approving.py", "tinhso/registers/attachments.py", "tinhso/registers/standing.py",
}  # fmt: skip
"""Who hands records out, and says so."""
OTHERS = {
    "tinhso/registers/changes.py": "writes: ids and keys of what changes",
    "tinhso/registers/chain/versions.py": "verifies: findings name ids",
    "tinhso/registers/chain/verify.py": "verifies: findings name ids",
    "tinhso/registers/chain/change_sets.py": "verifies: findings name ids",
    "tinhso/registers/evolution.py": "makes tables", "tinhso/registers/tables.py": "makes tables",
    "tinhso/registers/functions.py": "makes functions", "tinhso/registers/indexes.py": "makes indexes",
    "tinhso/registers/renewal.py": "makes search text anew",
    "tinhso/registers/erasure.py": "erases: ids",
    "tinhso/registers/held.py": "counts values; they are told only of registers without anything sensitive",
    "tinhso/registers/undoing.py": "writes: what a change is taken back to",
    "tinhso/registers/ordering.py": "asks how big a table is",
    "tinhso/registers/editing.py": "what a form compares and writes back; its page shows history, which notes it",
    "tinhso/intake/forms/writing.py": "the number of the record that was just recorded",
    "tinhso/privacy/person.py": "finds ids and versions; what they hold is shown by history and noted there",
    "tinhso/privacy/retention.py": "finds ids that are due",
    "tinhso/indicators/computing.py": "counts", "tinhso/indicators/follow.py": "counts",
    "tinhso/registers/quality/counting.py": "counts", "tinhso/registers/quality/limits.py": "quartiles of numbers",
    "tinhso/registers/quality/behind.py": "ids of a list that is carried out, which is noted there",
    "tinhso/registers/quality/closer.py": "judges in memory; only ids are kept, lists show them and note it",
    "tinhso/indicators/tails.py": "counts", "tinhso/indicators/verify.py": "counts",
}  # fmt: skip
"""Who else names a register's table in SQL, and why no person is shown by it."""


def test_nobody_else_reads_records() -> None:
    naming = {
        str(path.relative_to(ROOT))
        for path, node in nodes(PACKAGE)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and _names_a_table(node.value)
    }
    assert naming <= READERS | OTHERS.keys(), "say here why nobody is shown by it, or note it (registers.looking)"
    noting = {
        path
        for path in READERS
        for node in ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and ast.unparse(node).startswith("looking.at_")
    }
    assert noting == READERS


def _names_a_table(text: str) -> bool:
    return any(f"{schema}.{left}" in text for schema in ("registers", "history") for left in ("{}", "{register}")) or (
        text.endswith(("registers.", "history.")) and "from" in text
    )
