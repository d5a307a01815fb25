"""Grants given and revoked. The database's own functions do it, and look at the transaction's sealed scope first."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from tinhso.access import roles
from tinhso.access.grants import of
from tinhso.foundation import clock
from tinhso.foundation.database import Connection, errors
from tinhso.foundation.problems import refuse


@dataclass(frozen=True, slots=True)
class Given:
    """A grant as a list shows it."""

    id: int
    login: str
    role: str
    area: str | None
    purpose: str
    legal_basis: str | None
    valid_from: datetime
    valid_to: datetime | None
    granted_by: str
    revoked_by: str | None
    revoked_at: datetime | None

    def as_json(self) -> dict[str, Any]:
        """The shape promised by ``tinhso grant list --json``."""
        return {name: value.isoformat() if isinstance(value, datetime) else value
                for name, value in asdict(self).items()}  # fmt: skip


def give(
    conn: Connection, login: str, role: str, area: str, purpose: str, *,
    begins: datetime | None = None, ends: datetime | None = None,
) -> int:  # fmt: skip
    """Give a person a role over an area for a purpose; returns the grant's number.

    The purpose's law in force today is kept with it. Refused where the transaction's scope does not administer there,
    to oneself, and where the person's grants would come to more ranges than a scope can hold.
    """
    known = roles.purposes(conn)
    _expect(role, roles.every(conn), "access.unknown_role")
    _expect(purpose, known, "access.unknown_purpose")
    found = conn.execute("select area from areas.tree where code = %s", [area]).fetchone()
    if found is None:
        raise refuse("access.unknown_area", value=area)
    asked = [login, role, found[0], purpose, known[purpose].basis_on(clock.today()), begins, ends]
    try:
        row = conn.execute("select access.give(%s, %s, %s, %s, %s, %s, %s)", asked).fetchone()
    except errors.NoDataFound as error:
        raise refuse("access.unknown_person", value=login) from error
    except errors.Error as error:
        raise roles.refused(error) from error
    assert row is not None
    of(conn, login)
    return int(row[0])


def revoke(conn: Connection, grant: int, *, reason: str) -> None:
    """Take a grant back; it stays on record. Refused where it is the last that makes an administrator."""
    try:
        done = conn.execute("select access.revoke(%s, %s)", [grant, reason]).fetchone()
    except errors.Error as error:
        raise roles.refused(error) from error
    if done != (True,):
        raise refuse("access.unknown_grant", value=grant)


def every(conn: Connection, login: str | None = None, *, ended: bool = False) -> list[Given]:
    """The grants that the transaction's scope may see: its own, or all where it administers."""
    return [Given(*row) for row in conn.execute(_LISTED, {"login": login, "ended": ended}).fetchall()]


_LISTED = """
select g.id, p.login, g.role, t.code, g.purpose, g.legal_basis, g.valid_from, g.valid_to, g.granted_by, g.revoked_by,
  g.revoked_at
from access.grant g join access.person p on p.id = g.person left join areas.tree t on t.area = g.area
where (%(login)s::text is null or p.login = %(login)s)
  and (%(ended)s or g.revoked_at is null and (g.valid_to is null or g.valid_to > now())) order by g.id
"""


def _expect(name: str, known: Collection[str], code: str) -> None:
    if name not in known:
        raise refuse(code, value=name, known=", ".join(sorted(known)))
