"""Names with and without their type, however written."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinhso.areas.names import SPOKEN, bare, bare_expr, spellings
from tinhso.foundation.text import fold

CASES = [
    ("Xã Xà Phìn", 3, "Xà Phìn"), ("Xà Phìn", 3, "Xà Phìn"), ("XÃ LŨNG CÚ", 3, "LŨNG CÚ"),
    ("P.Trần Phú", 3, "Trần Phú"), ("TT Đồng Văn", 3, "Đồng Văn"), ("Quản Bạ", 2, "Quản Bạ"),
    ("Huyện Quản Bạ", 2, "Quản Bạ"),
    ("TP. Hà Giang", 2, "Hà Giang"), ("Tổ dân phố số 5", 4, "5"), ("Thôn Bản Lũng", 4, "Bản Lũng"), ("Thôn", 4, "Thôn"),
]  # fmt: skip


@pytest.mark.parametrize(("written", "level", "expected"), CASES)
def test_bare(written: str, level: int, expected: str) -> None:
    assert bare(written, level) == expected
    column = pl.DataFrame({"name": [written]}).select(bare_expr(pl.col("name"), level))
    assert column.item() == expected


def test_spellings_of_a_residential_group() -> None:
    assert spellings("Tổ 5", "tổ dân phố", 4) >= {"5", "to 5", "tdp 5", "to dan pho so 5"}


def test_spellings_with_a_dot() -> None:
    assert spellings("Phường Trần Phú", "phường", 3) >= {"p.tran phu", "p. tran phu", "tran phu", "phuong tran phu"}


kinds = st.sampled_from([(level, kind) for level, kinds in SPOKEN.items() for kind in kinds])


@given(kinds, st.text("àbcđốwy ", max_size=9))
def test_every_way_to_write_it_is_a_spelling(unit: tuple[int, str], rest: str) -> None:
    level, kind = unit
    short = "Z" + rest.strip()
    known = spellings(f"{kind} {short}", kind, level)
    for way in SPOKEN[level][kind]:
        assert fold(f"{way.upper()} {short}") in known
    assert fold(short) in known
