"""Definitions in words of both languages."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from tinhso.indicators import conditions, declared, wording
from tinhso.registers import declared as registers
from tinhso.registers.declaration import CodeList, Declaration


@pytest.mark.parametrize(
    ("indicator", "vi", "en"),
    [
        (
            "active",
            "Số bản ghi trong sổ “Tổ công nghệ số cộng đồng”, có hiệu lực vào ngày xem số liệu, kể từ “Từ ngày” "
            "đến hết “Đến ngày”.",
            "Number of records in the register “Community digital teams”, in force on the day asked, from “Since” "
            "through “Until”.",
        ),
        (
            "founded",
            "Số bản ghi trong sổ “Tổ công nghệ số cộng đồng”, tính theo “Từ ngày” từ 01/01/2023 đến 31/12/2023.",
            "Number of records in the register “Community digital teams”, counted by “Since” from 2023-01-01 "
            "to 2023-12-31.",
        ),
        (
            "members",
            "Tổng của “Thành viên” trong sổ “Tổ công nghệ số cộng đồng”, với điều kiện “Loại” <> 'closed'.",
            "Sum of “Members” in the register “Community digital teams”, where “Kind” <> 'closed'.",
        ),
    ],
)
def test_in_words(province: Any, indicator: str, vi: str, en: str) -> None:
    with province.db.owner() as conn:
        known, declarations = declared.every(conn), registers.every(conn)
    said = wording.definition(known.indicators[indicator], known.formulas[indicator], declarations, {})
    assert (said.vi, said.en) == (vi, en)


def test_codes_are_called_by_their_titles() -> None:
    declaration = msgspec.convert({
        "register": "workers", "title": {"vi": "Lao động", "en": "Workers"}, "primaryKey": ["id"], "label": "id",
        "fields": {"status": {"type": "string", "title": {"vi": "Tình trạng", "en": "Activity"}, "codes": "status"}},
    }, Declaration)  # fmt: skip
    titles = {"title": {"vi": "Có việc làm", "en": "Employed"}}
    lists = {"status": msgspec.convert({"list": "status", **titles, "codes": {"employed": titles}}, CodeList)}
    said = conditions.said("status = 'employed' and year(as_at) > 2020", declaration, lists)
    assert said.vi == "“Tình trạng” = “Có việc làm” và năm của(ngày xem số liệu) > 2020"
    assert said.en == "“Activity” = “Employed” and year(the day asked) > 2020"
