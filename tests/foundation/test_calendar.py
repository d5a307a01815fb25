"""Working days: what the law says of them, and what holds for every day of every year declared."""

from __future__ import annotations

from datetime import date, datetime

import msgspec
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tests.laws.house import PROVINCES
from tinhso.foundation.calendar import Calendar, Holidays, after_hours
from tinhso.foundation.clock import VIETNAM
from tinhso.foundation.problems import Refused

CONTENT = (PROVINCES / "vietnam" / "rules" / "holidays.yaml").read_text(encoding="utf-8")
HOLIDAYS = msgspec.convert(yaml.safe_load(CONTENT), Holidays)
CALENDAR = Calendar.of(HOLIDAYS)
days = st.dates(date(2023, 1, 1), date(2026, 10, 31))
counts = st.integers(0, 20)


@given(days, counts)
def test_what_was_added_is_counted(day: date, count: int) -> None:
    assert CALENDAR.count(day, CALENDAR.add(day, count)) == count


@given(days, days, counts)
def test_a_later_beginning_never_ends_earlier(one: date, other: date, count: int) -> None:
    first, last = sorted((one, other))
    assert CALENDAR.add(first, count) <= CALENDAR.add(last, count)
    assert CALENDAR.add(first, count) < CALENDAR.add(first, count + 1)


@given(days, st.integers(1, 20))
def test_no_term_ends_on_a_day_off(day: date, count: int) -> None:
    assert CALENDAR.works(CALENDAR.add(day, count))
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=VIETNAM)
    assert CALENDAR.works(CALENDAR.after_days(noon, count).date())
    assert CALENDAR.after_days(noon, count) <= CALENDAR.after_working_days(noon, count)


@pytest.mark.parametrize(("day", "works"), [
    ("2023-01-02", False), ("2023-05-03", False), ("2023-05-04", True), ("2023-09-04", False), ("2024-04-29", False),
    ("2024-05-04", True), ("2025-04-26", True), ("2025-05-02", False), ("2025-05-03", False), ("2025-09-02", False),
    ("2026-04-27", False), ("2026-11-23", True), ("2026-11-22", False),
])  # fmt: skip
def test_days_that_were_announced(day: str, works: bool) -> None:
    assert CALENDAR.works(date.fromisoformat(day)) is works


@pytest.mark.parametrize("year", HOLIDAYS.years, ids=lambda year: str(year.year))
def test_each_year_has_its_eleven_days(year: object) -> None:
    """Art. 112: 1 + 5 + 1 + 1 + 1 + 2, each on a day that would else be worked, plus what was worked in exchange."""
    assert any(year is each for each in HOLIDAYS.years)
    taken = [day for day in CALENDAR.off if day.year == getattr(year, "year", 0) and day.isoweekday() < 6]
    worked = [day for day in CALENDAR.worked if day.year == getattr(year, "year", 0)]
    assert len(taken) - len(worked) == 11


def test_two_working_days_over_a_weekend() -> None:
    friday = datetime(2026, 11, 20, 16, 0, tzinfo=VIETNAM)
    assert CALENDAR.after_working_days(friday, 2) == datetime(2026, 11, 24, 23, 59, 59, tzinfo=VIETNAM)


def test_hours_run_on_over_weekends_and_tet() -> None:
    eve = datetime(2024, 2, 8, 9, 30, tzinfo=VIETNAM)
    assert after_hours(eve, 72) == datetime(2024, 2, 11, 9, 30, tzinfo=VIETNAM)


@pytest.mark.parametrize("day", [date(2022, 12, 31), date(2027, 1, 1)])
def test_a_year_that_nobody_declared_is_not_guessed(day: date) -> None:
    with pytest.raises(Refused, match="not declared") as refused:
        CALENDAR.works(day)
    assert refused.value.problems[0].value == str(day.year)
    assert CALENDAR.unverified == {2026}
