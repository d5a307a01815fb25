"""What somebody typed of a person and has not recorded goes when the person's data are erased."""

from __future__ import annotations

from tests.privacy.conftest import CHI, CHI_NAME, Room
from tests.privacy.test_erasing import erase, traces
from tinhso.access import grants
from tinhso.intake.forms import drafts
from tinhso.intake.forms.drafts import Content
from tinhso.registers import declared, records


def test_drafts_that_name_the_person_go(filled: Room) -> None:
    scope = grants.station()
    with filled.at() as conn:
        declaration = declared.one(conn, "workers")
        (row,) = records.page(conn, declaration, scope=scope, search=CHI).rows
        spaced = f"{CHI[:3]} {CHI[3:6]} {CHI[6:]}"
        drafts.keep(conn, "workers", Content({"citizen_id": spaced, "full_name": CHI_NAME}), scope=scope)
        drafts.keep(conn, "workers", Content({"full_name": CHI_NAME}), scope=scope, record=row["id"], base=1)
        drafts.keep(conn, "workers", Content({"full_name": "Vàng Mí An"}), scope=scope)
    assert "intake.draft" in traces(filled)
    erase(filled)
    assert traces(filled) == []
    with filled.at() as conn:
        assert [each.content.values for each in drafts.every(conn, scope=scope)] == [{"full_name": "Vàng Mí An"}]
