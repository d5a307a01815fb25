"""Correcting: what a person says is right becomes a change set of the register, checked like every other row."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import polars as pl

from tinhso.access.scope import Scope
from tinhso.foundation.database import Connection
from tinhso.foundation.problems import Refused, refuse
from tinhso.privacy import cases, person
from tinhso.privacy.cases import Case
from tinhso.privacy.office import Office
from tinhso.privacy.seeing import identified
from tinhso.registers import changes, declared, records, transfers
from tinhso.registers.changes import ChangeSet, Commit, Source
from tinhso.registers.declaration import Declaration

Check = Callable[[Declaration, Mapping[str, Any], Scope], pl.DataFrame]
"""Gives the checked row of the values as written, or refuses with what is wrong; intake's, handed down by the face."""


def propose(
    conn: Connection, office: Office, case: int, register: str, record: int, values: Mapping[str, str], *, scope: Scope
) -> Case:
    """Keep what the person says is right, as written; nothing in the register changes yet."""
    known = cases.one(conn, office, case, scope=scope)
    declaration = declared.one(conn, register)
    for name in values:
        if name not in declaration.fields:
            raise refuse("registers.unknown_field", value=name, register=register)
    mine = {one.declaration.register: one.records for one in person.held(conn, identified(known), scope=scope)}
    if record not in mine.get(register, ()):
        raise refuse("privacy.not_theirs", value=record, register=register, case=case)
    for name, value in values.items():
        conn.execute(
            'insert into privacy.correction ("case", register, record, field, value) values (%s, %s, %s, %s, %s)',
            (case, register, record, name, value),
        )
    facts = {"register": register, "record": record, "fields": list(values)}
    return cases.step(conn, office, case, "proposed", scope=scope, facts=facts)


def proposed(
    conn: Connection, office: Office, case: int, check: Check, *, scope: Scope
) -> list[tuple[ChangeSet, Mapping[str, Any]]]:
    """The change sets that the corrections come to, not yet true, each with the record as it stands."""
    cases.one(conn, office, case, scope=scope)
    found = []
    for (register, record), values in _corrections(conn, case).items():
        declaration = declared.one(conn, register)
        person.expect_shown(declaration, scope=scope)
        now = records.one(conn, declaration, record, scope=scope)
        given = {**{name: now[name] for name in declaration.fields}, **values}
        rows = check(declaration, given, scope)
        change_set = changes.difference(conn, declaration, rows, scope=scope)
        if change_set.held.height:  # a key that is somebody else's too: no correction, the department has to look
            raise Refused(transfers.problems(change_set.held, ()))
        found.append((_of_record(change_set, now), now))
    if not found:
        raise refuse("privacy.nothing_proposed", value=case)
    return found


def carry_out(conn: Connection, office: Office, case: int, check: Check, *, scope: Scope) -> tuple[Commit, ...]:
    """Make the corrections true by the registers' own commit, and note their change sets."""
    identified(cases.one(conn, office, case, scope=scope))
    reason = f"Hồ sơ {case}: chỉnh sửa theo yêu cầu của người có dữ liệu"
    source = Source("form", reason=reason, case=case)
    commits = []
    for change_set, _ in proposed(conn, office, case, check, scope=scope):
        changes.demand(scope, "approve", change_set.declaration.register)
        commits.append(changes.write(conn, change_set, source=source))
    cases.step(conn, office, case, "carried_out", scope=scope, facts={"change_sets": [one.id for one in commits]})
    return tuple(commits)


def _corrections(conn: Connection, case: int) -> dict[tuple[str, int], dict[str, str]]:
    """The last value said of each field."""
    found: dict[tuple[str, int], dict[str, str]] = {}
    query = 'select register, record, field, value from privacy.correction where "case" = %s order by id'
    for register, record, name, value in conn.execute(query, (case,)).fetchall():
        found.setdefault((register, record), {})[name] = value
    return found


def _of_record(change_set: ChangeSet, now: Mapping[str, Any]) -> ChangeSet:
    """Where the number itself was wrong, the row has another key: it is still this record that changes."""
    rows = change_set.rows
    if rows.is_empty() or rows["key"][0] == now["key"]:
        return change_set
    if rows["op"][0] != "new":
        raise refuse("privacy.number_taken", value=rows["key"][0])
    same = rows.with_columns(
        op=pl.lit("changed"), id=pl.lit(now["id"], pl.Int64), base=pl.lit(now["version"], pl.Int64)
    )
    return ChangeSet(change_set.declaration, same, change_set.gone, change_set.same, 0)
