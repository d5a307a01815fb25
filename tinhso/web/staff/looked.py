"""Who looked: the log and the notices for auditors, and a citizen's code at the counter."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from litestar import Request, Response, get, post

from tinhso.access import citizens, looked, roles
from tinhso.access.looked import Wanted
from tinhso.foundation.problems import refuse
from tinhso.registers import declared
from tinhso.web.kit import places
from tinhso.web.kit.asked import AskedHouse, AskedScope, AskedSight, MaybeNumber, MaybeWord, PathNumber, PathWord
from tinhso.web.kit.pages import page
from tinhso.web.kit.writing import HOME
from tinhso.web.staff.views import looked as views


@get("/readings", sync_to_thread=True, opt={"verb": "audit"})
def readings(
    request: Request[Any, Any, Any], house: AskedHouse, sight: AskedSight, mine: AskedScope, area: MaybeWord = None,
    record: MaybeNumber = None, before: MaybeNumber = None,
) -> Response[str]:  # fmt: skip
    """Lines of the log, newest first, narrowed by person, register, record, area and days."""
    asked = {name: request.query_params.get(name) or None for name in ("person", "register", "from", "to")}
    with house.db.app(mine.settings()) as conn:
        here = places.here(conn, area)
        low, high = (here.low, here.high) if here.above else (None, None)
        begins, ends = _day(asked["from"]), _day(asked["to"], timedelta(days=1))
        wanted = Wanted(asked["person"], asked["register"], record, begins, ends, low, high, before)
        lines = looked.found(conn, wanted)
        known = declared.every(conn)
        told = views.Known(
            known, roles.purposes(conn), looked.roles(conn, lines),
            places.names_by_id(conn, [unit for line in lines for unit in line.units[:1]]),
        )  # fmt: skip
    following = lines[-1].id if len(lines) == looked.SIZE else None
    return page(
        sight, "staff/readings.html", lines=views.lines(lines, told, sight), here=here, asked=asked, record=record,
        registers=[(name, sight.say(each.title)) for name, each in known.items()], following=following,
    )  # fmt: skip


@get("/notices", sync_to_thread=True, opt={"verb": "audit"})
def notices(house: AskedHouse, sight: AskedSight, mine: AskedScope, before: MaybeNumber = None) -> Response[str]:
    """Unusual reading, newest first, each with why."""
    with house.db.app(mine.settings()) as conn:
        found = looked.notices(conn, before=before)
        codes = [code for each in found for code in each.facts.get("areas", [])]
        names = places.names(conn, codes)
    following = found[-1].id if len(found) == looked.SIZE else None
    return page(sight, "staff/notices.html", notices=views.notices(found, names, sight), following=following)


@post("/registers/{name:str}/{record_id:int}/code", sync_to_thread=True, opt={"verb": "approve"})
def code(
    house: AskedHouse, sight: AskedSight, mine: AskedScope, name: PathWord, record_id: PathNumber
) -> Response[str]:
    """A one-time code for the citizen whom the record names, shown this once."""
    with house.db.app(mine.settings()) as conn:
        declaration = declared.one(conn, name)
        given = citizens.issue(conn, house.door, name, record_id, scope=mine)
    answer = page(
        sight, "staff/code.html", code=given, register=name, record=record_id, title=sight.say(declaration.title)
    )
    answer.headers["cache-control"] = "no-store"
    return answer


def _day(text: str | None, later: timedelta = timedelta()) -> datetime | None:
    """The first moment of a day by the clock of Vietnam."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=HOME) + later if text else None
    except (ValueError, OverflowError) as error:
        raise refuse("web.bad_request", value=text) from error
