"""A record on a day, in two readings that must not be confused.

*As known on* a day: what the register said at the end of that day, right or wrong. *As it was on* a day: what held then
by all that is known today, so that a correction made later counts. A version holds from the day that its register
names (``holdsFrom``), else from the day it was recorded; one that takes another back holds from when that one held.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta, timezone

from tinhso.registers.declaration import Declaration
from tinhso.registers.history import Version

HOME = timezone(timedelta(hours=7))
"""The clock of Việt Nam, which has no summer time: Decision 134/2002/QĐ-TTg."""


def known_on(versions: Sequence[Version], day: date) -> Version | None:
    """The version that the register showed at the end of the day; None where the record was not in it."""
    known = [each for each in versions if _day(each.at) <= day]
    newest = max(known, key=lambda each: each.version, default=None)
    if newest is None or (newest.gone is not None and _day(newest.gone.at) <= day):
        return None
    return newest


def held_on(versions: Sequence[Version], declaration: Declaration, day: date) -> Version | None:
    """The version that held on the day, by all that is known today; None where the record did not hold then."""
    since = held_since(versions, declaration)
    held = [each for each in versions if since[each.version] <= day]
    newest = max(held, key=lambda each: each.version, default=None)
    if newest is None or (newest.gone is not None and _day(newest.gone.at) <= day):
        return None
    return newest


def held_since(versions: Sequence[Version], declaration: Declaration) -> dict[int, date]:
    """By version the first day on which it held."""
    found: dict[int, date] = {}
    before: date | None = None
    for each in sorted(versions, key=lambda each: each.version):
        own = each.values.get(declaration.holds_from) if declaration.holds_from else None
        day = own if isinstance(own, date) else _day(each.at)
        before = min(before, day) if each.way == "undo" and before is not None else day
        found[each.version] = before
    return found


def _day(moment: datetime) -> date:
    return moment.astimezone(HOME).date()
