"""The working-day calendar: weekends, public holidays and swapped days of each year that is known.

Days off are content, announced year by year (Labour Code 45/2019/QH14, art. 111 and 112), so a year that nobody has
declared is answered with a problem and never guessed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Self

import msgspec

from tinhso.foundation.bilingual import Text
from tinhso.foundation.clock import VIETNAM
from tinhso.foundation.problems import refuse

DAY = timedelta(days=1)
LAST_MOMENT = time(23, 59, 59)
"""A term counted in days ends with its last day (Civil Code 91/2015/QH13, art. 148.6)."""


class Stretch(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"from_": "from"}):
    """Days off in a row, both ends included, compensatory and swapped days among them."""

    from_: date
    to: date
    name: Text


class Year(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The days off of one year, weekends apart, and the weekend days worked in exchange."""

    year: int
    days_off: tuple[Stretch, ...]
    source: str
    worked: tuple[date, ...] = ()
    verified: bool = True


class Holidays(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The file ``rules/holidays.yaml``; ``weekend`` are ISO weekdays, Saturday 6 and Sunday 7."""

    rule: str
    years: tuple[Year, ...]
    weekend: tuple[int, ...] = (6, 7)


@dataclass(frozen=True, slots=True)
class Calendar:
    """Which days are worked, for the years that are known."""

    years: frozenset[int]
    weekend: frozenset[int]
    off: frozenset[date]
    worked: frozenset[date]
    unverified: frozenset[int] = frozenset()
    """Years whose days off were not compared with the announcement itself."""

    @classmethod
    def of(cls, holidays: Holidays) -> Self:
        """The calendar that a declaration describes."""
        off = {day for year in holidays.years for stretch in year.days_off for day in _days(stretch)}
        worked = {day for year in holidays.years for day in year.worked}
        return cls(
            frozenset(year.year for year in holidays.years), frozenset(holidays.weekend), frozenset(off),
            frozenset(worked), frozenset(year.year for year in holidays.years if not year.verified),
        )  # fmt: skip

    def works(self, day: date) -> bool:
        """Whether offices work on that day; refused with ``foundation.year_unknown`` where the year is not declared."""
        if day.year not in self.years:
            raise refuse("foundation.year_unknown", value=day.year, known=_listed(self.years))
        if day in self.worked:
            return True
        return day not in self.off and day.isoweekday() not in self.weekend

    def add(self, day: date, count: int) -> date:
        """The ``count``-th working day after a day, the day itself not counted (Civil Code art. 147.2)."""
        if count < 0:
            raise ValueError("working days are counted forward")
        for _ in range(count):
            day = self.from_day(day + DAY)
        return day

    def count(self, first: date, last: date) -> int:
        """The working days after ``first`` up to and with ``last``."""
        return sum(self.works(first + DAY * number) for number in range(1, (last - first).days + 1))

    def from_day(self, day: date) -> date:
        """The day itself if it is worked, else the next that is (Civil Code art. 148.5)."""
        while not self.works(day):
            day += DAY
        return day

    def after_working_days(self, moment: datetime, count: int) -> datetime:
        """The end of a term of so many working days that begins at a moment."""
        return _end(self.add(_day(moment), count))

    def after_days(self, moment: datetime, count: int) -> datetime:
        """The end of a term of calendar days; where its last day is off, it ends with the next working day."""
        return _end(self.from_day(_day(moment) + DAY * count))


def after_hours(moment: datetime, count: int) -> datetime:
    """The end of a term in hours, which run on day and night, weekends and holidays included."""
    return moment.astimezone(VIETNAM) + timedelta(hours=count)


def _days(stretch: Stretch) -> Iterator[date]:
    for number in range((stretch.to - stretch.from_).days + 1):
        yield stretch.from_ + DAY * number


def _day(moment: datetime) -> date:
    return moment.astimezone(VIETNAM).date()


def _end(day: date) -> datetime:
    return datetime.combine(day, LAST_MOMENT, VIETNAM)


def _listed(years: frozenset[int]) -> str:
    return ", ".join(str(year) for year in sorted(years)) or "…"
