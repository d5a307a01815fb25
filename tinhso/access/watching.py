"""Notices of unusual reading: the log counted by person and hour, held against declared limits and one's own usual.

Nothing is held up by it: a thread of the server looks every few minutes at the hours that came since the last look.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from threading import Event, Thread
from typing import Any

import msgspec

from tinhso.foundation import clock
from tinhso.foundation.calendar import Calendar
from tinhso.foundation.clock import VIETNAM
from tinhso.foundation.database import Connection, Database
from tinhso.foundation.problems import Refused

EVERY = 300.0
"""Seconds between two looks."""
FIRST = timedelta(days=2)
"""How far back the first look goes."""
_LOCK = 7_405_007
"""Advisory lock: one server looks at a time."""

logger = logging.getLogger(__name__)


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"from_": "from"}):
    """What is unusual from a day on, until the next of them: per person and hour."""

    from_: date
    records_per_hour: int
    """So many records shown are a notice, whoever it is."""
    times_usual: int
    """So many times the person's busiest hour of the last ``usual_days`` are one, from ``least`` records on."""
    least: int
    usual_days: int
    begins: time
    """Working hours by the clock of Vietnam; days off are those of the calendar."""
    ends: time


class Unusual(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The file ``rules/unusual_reading.yaml``."""

    rule: str
    limits: tuple[Limits, ...]

    def on(self, day: date) -> Limits | None:
        """The limits in force on a day."""
        return max((each for each in self.limits if each.from_ <= day), key=lambda each: each.from_, default=None)


def look(db: Database, unusual: Unusual, calendar: Calendar) -> int:
    """Look at the hours that came since the last look; how many notices were made. Looking twice makes none twice."""
    with db.owner() as conn:
        conn.execute("select pg_advisory_xact_lock(%s)", [_LOCK])
        now = clock.now()
        row = conn.execute("select until from access.watched").fetchone()
        since = row[0] if row else _hour(now - FIRST)
        limits = unusual.on(now.astimezone(VIETNAM).date())
        made = 0 if limits is None else _noticed(conn, limits, since, _off(calendar, since, now))
        conn.execute(
            "insert into access.watched (until) values (%s) on conflict (single) do update set until = excluded.until",
            [_hour(now)],
        )
    return made


def _noticed(conn: Connection, limits: Limits, since: datetime, off: list[date]) -> int:
    asked: dict[str, Any] = {name: getattr(limits, name) for name in Limits.__struct_fields__}
    asked |= {"since": since, "off": off}
    return sum(conn.execute(query, asked).rowcount for query in (_MANY, _MORE, _OUTSIDE_HOURS, _OUTSIDE_AREA))


_LINES = """
with line as (
  select id, actor, at, date_trunc('hour', at) as hour, count, units, at at time zone 'Asia/Ho_Chi_Minh' as here
  from access.reading
  where at >= %(since)s and actor <> 'citizen' and (record is not null or records is not null)
)
"""
_MANY = (
    _LINES
    + """
insert into access.notice (kind, actor, since, facts)
select 'many', actor, hour, jsonb_build_object('count', sum(count), 'limit', %(records_per_hour)s::int)
from line group by actor, hour having sum(count) >= %(records_per_hour)s
on conflict do nothing
"""
)
_MORE = (
    _LINES
    + """
insert into access.notice (kind, actor, since, facts)
select 'more_than_usual', b.actor, b.hour,
  jsonb_build_object('count', b.seen, 'usual', u.busiest, 'days', %(usual_days)s::int)
from (select actor, hour, sum(count) as seen from line group by actor, hour having sum(count) >= %(least)s) b
cross join lateral (
  select coalesce(max(h.seen), 0) as busiest from (
    select sum(r.count) as seen from access.reading r
    where r.actor = b.actor and r.at < b.hour and r.at >= b.hour - %(usual_days)s * interval '1 day'
      and (r.record is not null or r.records is not null)
    group by date_trunc('hour', r.at)) h
) u
where b.seen >= %(times_usual)s * u.busiest
on conflict do nothing
"""
)
_OUTSIDE_HOURS = (
    _LINES
    + """
insert into access.notice (kind, actor, since, facts)
select 'outside_hours', actor, hour, jsonb_build_object('count', sum(count)) from line
where here::date = any(%(off)s::date[]) or here::time < %(begins)s or here::time >= %(ends)s
group by actor, hour
on conflict do nothing
"""
)
_OUTSIDE_AREA = (
    _LINES
    + """
, known as (
  select l.id, l.actor, l.hour, d.code, d.low, d.high
  from line l cross join lateral unnest(l.units) unit
  join areas.tree t on t.area = unit join areas.tree d on d.level = 2 and t.low between d.low and d.high
)
insert into access.notice (kind, actor, since, facts)
select 'outside_area', k.actor, k.hour, jsonb_build_object('count', count(distinct k.id),
  'days', %(usual_days)s::int, 'areas', jsonb_agg(distinct k.code))
from known k
where exists (
  select from access.reading r where r.actor = k.actor and r.at < k.hour and cardinality(r.units) > 0
    and r.at >= k.hour - %(usual_days)s * interval '1 day')
  and not exists (
  select from access.reading r cross join lateral unnest(r.units) unit join areas.tree t on t.area = unit
  where r.actor = k.actor and r.at < k.hour and r.at >= k.hour - %(usual_days)s * interval '1 day'
    and t.low between k.low and k.high)
group by k.actor, k.hour
on conflict do nothing
"""
)


def _hour(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)


def _off(calendar: Calendar, since: datetime, until: datetime) -> list[date]:
    """The days off in between; of a year that nobody has declared yet the weekends."""
    first, last = since.astimezone(VIETNAM).date(), until.astimezone(VIETNAM).date()
    days: Iterable[date] = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return [day for day in days if not _works(calendar, day)]


def _works(calendar: Calendar, day: date) -> bool:
    try:
        return calendar.works(day)
    except Refused:
        return day.isoweekday() not in calendar.weekend


class Watcher:
    """Looks every few minutes until it is closed. Several servers may."""

    def __init__(self, db: Database, unusual: Unusual, calendar: Calendar) -> None:
        self._db, self._unusual, self._calendar, self._closed = db, unusual, calendar, Event()
        self._thread = Thread(target=self._run, name="watching", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop looking; a look that has begun is finished first."""
        self._closed.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._closed.wait(EVERY):
            try:
                look(self._db, self._unusual, self._calendar)
            except Exception:  # the next look may find the database back
                logger.exception("no look at readings")
