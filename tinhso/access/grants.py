"""Who may do what, where: the only place that makes a ``Scope``."""

from __future__ import annotations

from collections.abc import Iterable

from tinhso.access.scope import RANGES, Scope, merged
from tinhso.foundation.database import Connection
from tinhso.foundation.problems import refuse

READ = "read"
VERBS = frozenset({READ, "propose", "approve", "declare"})
"""All that may be done: see records; propose changes to them; make proposals true or undo them; apply a pack."""

STATION = "station"
"""The actor while people do not sign in yet: whoever sits at the machine itself."""
PUBLIC = "public"


def station() -> Scope:
    """The scope of the machine's own keyboard: the whole province, every verb. Never to be given over a network.

    No grant is looked up for it, so a connection is not needed.
    """
    return Scope(STATION, VERBS, whole=True)


def public_scope() -> Scope:
    """Anyone: may read everywhere, but only the fields that a declaration calls public."""
    return Scope(PUBLIC, frozenset({READ}), whole=True, public=True)


def over(conn: Connection, codes: Iterable[str], verbs: Iterable[str], actor: str) -> Scope:
    """The scope of ``actor`` over the units ``codes`` and all that lies in them.

    Refuses codes not in the tree in force, verbs that do not exist, and more separate ranges than a scope can hold.
    The scope is good for the tree it was made from: after places are numbered anew it sees nothing.
    """
    wanted, allowed = sorted(set(codes)), frozenset(verbs)
    for verb in sorted(allowed - VERBS):
        raise refuse("access.unknown_verb", value=verb, verbs=", ".join(sorted(VERBS)))
    found = conn.execute("select code, low, high from areas.tree where code = any(%s)", [wanted]).fetchall()
    for code in sorted(set(wanted) - {code for code, _, _ in found}):
        raise refuse("access.unknown_area", value=code)
    ranges = merged((low, high) for _, low, high in found)
    if len(ranges) > RANGES:
        raise refuse("access.too_many_areas", count=len(ranges), most=RANGES)
    return Scope(actor, allowed, ranges)
