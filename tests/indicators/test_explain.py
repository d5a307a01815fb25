"""A figure explains itself down to file, sheet and row, and tells the public no record's content."""

from __future__ import annotations

from datetime import date
from typing import Any

from tinhso.access import grants
from tinhso.indicators.explain import Explanation, explain

AS_AT = date(2023, 11, 30)


def _explained(province: Any, indicator: str, area: str = "02", scope: Any = None, **asked: Any) -> Explanation:
    scope = scope or province.scope
    with province.db.app(scope.settings()) as conn:
        return explain(conn, indicator, area, scope, as_at=AS_AT, **asked)


def test_it_names_definition_records_and_rows(province: Any) -> None:
    province.commit(province.team("a"), province.team("b", at="00769"), file="dong-van.xlsx")
    made = province.commit(province.team("c", members=2), file="yen-minh.xlsx")
    found = _explained(province, "teams")
    assert found.records == 3
    assert [(each.file, each.sheet, each.row, each.key) for each in found.sources] == [
        ("dong-van.xlsx", "Sheet1", 2, "a"), ("dong-van.xlsx", "Sheet1", 3, "b"), ("yen-minh.xlsx", "Sheet1", 2, "c"),
    ]  # fmt: skip
    assert found.sources[2].change_set == made.id
    assert found.sources[0].label == "Tổ a"
    assert found.definition.vi == "Số bản ghi trong sổ “Tổ công nghệ số cộng đồng”."
    assert {each.member: each.figure.value for each in found.areas} == {"026": 2, "027": 1}
    assert [(each.file, each.added) for each in found.change_sets] == [("yen-minh.xlsx", 1), ("dong-van.xlsx", 2)]


def test_a_share_names_both_its_parts(province: Any) -> None:
    province.commit(province.team("a"), province.team("b", members=5), province.team("c", members=9))
    found = _explained(province, "big")
    assert found.formula == "2 / 3 × 100 = 66.67"
    parts = [(each.role, each.amount, each.records) for each in found.parts]
    assert parts == [("numerator", 2, 2), ("denominator", 3, 3)]
    assert [each.key for each in found.sources] == ["a", "c"]
    assert "làm tròn nửa lên 2 chữ số" in found.definition.vi


def test_only_the_area_asked(province: Any) -> None:
    province.commit(province.team("a"), province.team("b", at="00769"), province.team("c", at="00712001"))
    assert [each.key for each in _explained(province, "teams", "00712").sources] == ["a", "c"]
    assert [each.key for each in _explained(province, "teams", "00712001").sources] == ["c"]
    assert [each.key for each in _explained(province, "teams", limit=1).sources] == ["a"]


def test_the_public_sees_rows_but_neither_content_nor_names_of_files(province: Any) -> None:
    province.commit(province.team("a"))
    found = _explained(province, "teams", scope=grants.public_scope())
    assert found.records == 1
    (source,) = found.as_json()["sources"]
    assert set(source) == {"change_set", "file", "sheet", "row", "record"}
    assert (source["file"], source["sheet"]) == (None, None) and source["row"]


def test_distinct_values_explain_themselves_too(province: Any) -> None:
    province.commit(province.team("a"), province.team("b"), province.team("c", kind="street"))
    found = _explained(province, "kinds")
    assert (found.figure.value, found.records, len(found.sources)) == (2, 3, 3)
    assert found.as_json("en")["definition"].startswith("Number of different values of “Kind”")


def test_as_of_an_earlier_commit(province: Any) -> None:
    province.commit(province.team("a"), file="first.xlsx")
    province.commit(province.team("a", members=1), file="second.xlsx")
    assert [each.file for each in _explained(province, "teams").sources] == ["second.xlsx"]
    assert [each.file for each in _explained(province, "teams", as_of=1).sources] == ["first.xlsx"]
