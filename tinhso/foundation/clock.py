"""The clock of the house: Vietnamese time, which a test can stop."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta, timezone

VIETNAM = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")
"""A fixed offset: Vietnam has had one zone and no summer time since 1975, so no zone data are needed."""

_stopped_at: datetime | None = None


def now() -> datetime:
    """This moment, with its offset."""
    return _stopped_at or datetime.now(VIETNAM)


def today() -> date:
    """The day it is in Vietnam."""
    return now().astimezone(VIETNAM).date()


@contextmanager
def stopped(at: datetime | date) -> Iterator[None]:
    """Stop the clock for all threads: at a moment (without offset: Vietnamese time) or at a day's beginning."""
    global _stopped_at
    moment = at if isinstance(at, datetime) else datetime(at.year, at.month, at.day)
    before, _stopped_at = _stopped_at, moment if moment.tzinfo else moment.replace(tzinfo=VIETNAM)
    try:
        yield
    finally:
        _stopped_at = before
