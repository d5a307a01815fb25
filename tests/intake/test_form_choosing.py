"""Choices of a form: units of the officer's area within one another, codes of the day."""

from __future__ import annotations

from datetime import date

from tests.intake.people import AN, PEOPLE, WHOLE
from tests.intake.test_form_typed import Known
from tinhso.access.scope import Reach, Scope
from tinhso.intake.forms import choosing

TODAY = date(2023, 12, 1)


def offered(scope: Scope, **texts: str) -> dict[str, list[str]]:
    found = choosing.choices(Known(), PEOPLE, texts, scope=scope, today=TODAY)
    return {name: [each.value for each in choices] for name, choices in found.items()}


def test_units_within_one_another() -> None:
    assert offered(WHOLE)["district"] == ["026", "027"]
    assert offered(WHOLE, district="026")["commune"] == ["00736", "00742"]
    assert offered(WHOLE, district="026", commune="00742")["village"] == ["00742-001"]
    assert offered(WHOLE)["village"] == [], "before a commune is chosen"
    communes = choosing.choices(Known(), PEOPLE, {}, scope=WHOLE, today=TODAY)["commune"]
    assert {each.group for each in communes} == {"Huyện Đồng Văn", "Huyện Mèo Vạc"}


def test_only_of_the_officers_area() -> None:
    found = offered(AN)
    assert found["district"] == ["026"] and set(found["commune"]) == {"00736", "00742"}
    assert offered(AN, district="027")["commune"] == []
    assert set(offered(AN)["born_in"]) == {"00736", "00742", "00796"}, "where somebody was born may be anywhere"


def test_an_officer_of_one_commune_need_not_choose_it() -> None:
    scope = Scope("an", {"*": Reach({"propose": ((5, 6),)})})
    found = choosing.choices(Known(), PEOPLE, {}, scope=scope, today=TODAY)
    assert choosing.only(PEOPLE, found) == {"district": "026", "commune": "00742"}, "it may be of the whole commune"


def test_what_stands_there_already_is_always_offered() -> None:
    assert offered(AN, commune="00796")["commune"][-1] == "00796"
    assert offered(WHOLE)["ethnicity"] == ["01", "08"]
    assert offered(WHOLE, ethnicity="99")["ethnicity"] == ["01", "08", "99"]
