"""Who may do what, where: the only place that makes a ``Scope``."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from tinhso.access import holding
from tinhso.access.scope import ANY, EVERYWHERE, RANGES, Ranges, Reach, Scope, merged
from tinhso.foundation.database import Connection
from tinhso.foundation.problems import refuse

READ = "read"
VERBS = frozenset({READ, "propose", "approve", "export", "declare", "administer", "audit"})
"""All that may be done: see records; propose changes to them; make proposals true or undo them; carry records out as
a file; apply a pack; look after people and grants, without seeing any record by that; read the log of who looked."""

STATION = "station"
"""The actor while people do not sign in yet: whoever sits at the machine itself."""
PUBLIC = "public"


def station() -> Scope:
    """The scope of the machine's own keyboard: the whole province, every verb, nothing masked. Never for a network.

    No grant is looked up for it, so a connection is not needed.
    """
    everything = {ANY: EVERYWHERE}
    return Scope(STATION, {ANY: Reach(dict.fromkeys(VERBS, EVERYWHERE), everything, everything)})


def public_scope() -> Scope:
    """Anyone: may read everywhere, but only the fields that a declaration calls public."""
    return Scope(PUBLIC, {ANY: Reach({READ: EVERYWHERE})}, public=True)


def of(conn: Connection, login: str, at: datetime | None = None, *, address: str | None = None) -> Scope:
    """The scope of a person: what the grants in force at a moment (now) come to, nothing for one who is not active.

    Asked anew for each transaction, so that what is granted or revoked is felt by the next. Refused where nobody has
    the login, and where the grants come to more separate ranges than a scope can hold. ``address`` is where the person
    asks from.
    """
    person = holding.holder(conn, login)
    return holding.together(login, person.in_force(at), person.pillars, address=address)


def over(
    conn: Connection, codes: Iterable[str], verbs: Iterable[str], actor: str, *, registers: Iterable[str] = (ANY,),
    unmask: Iterable[str] = (),
) -> Scope:  # fmt: skip
    """The scope of ``actor`` over the units ``codes`` and all that lies in them, for some registers or all.

    ``unmask`` names sensitive fields to be shown as they are (``*`` all). Refuses codes not in the tree in force,
    verbs that do not exist, and more separate ranges than a scope can hold.
    The scope is good for the tree it was made from: after places are numbered anew it sees nothing.
    """
    wanted, allowed = sorted(set(codes)), frozenset(verbs)
    for verb in sorted(allowed - VERBS):
        raise refuse("access.unknown_verb", value=verb, verbs=", ".join(sorted(VERBS)))
    found = conn.execute("select code, low, high from areas.tree where code = any(%s)", [wanted]).fetchall()
    for code in sorted(set(wanted) - {code for code, _, _ in found}):
        raise refuse("access.unknown_area", value=code)
    ranges = few(merged((low, high) for _, low, high in found))
    reach = Reach(dict.fromkeys(allowed, ranges), dict.fromkeys(unmask, ranges))
    return Scope(actor, dict.fromkeys(registers, reach))


def few(ranges: Ranges) -> Ranges:
    """The ranges themselves; refused where they are more than a scope can hold."""
    if len(ranges) > RANGES:
        raise refuse("access.too_many_areas", count=len(ranges), most=RANGES)
    return ranges
