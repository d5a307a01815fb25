"""Headings as offices write them find their fields; what cannot be matched is said with the heading's name."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import polars as pl
import pytest

from tinhso.intake.matching import key, match, match_workbook
from tinhso.intake.reading.workbook import Column, Sheet, Workbook, letter_of
from tinhso.registers.declaration import Declaration

PEOPLE = msgspec.convert(
    {
        "register": "people",
        "title": {"vi": "Người", "en": "People"},
        "primaryKey": ["citizen_id"],
        "label": "full_name",
        "area": {"commune": "commune", "village": "village"},
        "fields": {
            "citizen_id": {
                "type": "string",
                "title": {"vi": "Số định danh cá nhân", "en": "Personal number"},
                "headings": ["Số CCCD"],
                "constraints": {"required": True},
            },
            "full_name": {
                "type": "string",
                "title": {"vi": "Họ và tên", "en": "Full name"},
                "constraints": {"required": True},
            },
            "income": {"type": "money", "title": {"vi": "Thu nhập", "en": "Income"}},
            "commune": {"type": "area", "title": {"vi": "Xã", "en": "Commune"}, "constraints": {"required": True}},
            "village": {"type": "area", "title": {"vi": "Thôn", "en": "Village"}},
        },
    },
    Declaration,
)
TEAMS = msgspec.convert(
    {
        "register": "teams",
        "title": {"vi": "Tổ", "en": "Teams"},
        "primaryKey": ["code"],
        "label": "code",
        "fields": {
            "code": {"type": "string", "title": {"vi": "Mã tổ", "en": "Code"}, "constraints": {"required": True}},
            "village": {"type": "area", "title": {"vi": "Thôn", "en": "Village"}},
            "leader": {"type": "string", "title": {"vi": "Tổ trưởng", "en": "Leader"}},
        },
    },
    Declaration,
)
EVERY = {"people": PEOPLE, "teams": TEAMS}


def sheet(*headings: str, name: str = "Trang 1") -> Sheet:
    columns = tuple(Column(letter_of(place), heading) for place, heading in enumerate(headings))
    frame = pl.DataFrame(schema={**{f"c{place}": pl.String for place in range(len(headings))}, "row": pl.Int64})
    return Sheet(name, 1, columns, frame)


@pytest.mark.parametrize(
    "headings",
    [
        ["Số CCCD", "Họ và tên", "Xã"],
        ["SỐ CCCD (*)", "HỌ VÀ TÊN", "xã "],
        ["1. So CCCD", "2. Ho va ten", "3. Xa"],
        ["(1) Số định danh cá nhân", "(2) Họ và tên*", "(3) Xã"],
        ["citizen_id", "Full name", "commune"],
        ["Số định danh cá nhan", "Họ  và   tên", "Địa chỉ / Xã"],
        ["Số định danh cá nhâ", "Họ và tên", "Xã"],
    ],
)
def test_headings_are_forgiven(headings: list[str]) -> None:
    found = match(sheet("STT", *headings, "Ghi chú"), PEOPLE, {}, {})
    assert (found.columns, found.problems, found.unknown) == ({"citizen_id": 1, "full_name": 2, "commune": 3}, (), ())
    assert found.letters == {"citizen_id": "B", "full_name": "C", "commune": "D"}


def test_brackets_and_units_are_dropped() -> None:
    assert key("Thu nhập (đồng/tháng) *") == "thu nhap"
    assert match(sheet("Số CCCD", "Họ và tên", "Xã", "Thu nhập (đồng)"), PEOPLE, {}, {}).columns["income"] == 3


def test_choice_comes_before_memory_and_memory_before_likeness() -> None:
    given = sheet("Mã", "Họ và tên", "Xã", "Lương")
    assert match(given, PEOPLE, {"mã": "citizen_id", "LƯƠNG": "income"}, {}).columns["income"] == 3
    chosen = match(given, PEOPLE, {"mã": "citizen_id", "Lương": "income"}, {"Lương": ""})
    assert "income" not in chosen.columns and chosen.problems == ()


def test_missing_and_unknown_columns_are_named() -> None:
    (missing,) = match(sheet("Số CCCD", "Xã"), PEOPLE, {}, {}).problems
    assert missing.code == "intake.missing_column" and missing.field == "full_name" and "Họ và tên" in missing.vi
    (unknown,) = match(sheet("Số CCCD", "Họ và tên", "Xã", "Sở thích"), PEOPLE, {}, {}).problems
    assert unknown.code == "intake.unknown_column" and "Sở thích" in unknown.vi and "Trang 1" in unknown.en


def test_a_commune_may_be_told_by_the_village() -> None:
    assert match(sheet("Số CCCD", "Họ và tên", "Thôn"), PEOPLE, {}, {}).problems == ()


def test_one_field_twice() -> None:
    (problem,) = match(sheet("Số CCCD", "Họ và tên", "Xã", "Số định danh cá nhân"), PEOPLE, {}, {}).problems
    assert problem.code == "intake.heading_twice"


def test_a_file_of_another_register_is_recognised() -> None:
    (problem,) = match(sheet("Mã tổ", "Thôn", "Tổ trưởng"), PEOPLE, {}, {}, EVERY).problems
    assert problem.code == "intake.other_register" and problem.value == "teams" and "«Tổ»" in problem.vi


def test_sheets_that_hold_something_else_are_left_out() -> None:
    good, other = sheet("Số CCCD", "Họ và tên", "Xã"), sheet("Hướng dẫn", "Nội dung", name="Hướng dẫn")
    pairs, problems = match_workbook(Workbook((good, other)), PEOPLE, {}, {}, EVERY)
    assert [one.name for one, _ in pairs] == ["Trang 1"] and problems == ()
    pairs, problems = match_workbook(Workbook((other,)), PEOPLE, {}, {}, EVERY)
    assert pairs == [] and {one.code for one in problems} == {"intake.missing_column"}


def test_a_column_without_a_word_below_its_heading_keeps_nothing_back() -> None:
    given = sheet("Số CCCD", "Họ và tên", "Xã", "Xác nhận của thôn", "Chữ ký")
    row = {"c0": "002095000124", "c1": "Giàng Thị An", "c2": "Sà Phìn", "c3": None, "c4": "x", "row": 2}
    filled = replace(given, frame=pl.DataFrame([row], schema=given.frame.schema))
    assert match(filled, PEOPLE, {}, {}).problems == ()
    told = replace(filled, frame=filled.frame.with_columns(c3=pl.lit("đúng")))
    assert match(told, PEOPLE, {}, {}).unknown == ("Xác nhận của thôn",), "what is written there is asked for"
