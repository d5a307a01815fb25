"""Drafts: what somebody typed and has not recorded yet. Nobody else sees them, whatever their rights.

Kept are only the fields that differ from the record, so a draft holds no more of a person than was typed. It goes when
it is recorded or dropped, with the content of its record, and when it was not kept again for some days (a dated rule).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache

import msgspec

from tinhso.access import grants
from tinhso.access.scope import Scope
from tinhso.foundation import clock
from tinhso.foundation.clock import VIETNAM
from tinhso.foundation.database import Connection, Database, errors
from tinhso.foundation.problems import refuse
from tinhso.registers.checks import rules

MOST = 200
"""Drafts of one person at most."""


class Period(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"from_": "from"}):
    """From a day on drafts stay so many days."""

    from_: date
    days: int


class Keeping(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The file ``rules/drafts.yaml``."""

    rule: str
    periods: tuple[Period, ...]

    def days(self, day: date) -> int:
        """How many days drafts stay by the rule in force on a day; before the first of them as by that one."""
        begun = [each for each in self.periods if each.from_ <= day]
        return max(begun, key=lambda each: each.from_).days if begun else self.periods[0].days


class Content(msgspec.Struct, frozen=True):
    """What was typed: ``values`` by field, the reason, and the repairs that were accepted."""

    values: dict[str, str] = {}
    reason: str = ""
    accept: tuple[str, ...] = ()

    @property
    def blank(self) -> bool:
        return not self.values


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft of a new record, or (``record``, typed upon its version ``base``) of one that is there."""

    id: int
    register: str
    record: int | None
    base: int | None
    content: Content = field(repr=False)
    kept_at: datetime

    @property
    def until(self) -> date:
        """The last day on which it is there."""
        return (self.kept_at + timedelta(days=days())).astimezone(VIETNAM).date()


def keep(
    conn: Connection, register: str, content: Content, *, scope: Scope, record: int | None = None,
    base: int | None = None, draft: int | None = None,
) -> Draft:  # fmt: skip
    """Keep what was typed: as the one draft of a record, or of a new record as the one named, else as another."""
    known = {"owner": scope.actor, "register": register, "record": record, "base": base, "draft": draft,
             "content": msgspec.json.encode(content).decode(), "most": MOST}  # fmt: skip
    query = _OF_RECORD if record is not None else _AGAIN if draft is not None else _NEW
    try:
        row = conn.execute(query.encode(), known).fetchone()
        if row is None and query is _AGAIN:  # it was recorded or swept away; what is typed now is not
            row = conn.execute(_NEW.encode(), known).fetchone()
    except errors.CheckViolation as error:
        raise refuse("intake.draft_too_large") from error
    except errors.InsufficientPrivilege as error:
        raise refuse("registers.may_not", actor=scope.actor, verb="propose", register=register) from error
    if row is None:
        raise refuse("intake.too_many_drafts", most=MOST)
    return _draft(*row)


_COLUMNS = "id, register, record, base, content::text, kept_at"
_OF_RECORD = """
insert into intake.draft as d (owner, register, record, base, content)
values (%(owner)s, %(register)s, %(record)s, %(base)s, %(content)s::jsonb)
on conflict (owner, register, record) where record is not null
do update set base = excluded.base, content = excluded.content, kept_at = clock_timestamp()
returning d.id, d.register, d.record, d.base, d.content::text, d.kept_at
"""
_AGAIN = f"""
update intake.draft set content = %(content)s::jsonb, kept_at = clock_timestamp()
where id = %(draft)s and owner = %(owner)s and register = %(register)s and record is null returning {_COLUMNS}
"""
_NEW = f"""
insert into intake.draft (owner, register, content) select %(owner)s, %(register)s, %(content)s::jsonb
where (select count(*) from intake.draft where owner = %(owner)s) < %(most)s returning {_COLUMNS}
"""


def every(conn: Connection, *, scope: Scope) -> list[Draft]:
    """One's own drafts, the last one first."""
    query = f"select {_COLUMNS} from intake.draft where owner = %s order by kept_at desc, id desc"
    return [_draft(*row) for row in conn.execute(query.encode(), [scope.actor]).fetchall()]


def one(conn: Connection, draft: int, *, scope: Scope) -> Draft:
    """One's own draft; refused for anybody else's as for one that is not there."""
    query = f"select {_COLUMNS} from intake.draft where owner = %s and id = %s"
    row = conn.execute(query.encode(), [scope.actor, draft]).fetchone()
    if row is None:
        raise refuse("intake.unknown_draft", value=draft)
    return _draft(*row)


def of_record(conn: Connection, register: str, record: int, *, scope: Scope) -> Draft | None:
    """One's own draft of a record."""
    query = f"select {_COLUMNS} from intake.draft where owner = %s and register = %s and record = %s"
    row = conn.execute(query.encode(), [scope.actor, register, record]).fetchone()
    return _draft(*row) if row is not None else None


def drop(conn: Connection, draft: int, *, scope: Scope) -> bool:
    """Let one's own draft go, with all that it holds; whether there was one."""
    query = "delete from intake.draft where owner = %s and id = %s returning id"
    return conn.execute(query, [scope.actor, draft]).fetchone() is not None


def sweep(db: Database) -> int:
    """Let go whatever was not kept again for as long as the rule says; how many went."""
    with db.app(grants.station().settings()) as conn:
        row = conn.execute("select intake.sweep_drafts(%s)", [days()]).fetchone()
    return int(row[0]) if row else 0


def days() -> int:
    """How many days a draft is there after it was last kept, by the rule in force today."""
    return _keeping().days(clock.today())


@cache
def _keeping() -> Keeping:
    """The rule that comes with the platform."""
    found: Mapping[str, Keeping] = rules.read(rules.standing_folders(), {"drafts": Keeping})
    return found["drafts"]


def _draft(*row: object) -> Draft:
    number, register, record, base, content, at = row
    return msgspec.convert(
        {"id": number, "register": register, "record": record, "base": base, "kept_at": at,
         "content": msgspec.json.decode(str(content))}, Draft, strict=False)  # fmt: skip
