"""The platform's tables: applied once, whole, by the owner; the application owns nothing."""

from __future__ import annotations

from tinhso import schema
from tinhso.foundation.database import Database

TABLES = {
    "areas": ["alias", "area", "code", "name", "parent", "point", "shape", "tree"],
    "indicators": ["board", "cell", "delta", "folded", "indicator", "part"],
    "intake": ["batch", "heading"],
    "registers": ["change_set", "code_list", "register"],
}


def test_all_tables_are_there(db: Database) -> None:
    with db.owner() as conn:
        rows = conn.execute(
            "select table_schema, table_name from information_schema.tables where table_schema = any(%s) order by 1, 2",
            (list(TABLES),),
        ).fetchall()
    assert rows == [(room, table) for room, tables in TABLES.items() for table in tables]


def test_applying_again_changes_nothing(db: Database) -> None:
    schema.apply(db)
    with db.owner() as conn:
        assert schema.applied(conn) == schema.newest()
