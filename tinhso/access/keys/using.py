"""The Scope of whoever shows a key: what the key's account holds at this moment, within the key's limits."""

from __future__ import annotations

import re
from typing import Any

from tinhso.access import grants
from tinhso.access.narrowing import Limits, narrowed
from tinhso.access.people.door import digest
from tinhso.access.scope import EVERYWHERE, NOWHERE, Ranges, Scope
from tinhso.foundation.database import Database
from tinhso.foundation.problems import Refused, refuse

ACTOR = "key:"
_token = re.compile(r"tinhso_([1-9][0-9]{0,17})_([A-Za-z0-9_-]{43})")


def scope_of(db: Database, token: str, *, address: str | None = None) -> Scope:
    """What the token opens now; asked anew for each request, which counts against the key's pace.

    The moment is the database's, so a web server whose clock is wrong neither lengthens nor shortens a key. The actor
    is ``key:<login>/<name>``: the account answers for it, and its own change sets are not the key's to see.

    Raises:
        Refused: ``access.key_wrong`` (no token of ours), ``access.key_over``, ``access.key_revoked`` (or its account is
            disabled), ``access.key_pace`` with the ``seconds`` to wait.
    """
    shape = _token.fullmatch(token)
    if shape is None:
        raise refuse("access.key_wrong")
    with db.app() as conn:
        row = conn.execute("select * from access.use_key(%s, %s)", [int(shape[1]), digest(shape[2])]).fetchone()
    assert row is not None
    outcome, wait, login, name, *limits = row
    if outcome != "right":
        raise _refused(outcome, wait)
    with db.app() as conn:
        return narrowed(grants.of(conn, login, address=address), _limits(*limits), f"{ACTOR}{login}/{name}")


def _limits(
    verbs: list[str], registers: list[str] | None, low: int | None, high: int | None, everywhere: bool, clear: bool
) -> Limits:
    ranges: Ranges = EVERYWHERE if everywhere else NOWHERE if low is None or high is None else ((low, high),)
    return Limits(frozenset(verbs), None if registers is None else frozenset(registers), ranges, clear)


def _refused(outcome: str, wait: int) -> Refused:
    facts: dict[str, Any] = {"seconds": wait} if wait else {}
    code = {"over": "access.key_over", "revoked": "access.key_revoked", "wait": "access.key_pace"}
    return refuse(code.get(outcome, "access.key_wrong"), **facts)
