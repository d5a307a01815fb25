"""A small register of people, four communes of two districts, and a sheet of rows to check."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import msgspec
import polars as pl

from tinhso.access.scope import EVERYWHERE, Reach, Scope
from tinhso.areas.places import PlaceIndex
from tinhso.intake import checking
from tinhso.intake.checking import Checked
from tinhso.intake.matching import match
from tinhso.intake.reading.workbook import Column, Sheet, letter_of
from tinhso.registers.declaration import CodeList, Declaration

TODAY = date(2023, 12, 1)
WHOLE = Scope("station", {"*": Reach({"propose": EVERYWHERE})})
AN = Scope("an", {"*": Reach({"propose": ((2, 6),)})})
"""An looks after Đồng Văn."""

PLACES = PlaceIndex.of(
    [
        (1, None, 1, 1, "02", "Tỉnh Hà Giang", "tỉnh"),
        (2, 1, 2, 2, "026", "Huyện Đồng Văn", "huyện"),
        (3, 2, 3, 3, "00736", "Xã Sà Phìn", "xã"),
        (4, 3, 4, 4, "00736-001", "Thôn Lũng Cẩm", "thôn"),
        (5, 2, 3, 5, "00742", "Xã Tả Lủng", "xã"),
        (6, 5, 4, 6, "00742-001", "Thôn Há Súa", "thôn"),
        (7, 1, 2, 7, "027", "Huyện Mèo Vạc", "huyện"),
        (8, 7, 3, 8, "00796", "Xã Tả Lủng", "xã"),
        (9, 8, 4, 9, "00796-001", "Tổ 1", "tổ dân phố"),
    ],
    [(3, "Xã Xà Phìn")],
)

LISTS = {
    "gender": msgspec.convert(
        {
            "list": "gender",
            "title": {"vi": "Giới tính", "en": "Gender"},
            "codes": {
                "male": {"title": {"vi": "Nam", "en": "Male"}, "synonyms": ["trai"]},
                "female": {"title": {"vi": "Nữ", "en": "Female"}},
            },
        },
        CodeList,
    ),
    "ethnicity": msgspec.convert(
        {
            "list": "ethnicity",
            "title": {"vi": "Dân tộc", "en": "Ethnicity"},
            "codes": {
                "01": {"title": {"vi": "Kinh", "en": "Kinh"}},
                "08": {"title": {"vi": "Hmông", "en": "Hmông"}, "synonyms": ["Mông"]},
                "99": {"title": {"vi": "Mán", "en": "Mán"}, "to": date(1979, 3, 1)},
            },
        },
        CodeList,
    ),
}

PEOPLE = msgspec.convert(
    {
        "register": "people",
        "title": {"vi": "Người", "en": "People"},
        "primaryKey": ["citizen_id"],
        "label": "full_name",
        "area": {"village": "village", "commune": "commune", "district": "district"},
        "fields": {
            "citizen_id": {
                "type": "string",
                "title": {"vi": "Số CCCD", "en": "Citizen ID"},
                "check": "citizen_id",
                "constraints": {"required": True},
            },
            "full_name": {
                "type": "string",
                "title": {"vi": "Họ tên", "en": "Name"},
                "constraints": {"required": True, "maxLength": 20},
            },
            "birth_date": {
                "type": "partialDate",
                "title": {"vi": "Ngày sinh", "en": "Born"},
                "constraints": {"minimum": date(1900, 1, 1)},
            },
            "gender": {"type": "string", "title": {"vi": "Giới tính", "en": "Gender"}, "codes": "gender"},
            "ethnicity": {"type": "string", "title": {"vi": "Dân tộc", "en": "Ethnicity"}, "codes": "ethnicity"},
            "district": {"type": "area", "title": {"vi": "Huyện", "en": "District"}},
            "commune": {"type": "area", "title": {"vi": "Xã", "en": "Commune"}, "constraints": {"required": True}},
            "village": {"type": "area", "title": {"vi": "Thôn", "en": "Village"}},
            "income": {"type": "money", "title": {"vi": "Thu nhập", "en": "Income"}, "constraints": {"minimum": 0}},
            "share": {"type": "number", "title": {"vi": "Tỷ lệ", "en": "Share"}, "constraints": {"maximum": 100}},
            "children": {"type": "integer", "title": {"vi": "Số con", "en": "Children"}},
            "since": {"type": "date", "title": {"vi": "Từ ngày", "en": "Since"}},
            "poor": {"type": "boolean", "title": {"vi": "Nghèo", "en": "Poor"}},
            "phone": {"type": "string", "title": {"vi": "SĐT", "en": "Phone"}, "check": "phone"},
            "status": {
                "type": "string",
                "title": {"vi": "Tình trạng", "en": "Status"},
                "constraints": {"enum": ["đang ở", "đã đi"]},
            },
            "born_in": {"type": "area", "level": "commune", "title": {"vi": "Nơi sinh", "en": "Born in"}},
        },
        "checks": [
            {
                "code": "children_income",
                "if": "children > 3",
                "then": "income is not null",
                "field": "income",
                "say": {"vi": "Ô {cell}: nhà đông con cần ghi thu nhập.", "en": "Cell {cell}: give the income."},
            },
            {
                "code": "since_2020",
                "then": "children < 9",
                "on": "since",
                "from": date(2022, 1, 1),
                "severity": "warning",
                "say": {"vi": "Ô {cell}: xem lại số con.", "en": "Cell {cell}: look at the children."},
            },
        ],
    },
    Declaration,
)
HEADINGS = {name: field.title.vi for name, field in PEOPLE.fields.items()}
GOOD = {"citizen_id": "002095000123", "full_name": "Vàng Mí Sính", "gender": "Nam", "commune": "Sà Phìn"}


def sheet(*rows: Mapping[str, str | None], name: str = "Trang 1", first: int = 2, **marks: Any) -> Sheet:
    names = [one for one in PEOPLE.fields if one in GOOD or any(one in row for row in rows)]
    data = {f"c{place}": [row.get(one) for row in rows] for place, one in enumerate(names)}
    frame = pl.DataFrame(data, schema=dict.fromkeys(data, pl.String)).with_columns(row=pl.int_range(len(rows)) + first)
    heads = tuple(Column(letter_of(place), HEADINGS[one]) for place, one in enumerate(names))
    return Sheet(name, first - 1, heads, frame, **marks)


def run(*sheets: Sheet, scope: Scope = WHOLE, accept: tuple[str, ...] = (), decline: tuple[str, ...] = ()) -> Checked:
    pairs = [(one, match(one, PEOPLE, {}, {})) for one in sheets]
    assert not any(matched.problems for _, matched in pairs)
    return checking.check(pairs, PEOPLE, LISTS, PLACES, scope=scope, today=TODAY, accept=accept, decline=decline)


def one(**cells: str | None) -> Checked:
    return run(sheet({**GOOD, **cells}))
