"""The quick ways of checking few rows say exactly what the whole plans and the joins say."""

from __future__ import annotations

from unittest.mock import patch

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.intake.people import AN, GOOD, LISTS, PEOPLE, TODAY, WHOLE, run, sheet
from tinhso.access.scope import Scope
from tinhso.intake.checking import Checked, placing, quick
from tinhso.intake.checking.values import Reader, plans

CELLS: dict[str, list[str | None]] = {
    "citizen_id": ["002095000123", "2095000123", "x", None],
    "full_name": ["Vàng Mí Sính", " Vàng  Mí Sính ", "V" * 30, None],
    "birth_date": ["1995", "12/3/1995", "1995-03-12", "9/1995", "1850", "31/2/1995", "3/25/1995"],
    "gender": ["Nam", "nam", "male", "trai", "NU", "gì", None],
    "ethnicity": ["01", "1", "Kinh", "kinh", "Mán", "Mông", None],
    "district": ["Đồng Văn", "Huyện Mèo Vạc", "026", "26", "Ở đâu", None],
    "commune": ["Sà Phìn", "Xã Tả Lủng", "Xà Phìn", "00736", "736", "sa phin", None],
    "village": ["Lũng Cẩm", "Thôn Há Súa", "Tổ 1", "1", "00736-001", "Ở đâu", None],
    "income": ["1.500.000", "3 tỷ", "-5", "9" * 18, "x", None],
    "share": ["98,26", "12", "101", "x", None],
    "children": ["2", "1.000", "2,5", "9" * 19, None],
    "since": ["27/9/2019", "2019-09-27", "1/1/65", "13/25/2020", "3/25/2020", None],
    "poor": ["Có", "không", "1", "có lẽ", None],
    "status": ["đang ở", "ĐANG Ở", "đi", None],
    "born_in": ["Sà Phìn", "Tả Lủng", None],
}
ROWS = st.lists(st.fixed_dictionaries({name: st.sampled_from(cells) for name, cells in CELLS.items()}), max_size=4)


@settings(deadline=None, max_examples=60)
@given(ROWS, st.sampled_from([WHOLE, AN]), st.booleans())
def test_the_quick_way_says_what_the_whole_plan_says(
    rows: list[dict[str, str | None]], scope: Scope, lost: bool
) -> None:
    def checked() -> Checked:
        return run(sheet(GOOD, *rows), scope=scope, accept=("lost_zero",) if lost else ())

    quickly = checked()
    with patch.object(quick, "read", lambda texts, plans: {}), patch.object(placing, "_plain", lambda *_: None):
        slowly = checked()
    assert quickly.frame.equals(slowly.frame)
    assert (quickly.problems, quickly.counts, quickly.repairs) == (slowly.problems, slowly.counts, slowly.repairs)


def test_plain_texts_need_no_plan_and_others_do() -> None:
    made = plans(PEOPLE, Reader(LISTS, TODAY, frozenset()))
    texts = {"gender": ["Nam", "female"], "since": ["27/9/2019", "2019-09-27"], "ethnicity": ["01", "1"]}
    found = quick.read({name: pl.Series(name, cells) for name, cells in texts.items()}, made)
    assert found["gender"].to_list() == ["male", "female"] and found["since"].dtype == pl.Date
    assert "ethnicity" not in found
