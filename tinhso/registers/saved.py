"""Lists under a name: the address of a list, kept by its owner and shared, if wanted, with whoever reads the register.

What a reader typed to search by is kept for the owner alone: it may be somebody's name or number.
"""

from __future__ import annotations

from dataclasses import dataclass

from tinhso.access.scope import Scope
from tinhso.foundation import text
from tinhso.foundation.database import Connection, errors
from tinhso.foundation.problems import refuse

NAME_LENGTH = 80
MOST = 100
"""Lists of one person in one register at most."""


@dataclass(frozen=True, slots=True)
class SavedList:
    """A list by name; ``query`` is the part of its address behind the question mark."""

    id: int
    name: str
    query: str
    shared: bool
    owner: str


def every(conn: Connection, register: str, *, scope: Scope) -> list[SavedList]:
    """One's own lists of a register, then those that others share; each in the order of names."""
    rows = conn.execute(_EVERY, (register, scope.actor, scope.actor)).fetchall() if scope.may("read", register) else []
    found = [SavedList(*row) for row in rows]
    return sorted(found, key=lambda each: (each.owner != scope.actor, text.sort_key(each.name)))


_EVERY = """
select id, name, query, shared, owner from workbench.saved_list where register = %s and (owner = %s or shared)
order by owner = %s desc, id
"""


def save(conn: Connection, register: str, name: str, query: str, *, shared: bool, scope: Scope) -> SavedList:
    """Keep a list; one's own of the same name is replaced."""
    called = text.clean(name)[:NAME_LENGTH]
    if not called:
        raise refuse("registers.list_no_name")
    if not scope.may("read", register):
        raise refuse("registers.may_not", actor=scope.actor, verb="read", register=register)
    conn.execute(_DROP_NAMED, (register, scope.actor, called))
    own = [each for each in every(conn, register, scope=scope) if each.owner == scope.actor]
    if len(own) >= MOST or len(query) > 4000:
        raise refuse("registers.list_too_much", most=MOST)
    try:
        row = conn.execute(_SAVE, (register, scope.actor, called, query, shared)).fetchone()
    except errors.InsufficientPrivilege as error:
        raise refuse("registers.may_not", actor=scope.actor, verb="read", register=register) from error
    assert row is not None
    return SavedList(row[0], called, query, shared, scope.actor)


_DROP_NAMED = "delete from workbench.saved_list where register = %s and owner = %s and name = %s"
_SAVE = """
insert into workbench.saved_list (register, owner, name, query, shared) values (%s, %s, %s, %s, %s) returning id
"""


def drop(conn: Connection, register: str, saved: int, *, scope: Scope) -> None:
    """Forget one's own list; refused for anybody else's as for one that is not there."""
    gone = conn.execute(
        "delete from workbench.saved_list where register = %s and id = %s and owner = %s returning id",
        (register, saved, scope.actor),
    ).fetchone()
    if gone is None:
        raise refuse("registers.unknown_list", value=saved)
