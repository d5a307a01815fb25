"""The register of processing activities: every register that holds persons stands in it, with a purpose."""

from __future__ import annotations

import pytest

from tests.laws.house import PROVINCES
from tests.privacy.conftest import Room
from tinhso.access.declaration import Purpose
from tinhso.foundation.bilingual import Text
from tinhso.packs.read import read
from tinhso.privacy import activities

PACK = read(PROVINCES / "hagiang")
PERSONAL = sorted(name for name, each in PACK.registers.items() if activities.personal(each))


@pytest.mark.parametrize("register", PERSONAL)
def test_every_register_that_holds_persons_has_a_purpose(register: str) -> None:
    assert [one.purpose for one in PACK.purposes.values() if register in one.registers]


def test_the_document_is_made_from_declarations(room: Room) -> None:
    with room.at() as conn:
        found = activities.activities(conn)
    assert [each.register for each in found] == PERSONAL
    assert all(each.covered for each in found)
    workers = next(each for each in found if each.register == "workers")
    assert {name for name, _, sensitive in workers.fields if sensitive} >= {"citizen_id", "phone", "ethnicity"}
    assert workers.retention is not None and workers.retention.then == "archive"
    document = activities.document(found, "Tỉnh Hà Giang")
    for each in found:
        assert each.title.vi in document
    assert "10 năm sau" in document and "sự đồng ý của người có dữ liệu" in document and "style=" not in document


def test_a_register_without_purpose_is_named_as_such(room: Room) -> None:
    with room.db.owner() as conn:
        conn.execute("delete from access.purpose where purpose = 'labour'")
    with room.at() as conn:
        found = activities.activities(conn)
    assert [each.register for each in found if not each.covered] == ["workers"]
    assert "Chưa có mục đích" in activities.document(found, "Tỉnh Hà Giang")


def test_a_text_is_shown_exactly_where_consent_is_the_basis() -> None:
    words = Text("x", "x")
    with pytest.raises(ValueError, match="consent"):
        Purpose("a", words, (), ground="consent")
    with pytest.raises(ValueError, match="consent"):
        Purpose("a", words, (), text=words)
