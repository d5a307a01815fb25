"""Why somebody can or cannot: each grant with what it allows, or the first reason why it does not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tinhso.access import holding
from tinhso.access.grants import VERBS
from tinhso.access.holding import Held, Holder
from tinhso.access.roles import refused
from tinhso.access.scope import ANY, EVERYWHERE, Ranges
from tinhso.foundation.database import Connection, errors
from tinhso.foundation.problems import Problem, refuse


@dataclass(frozen=True, slots=True)
class Reason:
    """A grant and what it comes to here; ``said`` is ``access.why_allowed`` or the first reason why not."""

    grant: int
    role: str
    area: str | None
    said: Problem

    @property
    def allows(self) -> bool:
        return self.said.code == "access.why_allowed"


@dataclass(frozen=True, slots=True)
class Explanation:
    """Whether a person may do something, with a reason for each grant ever given."""

    login: str
    verb: str
    register: str
    reasons: tuple[Reason, ...]

    @property
    def allowed(self) -> bool:
        return any(reason.allows for reason in self.reasons)

    def as_json(self) -> dict[str, Any]:
        """The shape promised by ``tinhso user why --json``."""
        told = [
            {"grant": each.grant, "role": each.role, "area": each.area, "allows": each.allows,
             "code": each.said.code, "vi": each.said.vi, "en": each.said.en}
            for each in self.reasons
        ]  # fmt: skip
        return {"login": self.login, "verb": self.verb, "register": self.register,
                "allowed": self.allowed, "grants": told}  # fmt: skip


def explained(
    conn: Connection, login: str, verb: str, register: str = ANY, *, place: int | None = None,
    area: str | None = None, record: int | None = None, field: str | None = None, at: datetime | None = None,
) -> Explanation:  # fmt: skip
    """Why the person can or cannot do it, at a place (a record's) or in a whole area (its code), or anywhere at all.

    ``record`` is a record's number: the transaction's scope must administer everywhere; of the record nothing is
    told, and a number that none has is answered like one that lies in no area. ``field`` is a sensitive field that
    should be shown as it is.
    """
    if verb not in VERBS:
        raise refuse("access.unknown_verb", value=verb, verbs=", ".join(sorted(VERBS)))
    if record is not None and area is None:
        place = _place(conn, register, record)
    person, where = holding.holder(conn, login), _where(conn, place, area)
    moment = at or person.now
    reasons = (
        Reason(held.id, held.role.role, held.area, _said(person, held, verb, register, where, field, moment))
        for held in person.grants
    )
    return Explanation(login, verb, register, tuple(reasons))


def _where(conn: Connection, place: int | None, area: str | None) -> tuple[int, int] | None:
    if area is None:
        return None if place is None else (place, place)
    row = conn.execute("select low, high from areas.tree where code = %s", [area]).fetchone()
    if row is None:
        raise refuse("access.unknown_area", value=area)
    return row[0], row[1]


def _place(conn: Connection, register: str, record: int) -> int:
    try:
        row = conn.execute("select registers.place_of(%s, %s)", [register, record]).fetchone()
    except errors.Error as error:
        raise refused(error) from error
    assert row is not None
    return int(row[0])


def _said(
    person: Holder, held: Held, verb: str, register: str, where: tuple[int, int] | None, field: str | None,
    at: datetime,
) -> Problem:  # fmt: skip
    facts = {
        "role": held.role.role, "verb": verb, "register": register, "area": held.area or "–", "field": field or "–",
        "purpose": held.purpose, "from": f"{held.valid_from:%Y-%m-%d}",
        "to": f"{held.valid_to:%Y-%m-%d}" if held.valid_to else "…",
    }  # fmt: skip
    first = next(_faults(person, held, verb, register, where, field, at), "allowed")
    return Problem(f"access.why_{first}", facts=facts)


def _faults(
    person: Holder, held: Held, verb: str, register: str, where: tuple[int, int] | None, field: str | None,
    at: datetime,
) -> Iterator[str]:  # fmt: skip
    """What stands against it, the plainest first."""
    if not person.active:
        yield "disabled"
    if held.revoked_at is not None and held.revoked_at <= at:
        yield "revoked"
    if not held.in_force(at):
        yield "time"
    if held.area is None:
        yield "gone"
    alone = holding.together(person.login, [held], person.pillars)
    if not alone.may(verb):
        yield "verb"
    ranges = alone.ranges(register, verb) if register != ANY else held.ranges
    if not alone.may(verb, register):
        yield "register"
    if not _covers(ranges, where):
        yield "area"
    if field is not None and not _covers(alone.clear(register, field), where):
        yield "masked"


def _covers(ranges: Ranges, where: tuple[int, int] | None) -> bool:
    if where is None or ranges == EVERYWHERE:
        return bool(ranges)
    return any(low <= where[0] and where[1] <= high for low, high in ranges)
