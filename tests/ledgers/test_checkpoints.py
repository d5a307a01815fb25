"""Checkpoints read as they were written, and nothing else reads as one."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinhso.foundation.problems import Refused
from tinhso.ledgers.checkpoints import Checkpoint, checked_occasion

MADE = Checkpoint("tinhso/0011/letters", 3, bytes(32), 17, datetime(2026, 11, 23, 6, 0, 12, tzinfo=UTC), "hourly")
TEXT = (
    "tinhso/0011/letters\n3\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"
    "number 17\ntime 2026-11-23T06:00:12Z\noccasion hourly\n"
)


def test_the_text_is_the_one_of_the_standard_with_three_lines_of_ours() -> None:
    assert MADE.text == TEXT


@given(
    st.builds(
        Checkpoint, st.just("a/b"), st.integers(0, 10**17), st.binary(min_size=32, max_size=32),
        st.integers(1, 10**17),
        st.datetimes(datetime(2020, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)).map(
            lambda at: at.replace(microsecond=0)
        ),
        st.sampled_from(["hourly", "asked", "period 2026-Q3", "chốt số liệu tháng 10"]),
    )
)  # fmt: skip
def test_what_is_written_is_read(made: Checkpoint) -> None:
    assert Checkpoint.parse(made.text) == made


@pytest.mark.parametrize(
    "change",
    [("\n3\n", "\n03\n"), ("\n3\n", "\n-3\n"), ("\n3\n", "\nthree\n"), ("AAA=", "AAB="), ("AAA=", "=AA="),
     ("number 17", "number 0"), ("T06", "T26"), ("time ", "Time "), ("hourly\n", "hourly\n\n"), ("hourly\n", "hourly"),
     ("occasion hourly\n", "")],
)  # fmt: skip
def test_what_is_written_otherwise_is_none(change: tuple[str, str]) -> None:
    assert change[0] in TEXT
    assert Checkpoint.parse(TEXT.replace(*change)) is None


@pytest.mark.parametrize("occasion", ["", " ", "a\nsize 9", "a\tb", "x" * 101, " asked", "asked "])
def test_an_occasion_is_one_plain_line(occasion: str) -> None:
    with pytest.raises(Refused, match="one line"):
        checked_occasion(occasion)
