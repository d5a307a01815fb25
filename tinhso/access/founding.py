"""The beginning of access in a house: the first account and its grant, so that somebody can let the others in."""

from __future__ import annotations

from tinhso.access import giving, grants, roles
from tinhso.access.people import FIRST
from tinhso.foundation.database import Database

PURPOSE = "operation"
"""The purpose of a pack under which its house is run; the first grant names it."""


def first_grant(db: Database) -> bool:
    """Give the first administrator the pack's administering role over the whole tree, while nobody else has one.

    Nothing happens before a pack was applied, and where somebody administers already.
    """
    with db.app(grants.station().settings()) as conn:
        known = roles.every(conn)
        administering = [name for name, kept in known.items() if kept.role.administer]
        root = conn.execute("select code from areas.tree where parent is null order by low limit 1").fetchone()
        first = conn.execute("select from access.person where login = %s", [FIRST]).fetchone()
        held = {each.role for each in giving.every(conn)}
        if root is None or first is None or not administering or held & set(administering):
            return False
        giving.give(conn, FIRST, administering[0], root[0], PURPOSE)
        return True
