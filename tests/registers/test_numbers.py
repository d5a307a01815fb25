"""Personal numbers are found by the complete number only, whether they are the key or not."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from tests.registers.conftest import AN, BINH, PEOPLE, People
from tinhso.areas import load
from tinhso.foundation.database import Database
from tinhso.registers import evolution, records

DELICATE = {name: msgspec.structs.replace(PEOPLE.fields[name], sensitive=True) for name in ("code", "job")}
KEPT = msgspec.structs.replace(PEOPLE, fields={**PEOPLE.fields, **DELICATE}, search=("name", "code", "job"))
"""The key is a citizen's number and the job a telephone number."""
DUA = {"code": "002300123456", "name": "Lý Thị Dua", "job": "0912345678", "in": AN}
MUA = {"code": "002300123457", "name": "Sùng Mí Mua", "job": "0987654321", "in": BINH}


@pytest.fixture
def kept(db: Database, two_communes: Path) -> People:
    with db.owner() as conn:
        load.load(conn, two_communes)
        evolution.apply(conn, KEPT)
        found = conn.execute("select code, area, low from areas.tree").fetchall()
    people = People(db, KEPT, {code: (area, low) for code, area, low in found})
    people.put(DUA, MUA)
    return people


@pytest.mark.parametrize("asked", [
    "002300123456", "0023 0012 3456", "0912345678", "0912.345.678", "+84 912 345 678", "ly thi dua", "dua",
])  # fmt: skip
def test_the_complete_number_finds_its_person(kept: People, asked: str) -> None:
    assert _found(kept, asked) == [DUA["name"]]


@pytest.mark.parametrize(
    "asked", ["0023", "00230012345", "002300", "091234567", "9123456780", "345678", "912345678901"]
)
def test_a_part_of_a_number_finds_nobody(kept: People, asked: str) -> None:
    assert _found(kept, asked) == []


def test_a_number_outside_the_scope_finds_nobody(kept: People) -> None:
    scope = kept.officer(BINH)
    with kept.db.app(scope.settings()) as conn:
        assert records.page(conn, KEPT, scope=scope, search=DUA["code"]).rows == ()
        assert records.count(conn, KEPT, scope=scope, search=DUA["code"]) == 0


def test_numbers_stand_in_no_search_text(kept: People) -> None:
    with kept.db.owner() as conn:
        texts = conn.execute("select search from registers.people").fetchall()
    assert sorted(texts) == [(" ly thi dua ",), (" sung mi mua ",)]


def _found(people: People, asked: str) -> list[str]:
    scope = people.station()
    with people.db.app(scope.settings()) as conn:
        page = records.page(conn, people.declaration, scope=scope, search=asked)
        assert records.count(conn, people.declaration, scope=scope, search=asked) == len(page.rows)
    return [row["name"] for row in page.rows]
