"""Texts of before Unicode among others: judged by the sheet or column they stand in, never against Unicode."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.intake.people import GOOD, PEOPLE, run, sheet
from tinhso.intake.checking import Checked, columns
from tinhso.intake.matching import match

TCVN3 = {"commune": "X· Sµ Ph×n", "district": "HuyÖn §ång V¨n", "village": "Th«n Lòng CÈm", "status": "®ang ë"}
VNI = {"commune": "Xaõ Saø Phìn", "district": "Huyeän Ñoàng Vaên", "village": "Thoân Luõng Caåm", "status": "ñang ôû"}
UNICODE = {"commune": "Xã Sà Phìn", "district": "Huyện Đồng Văn", "village": "Thôn Lũng Cẩm", "status": "đang ở"}
Fonts = Mapping[int | tuple[int, int], str]


def checked(names: Sequence[str], beside: Mapping[str, str], fonts: Fonts | None = None) -> Checked:
    """People of these names, and what stands beside them written in one manner."""
    rows = [{**GOOD, **beside, "citizen_id": f"0020950001{at:02}", "full_name": name} for at, name in enumerate(names)]
    return run(sheet(*rows, fonts=fonts or {}))


def read(names: Sequence[str], beside: Mapping[str, str], fonts: Fonts | None = None) -> list[str]:
    found = checked(names, beside, fonts)
    assert not found.refused, found.problems
    return [str(name) for name in found.frame["full_name"].to_list()]


def test_a_sheet_in_an_old_font_is_read_as_one_and_said_so() -> None:
    found = checked(["Vµng ThÞ Mai", "Sïng", "Lï Lò", "NGUYÔN THÞ LAN", "Lý Nam", "12/Q§"], TCVN3)
    told = ["Vàng Thị Mai", "Sùng", "Lù Lũ", "NGUYỄN THỊ LAN", "Lý Nam", "12/QĐ"]
    assert found.frame["full_name"].to_list() == told
    assert ("intake.legacy_font", "full_name", 5) in [(one.code, one.field, one.count) for one in found.repairs]
    assert all(one.accepted for one in found.repairs), "taken as meant, unless the sender says no"


def test_a_sheet_in_vni_too() -> None:
    assert read(["Vaøng Thò Mai", "Muøa", "Thò", "Lyù"], VNI) == ["Vàng Thị Mai", "Mùa", "Thị", "Lý"]


def test_columns_that_differ_are_judged_apart() -> None:
    names = ["Vµng ThÞ Mai", "H¹ng", "Sïng", "Lò"]
    assert read(names, UNICODE) == ["Vàng Thị Mai", "Hạng", "Sùng", "Lũ"]
    assert read(["Hà", "Lò", "Khoèo"], TCVN3) == ["Hà", "Lò", "Khoèo"], "more that speak against than for"


@pytest.mark.parametrize("names", [["Hà", "Lò", "Vµng"], ["Hà", "Lò", "Vµng", "H¹ng", "Vàng Thị Mai"]])
def test_one_stray_text_or_any_that_is_unicode_turns_no_other(names: list[str]) -> None:
    assert read(names, UNICODE)[:2] == ["Hà", "Lò"]


def test_what_is_said_of_a_cell_is_what_was_read() -> None:
    long = "Sïng MÝ Lß Sïng MÝ Lß"
    found = checked(["Vµng ThÞ Mai", long], TCVN3)
    assert [problem.value for problem in found.problems] == ["Sùng Mí Lò Sùng Mí Lò"]


def test_many_rows_of_two_sheets_each_by_its_own() -> None:
    old = [{**GOOD, **TCVN3, "citizen_id": "002095000101", "full_name": name} for name in ("Sïng", "Lò")]
    new = [{**GOOD, **UNICODE, "citizen_id": "002095000201", "full_name": name} for name in ("Hà", "Lò", "5 m²")]
    pairs = [(one, match(one, PEOPLE, {}, {})) for one in (sheet(*old), sheet(*new, name="Trang 2"))]
    rows = columns.rows(pairs)
    assert columns.column(rows, "full_name").texts.to_list() == ["Sùng", "Lũ", "Hà", "Lò", "5 m²"]


SYLLABLES = [
    *("Hà", "Lò", "Mã", "Giàng", "Mí", "Sò", "Lý", "Khoèo", "Thò", "Và", "Chá", "Sính", "Pà", "Tú", "Già", "Mùa"),
    *("Phàn", "Tòng", "Hoà", "Toàn", "Lèng", "Xín", "Tráng", "Cò"),
]
BEYOND = ["Nguyễn", "Thị", "Hường", "Đặng", "Vừ", "Lầu", "Hầu", "Mỷ"]
names = st.lists(st.sampled_from(SYLLABLES), min_size=1, max_size=4).map(" ".join)
others = st.lists(st.sampled_from([*SYLLABLES, *BEYOND]), min_size=1, max_size=4).map(" ".join)


@given(st.lists(names, max_size=12), st.lists(others, max_size=4), st.lists(st.sampled_from(["5 m²", "µm", "n°5"])))
@example(["Lò", "Mã"], [], ["5 m²"])
def test_unicode_is_never_touched(latin: list[str], any_name: list[str], strange: list[str]) -> None:
    """Also where all its letters are of Latin-1, and whatever signs stand beside it."""
    texts = [*latin, *any_name, *strange, "µ"]
    rows = [{**GOOD, "citizen_id": "002095000123", "full_name": text, "status": "Mã"} for text in texts]
    made = sheet(*rows)
    plain = columns.columns_at_once(columns.rows([(made, match(made, PEOPLE, {}, {}))]), ["full_name", "status"])
    assert plain["full_name"].texts.to_list() == texts and set(plain["status"].texts.to_list()) == {"Mã"}


NAME = 1
"""The column of the name."""


def test_a_font_in_which_somebody_typed_unicode_is_not_trusted() -> None:
    fonts: Fonts = {NAME: ".VnTime"}
    assert read(["Lò", "Hång", "Vò"], {}, fonts) == ["Lũ", "Hồng", "Vũ"], "where nobody did it is"
    mixed = ["Lò", "Hång", "Đặng Thị Vò", "Mã Giàng"]
    assert read(mixed, {}, fonts) == ["Lò", "Hồng", "Đặng Thị Vò", "Mã Giàng"]


def test_what_is_vietnamese_and_would_not_be_by_its_font_stays() -> None:
    assert read(["Khoèo", "Hång"], {}, {NAME: ".VnTime"}) == ["Khoèo", "Hồng"]
