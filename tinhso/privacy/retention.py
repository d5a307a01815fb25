"""Retention: records past their term leave the register or lose their content, each time with the rule that says so.

Rows that wait and were never recorded are no archive: whatever the rule does to records, past its term they lose their
content, and uploads that were never recorded go with their file.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from tinhso.access.scope import Scope
from tinhso.foundation import clock
from tinhso.foundation.database import SQL, Connection, ident, made_sql
from tinhso.foundation.formats import vi_date
from tinhso.privacy import erasing, waiting
from tinhso.privacy.erasing import ErasedFile
from tinhso.privacy.office import Office
from tinhso.registers import changes, declared, erasure
from tinhso.registers.changes import Source
from tinhso.registers.declaration import Declaration, Retention

MOST = 5_000
"""Records in one change set; the rest go with the next one."""


@dataclass(frozen=True, slots=True)
class Ended:
    """The records of a register whose term has ended, and what was done about them (nothing, in a dry run)."""

    declaration: Declaration
    retention: Retention
    before: date
    records: tuple[int, ...]
    change_sets: tuple[int, ...] = ()
    files: tuple[ErasedFile, ...] = ()
    waiting: int = 0
    """Rows that waited for the department, or once did."""
    uploads: int = 0
    """Files that waited for their sender's decision."""
    unneeded: tuple[str, ...] = ()
    """Files of uploads that were never recorded, which nothing else needs."""

    @property
    def anything(self) -> bool:
        return bool(self.records or self.waiting or self.uploads or self.unneeded)

    def as_json(self) -> dict[str, Any]:
        """The shape promised by ``tinhso privacy retain --json``."""
        return {
            "register": self.declaration.register, "then": self.retention.then, "after": self.retention.after,
            "years": self.retention.years, "before": self.before, "records": len(self.records),
            "change_sets": list(self.change_sets), "files": [file.sha256 for file in self.files] or list(self.unneeded),
            "waiting": self.waiting, "uploads": self.uploads,
        }  # fmt: skip


def ended(conn: Connection, declaration: Declaration, *, scope: Scope) -> Ended | None:
    """What the register's rule says has ended by today; ``None`` without a rule."""
    rule = declaration.retention
    if rule is None:
        return None
    before = years_before(clock.today(), rule.years)
    query = SQL("select r.id from registers.{} r where r.{} < %s and {} order by r.id").format(
        ident(declaration.register), ident(rule.after), made_sql(scope.predicate(declaration.register, "r.place"))
    )
    records = tuple(row[0] for row in conn.execute(query, (before,)).fetchall())
    if rule.then == "erase":
        records += _archived(conn, declaration, rule, before, scope)
    uploads, unneeded = waiting.end_uploads(conn, declaration, before, drop=False)
    rows = waiting.end_rows(conn, declaration, before, None)
    return Ended(declaration, rule, before, records, waiting=rows, uploads=uploads, unneeded=tuple(unneeded))


def retain(office: Office, *, scope: Scope, dry_run: bool = False) -> list[Ended]:
    """Archive or erase what has ended, register by register, each in transactions of its own."""
    with office.db.app(scope.settings()) as conn:
        rules = [each for each in declared.every(conn).values() if each.retention is not None]
        found = [one for each in rules if (one := ended(conn, each, scope=scope)) is not None]
    if dry_run:
        return found
    return [_carried_out(office, one, scope) if one.anything else one for one in found]


def retain_unnamed(office: Office, *, scope: Scope, dry_run: bool = False) -> tuple[str, ...]:
    """Erase stored files that nothing names, once the shortest term of all registers has passed since they were put
    there: uploads that were refused outright, or only looked at, so that nobody knows whose rows they hold."""
    with office.db.app(scope.settings()) as conn:
        terms = [each.retention.years for each in declared.every(conn).values() if each.retention is not None]
        if not terms:
            return ()
        before = years_before(clock.today(), min(terms))
        found = waiting.unnamed(conn, office.files, before)
        if dry_run or not found:
            return tuple(found)
        reason = f"Hết thời hạn lưu {min(terms)} năm: tệp chưa từng được ghi nhận"
        gone = erasing.drop_files(conn, found, reason=reason, scope=scope, acts=())
    erasing.unlink(office.files, gone)
    return tuple(found)


def years_before(day: date, years: int) -> date:
    """The same day so many years earlier; 29 February becomes the 28th."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def _carried_out(office: Office, one: Ended, scope: Scope) -> Ended:
    reason = (
        f"Hết thời hạn lưu {one.retention.years} năm sau «{one.retention.after}» (trước {vi_date(one.before)}):"
        f" {one.retention.source.vi}"
    )
    made: list[int] = []
    files: list[ErasedFile] = []
    for first in range(0, len(one.records), MOST):
        some = one.records[first : first + MOST]
        with office.db.app(scope.settings()) as conn:
            if one.retention.then == "archive":
                made.append(_archive(conn, one.declaration, some, reason, scope))
            else:
                act, gone = _erase(conn, one, some, reason, scope)
                made.append(act)
                files += gone
        erasing.unlink(office.files, files)
    with office.db.app(scope.settings()) as conn:
        rows = waiting.end_rows(conn, one.declaration, one.before, reason)
        uploads, unneeded = waiting.end_uploads(conn, one.declaration, one.before, drop=True)
        unneeded = sorted({*unneeded, *waiting.emptied(conn, one.declaration)})
        gone = erasing.drop_files(conn, unneeded, reason=reason, scope=scope, acts=())
    erasing.unlink(office.files, gone)
    done = Ended(one.declaration, one.retention, one.before, one.records, tuple(made), (*files, *gone))
    return replace(done, waiting=rows, uploads=uploads, unneeded=tuple(unneeded))


def _archive(conn: Connection, declaration: Declaration, records: tuple[int, ...], reason: str, scope: Scope) -> int:
    leaving = changes.leaving(conn, declaration, records, scope=scope)
    return changes.write(conn, leaving, source=Source("form", reason=reason)).id


def _erase(
    conn: Connection, one: Ended, records: tuple[int, ...], reason: str, scope: Scope
) -> tuple[int, tuple[ErasedFile, ...]]:
    """Files go once every row of theirs has gone; the others still hold rows that are to be kept."""
    rule = f"{one.declaration.register}: {one.retention.after} + {one.retention.years}"
    act = erasure.erase(conn, one.declaration, records, reason=reason, scope=scope, rule=rule)
    query = "select * from privacy.emptied(%s)"
    emptied = [row[0] for row in conn.execute(query, ([act.change_set],)).fetchall()]
    return act.change_set, erasing.drop_files(conn, emptied, reason=reason, scope=scope, acts=(act,))


def _archived(
    conn: Connection, declaration: Declaration, rule: Retention, before: date, scope: Scope
) -> tuple[int, ...]:
    """Records that left the register earlier and whose term has ended in history."""
    query = SQL(_ARCHIVED).format(
        register=ident(declaration.register), after=ident(rule.after),
        scope=made_sql(scope.predicate(declaration.register, "h.place")),
    )  # fmt: skip
    return tuple(row[0] for row in conn.execute(query, (before,)).fetchall())


_ARCHIVED = """
select h.id from history.{register} h where h.op = 'gone' and h.{after} < %s and {scope}
  and not exists (select from registers.{register} r where r.id = h.id)
  and not exists (select from history.{register} n where n.id = h.id and n.version > h.version) order by h.id
"""
