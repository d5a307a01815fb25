"""Applying a pack: the first time, again, with changes, and with mistakes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tinhso.foundation.database import Database
from tinhso.foundation.problems import Refused
from tinhso.packs.apply import apply

Spoil = Callable[[str, str, str], None]


def told(db: Database, folder: Path, dry_run: bool = False) -> list[tuple[str, str, str]]:
    applied = apply(db, folder, dry_run=dry_run)
    return [(each.kind, each.name, each.what) for each in applied.differences]


ALL = [
    ("areas", "nho", "new"), ("code_list", "gender", "new"), ("register", "people", "new"),
    ("indicator", "P1", "new"), ("indicator", "P2", "new"), ("board", "main", "new"),
]  # fmt: skip


def test_first_and_again(db: Database, folder: Path) -> None:
    assert told(db, folder) == ALL
    again = apply(db, folder)
    assert again.differences == () and not again.changed
    with db.app() as conn:
        assert conn.execute("select count(*) from registers.people").fetchone() == (0,)
        assert conn.execute("select count(*) from areas.shape").fetchone() == (2,)


def test_a_dry_run_tells_and_leaves_everything(db: Database, folder: Path) -> None:
    assert told(db, folder, dry_run=True) == ALL
    with db.owner() as conn:
        assert conn.execute("select count(*) from areas.area").fetchone() == (0,)
        assert conn.execute("select to_regclass('registers.people')").fetchone() == (None,)
    assert told(db, folder) == ALL


def test_a_change_names_its_parts_and_its_sql(db: Database, folder: Path, spoil: Spoil) -> None:
    apply(db, folder)
    spoil("registers/people.yaml", "checks:", "  email:\n    type: string\n    title: {vi: Thư, en: Mail}\nchecks:")
    spoil("indicators/people.yaml", "scale: 100", "scale: 1000")
    spoil("boards/main.published.yaml", "98.16", "98.26")
    register, indicator, board = apply(db, folder).differences
    assert (register.name, register.what, register.parts) == ("people", "changed", ("fields.email",))
    assert 'alter table registers.people add column "email" text' in register.statements
    assert (indicator.name, indicator.parts) == ("P2", ("scale",))
    assert (board.name, board.parts) == ("main", ("published.values",))
    assert apply(db, folder).differences == ()


def test_the_difference_in_words(db: Database, folder: Path) -> None:
    lines = apply(db, folder).lines()
    assert lines[0] == "thêm đơn vị hành chính / new areas: nho (added 4, estimated 2)"
    assert "thêm sổ / new register: people" in lines
    assert any(line.startswith("    create table registers.people") for line in lines)
    (folder / "registers" / "people.yaml").unlink()
    (folder / "indicators" / "people.yaml").unlink()
    (folder / "boards" / "main.yaml").unlink()
    (folder / "boards" / "main.published.yaml").unlink()
    left = "giữ lại dù không còn khai báo: sổ / kept though no longer declared: register: people"
    assert left in apply(db, folder).lines()


def test_what_is_no_longer_declared(db: Database, folder: Path) -> None:
    apply(db, folder)
    (folder / "registers" / "people.yaml").unlink()
    (folder / "indicators" / "people.yaml").unlink()
    (folder / "boards" / "main.yaml").unlink()
    (folder / "boards" / "main.published.yaml").unlink()
    assert told(db, folder) == [
        ("register", "people", "left"), ("indicator", "P1", "gone"), ("indicator", "P2", "gone"),
        ("board", "main", "gone"),
    ]  # fmt: skip
    assert not apply(db, folder).changed


@pytest.mark.parametrize(
    ("file", "before", "after"),
    [
        ("registers/people.yaml", "label: name", "label: nme"),
        ("areas/units.csv", "00742,Xã Tả Lủng,xã,026", "00742,Xã Tả Lủng,xã,999"),
        ("indicators/people.yaml", "kind: ratio", "kind: share"),
    ],
)
def test_a_mistake_changes_nothing(
    db: Database, folder: Path, spoil: Spoil, file: str, before: str, after: str
) -> None:
    spoil(file, before, after)
    with pytest.raises(Refused):
        apply(db, folder)
    with db.owner() as conn:
        assert conn.execute("select count(*) from areas.area").fetchone() == (0,)
        assert conn.execute("select count(*) from registers.code_list").fetchone() == (0,)


def test_dropping_a_field_is_refused(db: Database, folder: Path, spoil: Spoil) -> None:
    apply(db, folder)
    spoil("registers/people.yaml", "  gender:\n    type: string\n", "  sex:\n    type: string\n")
    spoil("registers/people.yaml", "gender = 'male'", "sex = 'male'")
    spoil("indicators/people.yaml", "gender = 'female'", "sex = 'female'")
    with pytest.raises(Refused) as refused:
        apply(db, folder)
    assert refused.value.problems[0].code == "registers.field_dropped"


def test_unusable_boundaries_are_refused(db: Database, folder: Path) -> None:
    (folder / "areas" / "boundaries.geojson").write_text("{", encoding="utf-8")
    with pytest.raises(Refused) as refused:
        apply(db, folder)
    assert refused.value.problems[0].code == "areas.bad_boundaries"
