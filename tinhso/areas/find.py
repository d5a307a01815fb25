"""Look a unit up by the beginning of its code, or by words of its name, written with or without marks.

A name that it bore before finds it too.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from tinhso.areas.names import bare
from tinhso.foundation import clock
from tinhso.foundation.database import Connection
from tinhso.foundation.problems import refuse
from tinhso.foundation.text import fold

CANDIDATES = """
select c.code, n.name, n.kind, lower(c.valid * n.valid), upper(c.valid * n.valid),
       pc.code, a.level, coalesce(s.spellings, '{}')
  from areas.area a
  join areas.code c on c.area = a.id and c.valid @> %(day)s::date
  join areas.name n on n.area = a.id and n.valid @> %(day)s::date
  left join areas.parent p on p.area = a.id and p.valid @> %(day)s::date
  left join areas.code pc on pc.area = p.parent and pc.valid @> %(day)s::date
  left join (
    select area, array_agg(word order by word) as spellings from (
      select area, alias as word from areas.alias
      union select area, name from areas.name where not valid @> %(day)s::date
    ) known group by area) s
    on s.area = a.id
 where %(code)s::text is null or c.code = %(code)s
 order by c.code
"""

EXACT, START, WORD, INSIDE = range(4)
"""How well a unit answers, best first."""


@dataclass(frozen=True, slots=True)
class Found:
    """A unit as it stood on the day asked for."""

    code: str
    name: str
    type: str
    valid_from: date | None
    valid_to: date | None
    parent: str | None
    successors: tuple[str, ...] = ()
    level: int = field(default=0, compare=False)
    spellings: tuple[str, ...] = field(default=(), compare=False)

    def as_json(self) -> dict[str, Any]:
        """The shape promised by ``tinhso areas find --json``."""
        days = {name: day.isoformat() if day else None
                for name, day in (("valid_from", self.valid_from), ("valid_to", self.valid_to))}  # fmt: skip
        return {"code": self.code, "name": self.name, "type": self.type, **days,
                "parent": self.parent, "successors": list(self.successors)}  # fmt: skip


def find(conn: Connection, text: str, at: date | None = None, *, limit: int = 20) -> list[Found]:
    """Units whose code begins with ``text`` or whose name answers to it on the day ``at`` (today); best first.

    An exact name comes before one that begins so, a higher unit before a lower one, then the order of codes.
    """
    asked = fold(text)
    if not asked:
        return []
    ranked = [(rank, unit) for unit in _candidates(conn, at) if (rank := _rank(unit, asked)) is not None]
    ranked.sort(key=lambda pair: (pair[0], pair[1].level, pair[1].code))
    return [unit for _, unit in ranked[:limit]]


def one(conn: Connection, code: str, at: date | None = None) -> Found:
    """The unit that bears ``code`` on the day ``at`` (today); refused when there is none."""
    found = _candidates(conn, at, code)
    if not found:
        raise refuse("areas.unknown_code", value=code)
    return found[0]


def _candidates(conn: Connection, at: date | None, code: str | None = None) -> list[Found]:
    rows = conn.execute(CANDIDATES, {"day": at or clock.today(), "code": code}).fetchall()
    return [
        Found(code, name, kind, since, until, parent, (), level, tuple(spellings))
        for code, name, kind, since, until, parent, level, spellings in rows
    ]


def _rank(unit: Found, asked: str) -> int | None:
    if unit.code == asked:
        return EXACT
    if unit.code.startswith(asked):
        return START
    ranks = [rank for name in (unit.name, *unit.spellings) if (rank := _name_rank(name, unit.level, asked)) is not None]
    return min(ranks, default=None)


def _name_rank(name: str, level: int, asked: str) -> int | None:
    full, short = _folded(name, level)
    if asked in (full, short):
        return EXACT
    if full.startswith(asked) or short.startswith(asked):
        return START
    if f" {asked}" in f" {full}":
        return WORD
    return INSIDE if asked in full else None


@lru_cache(maxsize=65_536)
def _folded(name: str, level: int) -> tuple[str, str]:
    return fold(name), fold(bare(name, level))
