"""Making and changing registers from inside the house, beside the packs: one at a time, logged, nothing lost.

A register belongs to whoever declared it: a pack's is changed by its pack only, else the next applying would meet
fields that the pack does not know.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from tinhso.access import events
from tinhso.access.scope import ANY, Scope
from tinhso.foundation.database import Connection, Database
from tinhso.foundation.problems import refuse
from tinhso.registers import declared, evolution
from tinhso.registers.declaration import CodeList, Declaration
from tinhso.registers.evolution import PACK

LOCK = 7_405_002
"""Advisory lock: declarations are changed by one at a time, be it a pack or somebody at a screen."""
DECLARE = "declare"


@dataclass(frozen=True, slots=True)
class Change:
    """What declaring would do: the statements that lead to the new tables; none where nothing differs."""

    fresh: bool
    statements: tuple[str, ...]


def may(scope: Scope) -> bool:
    """Whether who asks may declare: a register is the whole province's, so the right has to be."""
    return scope.whole(ANY, DECLARE)


def demand(scope: Scope, register: str) -> None:
    """Refuse who may not."""
    if not may(scope):
        raise refuse("registers.may_not", actor=scope.actor, verb=DECLARE, register=register)


def maker(conn: Connection, register: str) -> str | None:
    """Who declared a register in force: ``pack``, or a login; None where there is none of the name."""
    row = conn.execute("select declared_by from registers.register where register = %s", (register,)).fetchone()
    return None if row is None else str(row[0])


def change(known: Declaration | None, wanted: Declaration) -> Change:
    """What leads from one declaration to the other; refused where that would lose data in silence."""
    return Change(known is None, tuple(evolution.steps(known, wanted)))


def declare(
    db: Database, wanted: Declaration, lists: Mapping[str, CodeList], *, scope: Scope, fresh: bool
) -> tuple[str, ...]:  # fmt: skip
    """Put a declaration in force, all of it or nothing, and note who did; gives the statements that it took.

    Refused without the right over the whole province, where data would be lost, where a pack declared the register,
    and, being ``fresh``, where there is a register or list of the name already.
    """
    demand(scope, wanted.register)
    with db.owner() as conn:
        conn.execute("select pg_advisory_xact_lock(%s)", [LOCK])
        _expect_free(conn, wanted, lists, fresh)
        for each in lists.values():
            declared.save_code_list(conn, each)
        done = tuple(evolution.apply(conn, wanted, by=scope.actor))
        events.note(
            conn, actor=scope.actor, action="register.made" if fresh else "register.changed", subject=wanted.register,
            declaration=msgspec.to_builtins(wanted), lists=sorted(lists), statements=len(done),
        )  # fmt: skip
    return done


def _expect_free(conn: Connection, wanted: Declaration, lists: Mapping[str, CodeList], fresh: bool) -> None:
    owner = maker(conn, wanted.register)
    if fresh and owner is not None:
        raise refuse("registers.name_taken", value=wanted.register)
    if not fresh and owner in (None, PACK):
        raise refuse("registers.declared_by_pack", value=wanted.register)
    taken = sorted(set(lists) & set(declared.code_lists(conn)))
    if taken:
        raise refuse("registers.name_taken", value=taken[0])
