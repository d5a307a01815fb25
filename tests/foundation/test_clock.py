"""The clock stops where a test wants it, in all threads, and knows which day it is in Vietnam."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime

from tinhso.foundation import clock


def test_a_stopped_clock_stands_still_for_all_threads() -> None:
    with clock.stopped(date(2023, 10, 31)), ThreadPoolExecutor(1) as other:
        assert other.submit(clock.today).result() == date(2023, 10, 31)
        assert clock.now().isoformat() == "2023-10-31T00:00:00+07:00"
    assert clock.now() > datetime(2024, 1, 1, tzinfo=UTC)


def test_the_day_begins_in_vietnam_seven_hours_before_greenwich() -> None:
    with clock.stopped(datetime(2024, 12, 31, 17, 0, tzinfo=UTC)):
        assert clock.today() == date(2025, 1, 1)


def test_stopping_inside_stopping_returns_to_the_outer_moment() -> None:
    with clock.stopped(date(2023, 1, 1)):
        with clock.stopped(date(2024, 1, 1)):
            assert clock.today().year == 2024
        assert clock.today().year == 2023
