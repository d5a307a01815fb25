"""Type-ahead over names, codes and other spellings."""

from __future__ import annotations

from datetime import date

import pytest

from tinhso.areas import find
from tinhso.foundation.database import Database
from tinhso.foundation.problems import Refused

LUNG_CU: dict[str, object] = {
    "code": "00715", "name": "Xã Lũng Cú", "type": "xã", "valid_from": "2020-01-01", "valid_to": None,
    "parent": "026", "successors": [],
}  # fmt: skip


def codes(db: Database, text: str, at: date | None = None) -> list[str]:
    with db.app() as conn:
        return [unit.code for unit in find.find(conn, text, at)]


@pytest.mark.parametrize("text", ["Lũng Cú", "lung cu", "XÃ LŨNG CÚ", "00715", "  lung   cu "])
def test_found_first(hagiang: Database, text: str) -> None:
    with hagiang.app() as conn:
        assert find.find(conn, text)[0].as_json() == LUNG_CU


def test_higher_units_first(hagiang: Database) -> None:
    assert codes(hagiang, "Ha Giang")[:2] == ["02", "024"]
    assert codes(hagiang, "dong van")[:2] == ["026", "00721"]


def test_beginnings_codes_and_aliases(hagiang: Database) -> None:
    assert "00742" in codes(hagiang, "ta lu") and "00796" in codes(hagiang, "ta lu")
    assert codes(hagiang, "0071")[:3] == ["00712", "00715", "00718"]
    assert codes(hagiang, "Xà Phìn")[0] == "00736"
    assert codes(hagiang, "su phi") == ["032"]


def test_a_former_name_finds_the_unit_as_it_is_called_now(hagiang: Database) -> None:
    with hagiang.owner() as conn:
        conn.execute("update areas.name set valid = daterange('2021-01-01', null) where name = 'Xã Lũng Cú'")
        conn.execute("insert into areas.name select area, 'Xã Cột Cờ', kind, daterange('2020-01-01', '2021-01-01')"
                     " from areas.name where name = 'Xã Lũng Cú'")  # fmt: skip
    assert codes(hagiang, "cot co") == ["00715"]
    assert codes(hagiang, "Cột Cờ", date(2020, 6, 1)) == ["00715"]
    with hagiang.app() as conn:
        assert find.find(conn, "cot co")[0].name == "Xã Lũng Cú"


def test_nothing_found(hagiang: Database) -> None:
    assert codes(hagiang, "") == codes(hagiang, "Hà Nội") == codes(hagiang, "lung cu", date(2019, 1, 1)) == []


def test_one_by_code(hagiang: Database) -> None:
    with hagiang.app() as conn:
        assert find.one(conn, "00715").as_json() == LUNG_CU
        with pytest.raises(Refused, match="99999"):
            find.one(conn, "99999")
