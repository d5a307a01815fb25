"""Recording what a form holds: through ``registers.changes``, in one transaction with the end of its draft."""

from __future__ import annotations

from dataclasses import dataclass, replace

import polars as pl

from tinhso.access.scope import Scope
from tinhso.foundation.database import SQL, Connection, ident
from tinhso.foundation.problems import refuse
from tinhso.foundation.text import clean
from tinhso.intake.forms import sheets
from tinhso.intake.forms.sheets import Filled, Sheet
from tinhso.registers import changes, editing, proposals
from tinhso.registers.changes import ChangeSet, Commit, Source

LONGEST_REASON = 500


@dataclass(frozen=True, slots=True)
class Written:
    """What came of a form: the commit (None where it says what the register holds already, or waits for a second
    person as the ``proposal``), and the record's number (None where the row waits for the department)."""

    commit: Commit | None
    record: int | None
    proposal: int | None = None


def record(conn: Connection, filled: Filled, row: pl.DataFrame, *, reason: str, scope: Scope) -> Written:
    """Record the checked row, or put it before somebody else where its sender may not make it true alone.

    Refused where the record went meanwhile (``intake.form_gone``) or changed (``registers.overtaken``), where a new
    record has the key of one that is there (``intake.form_key_taken``), and where the scope may not approve at its
    place. A row whose key the scope may not judge is held for the department.
    """
    sheet = filled.sheet
    changes.demand(scope, "propose", sheet.declaration.register)
    sheets.expect_there(sheet)
    if filled.same:
        return Written(None, sheet.record)
    change_set = changes.difference(conn, sheet.declaration, row, scope=scope)
    change_set = _of_record(sheet, change_set) if sheet.now is not None else _new(change_set)
    source = Source("form", reason=clean(reason)[:LONGEST_REASON] or None)
    if not proposals.direct(change_set, scope):
        return Written(None, sheet.record, proposals.propose(conn, change_set, source=source, scope=scope))
    made = changes.write(conn, change_set, source=source)
    return Written(made, sheet.record or _number(conn, sheet.declaration.register, made.id))


def remove(conn: Connection, sheet: Sheet, *, reason: str, scope: Scope) -> Written:
    """Take the record away, with a reason; its versions stay in its history. It waits as a proposal where the register
    wants a second person."""
    changes.demand(scope, "approve", sheet.declaration.register)
    sheets.expect_there(sheet)
    if not clean(reason):
        raise refuse("intake.form_no_reason")
    if sheet.now is None or sheet.moved:
        raise refuse("registers.overtaken")
    leaving = changes.leaving(conn, sheet.declaration, [sheet.now.record], scope=scope)
    if leaving.gone.is_empty():
        raise refuse("registers.outside_scope")
    as_seen = leaving.gone.with_columns(base=pl.lit(sheet.now.version, pl.Int64))
    source = Source("form", reason=clean(reason)[:LONGEST_REASON])
    leaving = replace(leaving, gone=as_seen)
    if not proposals.alone(sheet.declaration, scope):
        return Written(None, sheet.record, proposals.propose(conn, leaving, source=source, scope=scope))
    return Written(changes.write(conn, leaving, source=source), sheet.record)


def _of_record(sheet: Sheet, change_set: ChangeSet) -> ChangeSet:
    assert sheet.now is not None
    if change_set.held.height:  # its key was mended to one that somebody else keeps: the department has to look
        raise refuse("intake.form_key_elsewhere")
    return editing.of_record(change_set, sheet.now, taken="intake.form_key_taken")


def _new(change_set: ChangeSet) -> ChangeSet:
    if change_set.changed or change_set.same:
        raise refuse("intake.form_key_taken")
    return change_set


def _number(conn: Connection, register: str, change_set: int) -> int | None:
    """The number of the record that came with a change set."""
    query = SQL("select id from registers.{} where change_set = %s").format(ident(register))
    row = conn.execute(query, [change_set]).fetchone()
    return int(row[0]) if row is not None else None
