"""Loading a province's units: once, again, and with mistakes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tinhso.areas import load
from tinhso.foundation.database import Database
from tinhso.foundation.problems import Refused

FOLDER = Path(__file__).resolve().parents[2] / "provinces" / "hagiang" / "areas"


def replace(path: Path, before: str, after: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after), encoding="utf-8")


def test_hagiang_loads_and_loads_again_without_change(db: Database) -> None:
    with db.owner() as conn:
        first = load.load(conn, FOLDER)
        levels = conn.execute("select level, count(*) from areas.tree group by 1 order by 1").fetchall()
    assert first == load.Loaded(1 + 11 + 193 + 2071, 17, True)
    assert levels == [(1, 1), (2, 11), (3, 193), (4, 2071)]
    with db.owner() as conn:
        before = conn.execute("select area, low, high from areas.tree order by 1").fetchall()
        assert not load.load(conn, FOLDER).changed
        assert conn.execute("select area, low, high from areas.tree order by 1").fetchall() == before


def test_a_corrected_name_keeps_area_and_place(db: Database, small: Path) -> None:
    with db.owner() as conn:
        load.load(conn, small)
        before = conn.execute("select area, low from areas.tree where code = '00715'").fetchone()
    replace(small / "units.csv", "Xã Lũng Cú", "Xã Lũng Cứ")
    with db.owner() as conn:
        assert load.load(conn, small) == load.Loaded(0, 1, False)
        after = conn.execute("select area, low, name, folded from areas.tree where code = '00715'").fetchone()
    assert before and after == (*before, "Xã Lũng Cứ", "xa lung cu")


def test_a_new_village_gives_every_unit_a_fresh_place(db: Database, small: Path) -> None:
    with db.owner() as conn:
        load.load(conn, small)
        used = {low for (low,) in conn.execute("select low from areas.tree").fetchall()}
    with (small / "villages.csv").open("a", encoding="utf-8") as file:
        file.write("00715-003,Thôn Tả Lủng,thôn,00715,2020-01-01\n")
    with db.owner() as conn:
        assert load.load(conn, small) == load.Loaded(1, 0, True)
        fresh = {low for (low,) in conn.execute("select low from areas.tree").fetchall()}
    assert not used & fresh


def test_aliases_no_longer_in_the_file_go(db: Database, small: Path) -> None:
    with db.owner() as conn:
        load.load(conn, small)
        (small / "aliases.csv").write_text("code,alias\n00742,Xã Tả Lùng\n", encoding="utf-8")
        assert load.load(conn, small).corrected == 2
        assert conn.execute("select alias, folded from areas.alias").fetchall() == [("Xã Tả Lùng", "xa ta lung")]


@pytest.mark.parametrize(
    ("before", "after", "code", "value"),
    [
        ("00742,Xã Tả Lủng,xã,026", "00742,Xã Tả Lủng,xã,025", "areas.no_parent", "00742"),
        ("00742,Xã Tả Lủng,xã,026", "00742,Xã Tả Lủng,xã,00715", "areas.no_parent", "00742"),
        ("00742,Xã", "00715,Xã", "areas.code_twice", "00715"),
        ("00742,Xã Tả Lủng", "00742,", "areas.blank_cell", "name"),
        ("105.35,2020-01-01", "105.35,", "areas.blank_cell", "from"),
        ("code,name,kind", "code,ten,kind", "areas.no_column", "name"),
        ("105.35,2020-01-01", "105.35,01/01/2020", "areas.bad_table", None),
        ("23.23,105.35", "23.23,đông", "areas.bad_table", None),
    ],
)
def test_mistakes_are_refused(db: Database, small: Path, before: str, after: str, code: str, value: str | None) -> None:
    replace(small / "units.csv", before, after)
    with pytest.raises(Refused) as refused, db.owner() as conn:
        load.load(conn, small)
    assert (refused.value.problems[0].code, refused.value.problems[0].value) == (code, value)


def test_an_alias_of_an_unknown_unit_is_refused(db: Database, small: Path) -> None:
    replace(small / "aliases.csv", "00715", "99999")
    with pytest.raises(Refused, match="99999"), db.owner() as conn:
        load.load(conn, small)
    with db.owner() as conn:
        assert conn.execute("select count(*) from areas.area").fetchone() == (0,)


def test_a_folder_without_lists_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        load.read(tmp_path)
    assert refused.value.problems[0].code == "areas.no_files"
