"""Correcting: what a person says is right becomes a change set of the register, checked like every other row."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import polars as pl

from tinhso.access.scope import Scope
from tinhso.foundation.database import Connection
from tinhso.foundation.problems import Refused, refuse
from tinhso.privacy import cases, person
from tinhso.privacy.cases import Case
from tinhso.privacy.office import Office
from tinhso.privacy.seeing import identified
from tinhso.registers import changes, declared, editing, proposals, transfers
from tinhso.registers.changes import ChangeSet, Commit, Source
from tinhso.registers.declaration import Declaration
from tinhso.registers.editing import Stand
from tinhso.registers.masking import Mask

Check = Callable[[Declaration, Mapping[str, Any], Scope, Collection[str]], pl.DataFrame]
"""Gives the checked row of the values as written, or refuses with what is wrong, telling no value of the fields named
last; intake's, handed down by the face."""
Key = tuple[str, int, str]
"""A field of a record of a register."""


def propose(
    conn: Connection, office: Office, case: int, register: str, record: int, values: Mapping[str, str], *, scope: Scope
) -> Case:
    """Keep what the person says is right, as written; nothing in the register changes yet."""
    known = cases.one(conn, office, case, scope=scope)
    declaration = declared.one(conn, register)
    for name in values:
        if name not in declaration.fields:
            raise refuse("registers.unknown_field", value=name, register=register)
    if (known.register, known.record) != (register, record):
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
    conn: Connection, office: Office, case: int, check: Check, *, scope: Scope, only: Collection[Key] | None = None
) -> list[tuple[ChangeSet, Stand]]:
    """The change sets that the corrections (or ``only`` some of them) come to, not yet true, each with the record as it
    stands. What the scope does not see of a record stays as it is."""
    cases.one(conn, office, case, scope=scope)
    found = []
    for (register, record), values in asked(conn, case, only).items():
        declaration = declared.one(conn, register)
        now = editing.stands(conn, declaration, record, scope=scope)[0]
        if now.gone:
            raise refuse("registers.unknown_record", value=record, register=register)
        kept = Mask(declaration, scope).hidden(now.place) - values.keys()
        rows = check(declaration, {**now.values, **values}, scope, kept)
        change_set = changes.difference(conn, declaration, rows, scope=scope)
        if change_set.held.height:  # a key that is somebody else's too: no correction, the department has to look
            raise Refused(transfers.problems(change_set.held, ()))
        found.append((_of_record(change_set, now), now))
    if not found:
        raise refuse("privacy.nothing_proposed", value=case)
    return found


def carry_out(conn: Connection, office: Office, case: int, check: Check, *, scope: Scope) -> tuple[Commit, ...]:
    """Make all corrections true by the registers' own commit, and note their change sets."""
    _expect_identified(cases.one(conn, office, case, scope=scope))
    source = _source(case)
    commits = []
    for change_set, _ in proposed(conn, office, case, check, scope=scope):
        changes.demand(scope, "approve", change_set.declaration.register)
        commits.append(changes.write(conn, change_set, source=source))
    cases.step(conn, office, case, "carried_out", scope=scope, facts={"change_sets": [one.id for one in commits]})
    return tuple(commits)


def accept(
    conn: Connection, office: Office, case: int, chosen: Collection[Key], check: Check, *, scope: Scope,
    seen: Mapping[tuple[str, int], int], words: str = "",
) -> Case:  # fmt: skip
    """Accept some of the corrections: they become true and the case is closed, or, where the register wants a second
    person or the scope may not approve there, they wait in its queue and the case with them.

    ``seen`` is the version of each record that was looked at; refused where it is another by now.
    """
    _expect_identified(cases.one(conn, office, case, scope=scope))
    every = asked(conn, case)
    left = [[*record, name] for record, values in every.items() for name in values if (*record, name) not in chosen]
    made, waiting = [], []
    for change_set, now in proposed(conn, office, case, check, scope=scope, only=chosen):
        if seen.get((change_set.declaration.register, now.record)) != now.version:
            raise refuse("registers.overtaken")
        if change_set.rows.is_empty():  # it is so already
            continue
        if proposals.direct(change_set, scope):
            made.append(changes.write(conn, change_set, source=_source(case)).id)
        else:
            waiting.append(proposals.propose(conn, change_set, source=_source(case), scope=scope))
    took = [[*record, name] for record, values in every.items() for name in values if (*record, name) in chosen]
    facts: dict[str, Any] = {"accepted": took, "declined": left}
    if waiting:
        _forward(conn, case, waiting)
        facts |= {"proposals": waiting} | ({"change_sets": made} if made else {})
        return cases.step(conn, office, case, "answered", scope=scope, facts=facts, words=words or None)
    cases.step(conn, office, case, "carried_out", scope=scope, facts=facts | {"change_sets": made}, words=words or None)
    return cases.step(conn, office, case, "closed", scope=scope)


def turn_down(conn: Connection, office: Office, case: int, reason: str, *, scope: Scope) -> Case:
    """Refuse the correction with a reason that whoever asked is told; the case is closed."""
    known = cases.one(conn, office, case, scope=scope)
    if known.kind != "correct":
        raise refuse("privacy.nothing_proposed", value=case)
    if not reason.strip():
        raise refuse("privacy.no_reason", value=case)
    cases.step(conn, office, case, "refused", scope=scope, words=reason.strip())
    return cases.step(conn, office, case, "closed", scope=scope)


def asked(
    conn: Connection, case: int, only: Collection[Key] | None = None
) -> dict[tuple[str, int], dict[str, str]]:  # fmt: skip
    """By record the last value said of each field, as written; ``only`` some of them."""
    found: dict[tuple[str, int], dict[str, str]] = {}
    for register, record, name, value in conn.execute(_ASKED, (case,)).fetchall():
        if only is None or (register, record, name) in only:
            found.setdefault((register, record), {})[name] = value
    return found


_ASKED = """
select register, record, field, value from privacy.correction where "case" = %s and erased_at is null order by id
"""


def _forward(conn: Connection, case: int, waiting: Sequence[int]) -> None:
    for proposal in waiting:
        conn.execute('insert into privacy.forwarded (proposal, "case") values (%s, %s)', (proposal, case))


def _expect_identified(known: Case) -> None:
    """A person's papers were checked before; an officer who asks signed in."""
    if known.asker is None:
        identified(known)


def _source(case: int) -> Source:
    return Source("form", reason=f"Hồ sơ {case}: chỉnh sửa theo yêu cầu", case=case)


def _of_record(change_set: ChangeSet, now: Stand) -> ChangeSet:
    """Where the number itself was wrong, the row has another key: it is still this record that changes."""
    rows = change_set.rows
    if rows.is_empty() or rows["key"][0] == now.key:
        return change_set
    if rows["op"][0] != "new":
        raise refuse("privacy.number_taken", value=rows["key"][0])
    same = rows.with_columns(
        op=pl.lit("changed"), id=pl.lit(now.record, pl.Int64), base=pl.lit(now.version, pl.Int64)
    )
    return ChangeSet(change_set.declaration, same, change_set.gone, change_set.same, 0)
