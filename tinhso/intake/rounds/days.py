"""Working days until something is due."""

from __future__ import annotations

from datetime import date
from functools import cache

from tinhso.foundation.calendar import Calendar, Holidays
from tinhso.foundation.problems import Refused
from tinhso.registers.checks import rules


@cache
def calendar() -> Calendar:
    """The calendar that comes with the platform."""
    return Calendar.of(rules.read(rules.standing_folders(), {"holidays": Holidays})["holidays"])


def left(today: date, due: date) -> int | None:
    """Working days after today up to and with the day it is due, negative where that is past; None where a year's days
    off are not known."""
    try:
        return calendar().count(today, due) if due >= today else -calendar().count(due, today)
    except Refused:
        return None


def worked(day: date) -> date:
    """The day itself if offices work on it, else the next that they do (Civil Code 91/2015/QH13, art. 148.5); the day
    itself where a year's days off are not known."""
    try:
        return calendar().from_day(day)
    except Refused:
        return day
