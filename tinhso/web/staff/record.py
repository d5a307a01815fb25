"""One record's page: what it says, now or on a day, what belongs to it, its history, and undoing a change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from litestar import Response, get, post
from litestar.response import Redirect

from tinhso.access import looked
from tinhso.access.looked import Wanted
from tinhso.access.scope import Scope
from tinhso.areas import drawing
from tinhso.areas.drawing import Pin
from tinhso.foundation.database import Connection
from tinhso.foundation.problems import refuse
from tinhso.privacy import cases
from tinhso.registers import attachments, days, declared, history, links, records, undoing
from tinhso.registers.declaration import Declaration
from tinhso.registers.history import Version
from tinhso.registers.undoing import What
from tinhso.web.kit import places
from tinhso.web.kit.asked import AskedHouse, AskedScope, AskedSight, Form, MaybeWord, PathNumber, PathWord, Word
from tinhso.web.kit.pages import page
from tinhso.web.staff.views import looked as looked_views
from tinhso.web.staff.views import records as views
from tinhso.web.staff.views.values import shown

LONGEST_REASON = 500
WHATS: dict[str, What] = {"came": "came", "changed": "changed", "gone": "gone"}


@dataclass(frozen=True, slots=True)
class Then:
    """A past day that a page is asked for, and in which of the two readings (``registers.days``)."""

    day: date
    reading: Literal["known", "was"]
    version: Version | None


@get("/registers/{name:str}/{record_id:int}", sync_to_thread=True, opt={"verb": "read"})
def record(
    house: AskedHouse, sight: AskedSight, mine: AskedScope, name: PathWord, record_id: PathNumber,
    day: MaybeWord = None, reading: Word = "known",
) -> Response[str]:  # fmt: skip
    """One record, also on a past ``day``: as the register ``known`` it then, or as it ``was`` by what is known now."""
    with house.db.app(mine.settings()) as conn:
        declaration, lists = declared.one(conn, name), declared.code_lists(conn)
        versions = history.versions(conn, declaration, record_id, scope=mine)
        then = _then(declaration, versions, day, reading)
        every = declared.every(conn)
        related = links.links(conn, declaration, record_id, every, scope=mine)
        areas = places.names(conn, views.area_codes(declaration, versions))
        standing = versions[0].gone is None
        files = attachments.of(conn, declaration, record_id, scope=mine) if standing else []
        audits, citizen = mine.may("audit"), _citizen(declaration, mine)
        lines = looked.found(conn, Wanted(register=name, record=record_id), size=20) if audits else []
        revealable = records.revealable(conn, declaration, record_id, scope=mine) if standing else frozenset[str]()
        pin = _pin(conn, declaration, versions[0]) if then is None else None
        requests = cases.of_record(conn, house.office(), name, record_id, scope=mine)
    view = views.opened(
        declaration, lists, versions, areas, sight, then=then.version if then else None,
        revealable=revealable if then is None else frozenset(),
    )  # fmt: skip
    told = [(each, looked_views.how(each, declaration, sight)) for each in lines]
    return page(
        sight, "staff/record.html", view=view, record=record_id, audits=audits, looks=told, citizen=citizen, then=then,
        links=views.linked(related, every, lists, sight), files=files, pin=pin, may_undo=mine.may("approve", name),
        may_attach=standing and mine.may("propose", name), version=versions[0].version,
        requests=requests, may_ask=standing and then is None,
        may_edit=standing and then is None and mine.may("propose", name),
    )  # fmt: skip


@post("/registers/{name:str}/{record_id:int}/unmask", sync_to_thread=True, opt={"verb": "read"}, status_code=200)
def unmask(
    house: AskedHouse, sight: AskedSight, mine: AskedScope, name: PathWord, record_id: PathNumber, data: Form
) -> Response[str]:
    """One masked field as it is, for a reason that is kept; shown this once."""
    field, reason = str(data.get("field", "")), str(data.get("reason", "")).strip()[:LONGEST_REASON]
    with house.db.app(mine.settings()) as conn:
        declaration, lists = declared.one(conn, name), declared.code_lists(conn)
        value = records.unmask(conn, declaration, record_id, [field], reason, scope=mine)[field]
    known = declaration.fields[field]
    answer = page(
        sight, "staff/unmasked.html", register=name, register_title=sight.say(declaration.title), record=record_id,
        title=sight.say(known.title), value=shown(value, known, lists, sight), reason=reason,
    )  # fmt: skip
    answer.headers["cache-control"] = "no-store"
    return answer


@post("/registers/{name:str}/{record_id:int}/undo", sync_to_thread=True, opt={"verb": "approve"})
def take_back(house: AskedHouse, mine: AskedScope, name: PathWord, record_id: PathNumber, data: Form) -> Redirect:
    """Take one change of one record back, with a reason."""
    version, what = str(data.get("version", "")), WHATS.get(str(data.get("what", "")))
    if not version.isdecimal() or len(version) > 9 or what is None:
        version, what = "0", "changed"  # a version that no record has: refused as what nobody has
    reason = str(data.get("reason", ""))[:LONGEST_REASON]
    undoing.undo(house.db, name, record_id, int(version), what=what, reason=reason, scope=mine)
    return Redirect(f"/staff/registers/{name}/{record_id}", status_code=303)


def _then(declaration: Declaration, versions: Sequence[Version], word: str | None, reading: str) -> Then | None:
    if not word:
        return None
    day = _day(word)
    if reading == "was":
        return Then(day, "was", days.held_on(versions, declaration, day))
    return Then(day, "known", days.known_on(versions, day))


def _day(word: str) -> date:
    try:
        return date.fromisoformat(word)
    except ValueError as error:
        raise refuse("web.bad_request", value=word) from error


def _pin(conn: Connection, declaration: Declaration, newest: Version) -> Pin | None:
    """Where the record stands on the map, if it says so unmasked."""
    point = declaration.point
    if point is None or newest.area is None:
        return None
    degrees: list[Any] = [newest.values.get(name) for name in (point.latitude, point.longitude)]
    try:
        latitude, longitude = (float(each) for each in degrees)
    except (TypeError, ValueError):
        return None
    return drawing.pinned(conn, newest.area, latitude, longitude)


def _citizen(declaration: Declaration, mine: Scope) -> bool:
    """Whether the record names a citizen, and who looks may hand a code over."""
    names = any(field.check == "citizen_id" for field in declaration.fields.values())
    return names and mine.may("approve", declaration.register)
