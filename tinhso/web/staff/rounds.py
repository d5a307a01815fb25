"""Collection rounds: who was asked for what until when, who has sent, and what is done about those who have not."""

from __future__ import annotations

from datetime import date
from typing import Any

from litestar import Request, Response, get, post
from litestar.response import Redirect

from tinhso.foundation import clock
from tinhso.foundation.database import Connection
from tinhso.foundation.problems import refuse
from tinhso.intake.rounds import asking, standing
from tinhso.intake.rounds.standing import Round
from tinhso.registers import declared
from tinhso.web.kit import places
from tinhso.web.kit.asked import AskedHouse, AskedScope, AskedSight, Form, MaybeWord, PathNumber
from tinhso.web.kit.pages import page
from tinhso.web.staff.views import reminders
from tinhso.web.staff.views import rounds as views

PAGE = "/staff/rounds"
AnyRequest = Request[Any, Any, Any]


@get("/rounds", sync_to_thread=True, opt={"verb": "read"})
def rounds(house: AskedHouse, sight: AskedSight, mine: AskedScope) -> Response[str]:
    """Open rounds, what is due first on top, and the latest closed ones."""
    today = clock.today()
    with house.db.app(mine.settings()) as conn:
        known = declared.every(conn)
        open_ = standing.every(conn, today, scope=mine)
        closed = standing.every(conn, today, scope=mine, closed=True, size=10)
    told = views.Told(known, today, sight)
    return page(
        sight, "staff/rounds.html", open=[views.line(each, told) for each in open_],
        closed=[views.line(each, told) for each in closed], may_open=mine.may("approve"),
    )  # fmt: skip


@get("/rounds/new", sync_to_thread=True, opt={"verb": "approve"})
def new(
    house: AskedHouse, sight: AskedSight, mine: AskedScope, area: MaybeWord = None, units: MaybeWord = None
) -> Response[str]:
    """The form for a new round: registers, day, and the districts or communes of an area."""
    with house.db.app(mine.settings()) as conn:
        known = {name: each for name, each in declared.every(conn).items() if mine.may("approve", name)}
        first = next(iter(sorted(known)), "")
        here = places.here(conn, area or places.own(conn, mine, first))
        level = 2 if units == "districts" and here.level < 2 else 3
        spots = places.inside(conn, here, level)
    return page(
        sight, "staff/round_new.html", here=here, spots=spots, districts=level == 2,
        registers=views.titles(known, sight), today=clock.today().isoformat(),
    )  # fmt: skip


@post("/rounds", sync_to_thread=True, opt={"verb": "approve"})
def begin(house: AskedHouse, mine: AskedScope, data: Form) -> Redirect:
    """Open a round and show it."""
    made = asking.open_round(
        house.db, str(data.get("title", "")), _several(data, "registers"), _several(data, "areas"), _day(data, "due"),
        note=str(data.get("note", "")), scope=mine,
    )  # fmt: skip
    return Redirect(f"{PAGE}/{made.id}", status_code=303)


@get("/rounds/{round:int}", sync_to_thread=True, opt={"verb": "read"})
def one(house: AskedHouse, sight: AskedSight, mine: AskedScope, round: PathNumber) -> Response[str]:
    """One round: each unit that the visitor sees, what came of it, and all that was done."""
    with house.db.app(mine.settings()) as conn:
        known = declared.every(conn)
        found = standing.one(conn, round, clock.today(), scope=mine)
        people = _people(conn, found)
    return page(sight, "staff/round.html", view=views.opened(found, views.Told(known, clock.today(), sight), people))


@get("/rounds/{round:int}/reminder", sync_to_thread=True, opt={"verb": "approve"})
def reminder(
    request: AnyRequest, house: AskedHouse, sight: AskedSight, mine: AskedScope, round: PathNumber,
    area: MaybeWord = None,
) -> Response[str]:  # fmt: skip
    """The reminder in Vietnamese, ready to copy: to one unit, or to all that have not sent everything."""
    with house.db.app(mine.settings()) as conn:
        known = declared.every(conn)
        found = standing.one(conn, round, clock.today(), scope=mine)
    unit = next((each for each in found.units if each.code == area), None)
    if area and unit is None:
        raise refuse("areas.unknown_code", value=area)
    address = house.front.address or str(request.base_url).rstrip("/")
    told = views.Told(known, clock.today(), sight)
    text = reminders.to_unit(found, unit, told, address) if unit else reminders.to_all(found, told, address)
    return page(sight, "staff/reminder.html", view=views.opened(found, told, {}), text=text, unit=unit)


@post("/rounds/{round:int}/extend", sync_to_thread=True, opt={"verb": "approve"})
def extend(house: AskedHouse, mine: AskedScope, round: PathNumber, data: Form) -> Redirect:
    """Give one unit, or all, more time."""
    area = str(data.get("area", "")) or None
    asking.extend(house.db, round, _day(data, "until"), str(data.get("reason", "")), area=area, scope=mine)
    return Redirect(f"{PAGE}/{round}", status_code=303)


@post("/rounds/{round:int}/act", sync_to_thread=True, opt={"verb": "approve"})
def act(house: AskedHouse, mine: AskedScope, round: PathNumber, data: Form) -> Redirect:
    """Note that somebody was reminded, that it was reported upwards, or a remark."""
    acts: dict[str, asking.Act] = {"reminded": "reminded", "escalated": "escalated", "noted": "noted"}
    action = acts.get(str(data.get("action", "")))
    if action is None:
        raise refuse("web.bad_request", value=data.get("action"))
    asking.act(house.db, round, action, str(data.get("reason", "")), area=str(data.get("area", "")) or None, scope=mine)
    return Redirect(f"{PAGE}/{round}", status_code=303)


@post("/rounds/{round:int}/close", sync_to_thread=True, opt={"verb": "approve"})
def close(house: AskedHouse, mine: AskedScope, round: PathNumber, data: Form) -> Redirect:
    """End a round."""
    asking.close(house.db, round, str(data.get("reason", "")), scope=mine)
    return Redirect(f"{PAGE}/{round}", status_code=303)


def _people(conn: Connection, found: Round) -> dict[str, str]:
    """The names of those who did something, by login."""
    logins = sorted({event.actor for event in found.events})
    return dict(conn.execute("select login, name from access.person where login = any(%s)", [logins]).fetchall())


def _day(data: dict[str, Any], name: str) -> date:
    try:
        return date.fromisoformat(str(data.get(name, "")))
    except ValueError as error:
        raise refuse("web.bad_request", value=data.get(name)) from error


def _several(data: dict[str, Any], name: str) -> list[str]:
    value = data.get(name, [])
    return [str(each) for each in (value if isinstance(value, list) else [value])]
