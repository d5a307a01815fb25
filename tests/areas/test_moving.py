"""Rows follow their unit when places are numbered anew."""

from __future__ import annotations

from pathlib import Path

from tinhso.areas import load, tree
from tinhso.foundation.database import Database


def test_rows_follow_their_unit(db: Database, small: Path) -> None:
    with db.owner() as conn:
        load.load(conn, small)
        conn.execute("create table registers.notes as select area, low as place from areas.tree")
        conn.execute("create table history.notes as select area, low as place from areas.tree where level = 4")
    with (small / "villages.csv").open("a", encoding="utf-8") as file:
        file.write("00715-003,Thôn Tả Lủng,thôn,00715,2020-01-01\n")
    with db.owner() as conn:
        assert load.load(conn, small).renumbered
        for table in ("registers.notes", "history.notes"):
            query = f"select count(*) from {table} k join areas.tree t using (area) where k.place <> t.low"
            lost = conn.execute(query).fetchone()
            assert lost == (0,)


def test_rows_of_a_unit_that_left_keep_a_number_nobody_covers(db: Database, small: Path) -> None:
    with db.owner() as conn:
        load.load(conn, small)
        conn.execute("create table registers.notes as select low as place from areas.tree where code like '00715%'")
        conn.execute("update areas.code set valid = '[2020-01-01,2021-01-01)' where code = '00715'")
        tree.derive(conn)
        query = "select count(*) from registers.notes n join areas.tree t on n.place between t.low and t.high"
        seen = conn.execute(query).fetchone()
    assert seen == (0,)
