"""Text in columns follows the same rules as text by itself."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.foundation.test_text import VIETNAMESE
from tinhso.foundation import frames
from tinhso.foundation.frames import clean_series, fold_expr, sort_keys
from tinhso.foundation.text import clean, fold, person_sort_key, sort_key

MARKS = "\u0300\u0301\u0303\u0309\u0323\u0302\u0306\u031b"
UNSEEN = "\u00a0\u200b\u200d\u202e\u2069"
typed = st.text(st.sampled_from(VIETNAMESE + VIETNAMESE.upper() + MARKS + UNSEEN + "  \t.-019fjwz"), max_size=25)
columns = st.lists(st.none() | typed, max_size=12)


@given(columns)
def test_clean_and_fold_are_the_same_in_columns(texts: list[str | None]) -> None:
    column = pl.Series("text", texts, dtype=pl.String)
    done = column.to_frame().select(fold_expr(pl.col("text")).alias("fold"))
    assert clean_series(column).to_list() == [None if text is None else clean(text) for text in texts]
    assert done["fold"].to_list() == [None if text is None else fold(text) for text in texts]


@given(columns, st.booleans())
def test_sort_keys_are_the_same_in_columns(texts: list[str | None], twice: bool) -> None:
    texts = texts * 3 if twice else texts
    series = pl.Series(texts, dtype=pl.String)
    assert sort_keys(series, "text").to_list() == [None if text is None else sort_key(text) for text in texts]
    assert sort_keys(series, "person").to_list() == [None if text is None else person_sort_key(text) for text in texts]


def test_a_distinct_name_is_worked_out_once(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int] = []
    keys = frames._person_keys

    def watched(series: pl.Series) -> pl.Series:
        seen.append(series.len())
        return keys(series)

    monkeypatch.setattr(frames, "_person_keys", watched)
    sort_keys(pl.Series(["Giàng Mí Sò", "Vàng Thị Mỷ"] * 500), "person")
    assert seen == [2]
