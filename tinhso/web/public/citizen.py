"""What is recorded about me, and who looked: for a citizen with a code from the counter."""

from __future__ import annotations

from functools import partial
from typing import Any

from litestar import Request, Response, get, post
from litestar.response import Redirect

from tinhso.access import citizens
from tinhso.foundation.problems import Refused
from tinhso.privacy import holding
from tinhso.registers import declared
from tinhso.web.kit import cookies, places
from tinhso.web.kit.asked import AskedHouse, AskedSight, Form, MaybeWord
from tinhso.web.kit.front import caller
from tinhso.web.kit.pages import page
from tinhso.web.kit.refusals import status_of
from tinhso.web.kit.sight import Sight
from tinhso.web.public.views import own as views

UNKEPT = {"cache-control": "no-store"}


@get("/", sync_to_thread=True, opt={"public": True})
def form(sight: AskedSight, done: MaybeWord = None) -> Response[str]:
    """The form for number and code."""
    return _form(sight, done=done)


@post("/", sync_to_thread=True, opt={"public": True})
def enter(request: Request[Any, Any, Any], house: AskedHouse, sight: AskedSight, data: Form) -> Response[Any]:
    """Use the code; then the own records are shown."""
    number, code = str(data.get("number", ""))[:40], str(data.get("code", ""))[:40]
    try:
        held = citizens.enter(house.door, number, code, caller(request))
    except Refused as refusal:
        return _form(sight, refusal)
    opened = cookies.made(request, cookies.CITIZEN, held, max_age=int(citizens.SESSION.total_seconds()))
    return Redirect("/citizen/records", status_code=303, headers=UNKEPT, cookies=[opened])


@get("/records", sync_to_thread=True, opt={"public": True})
def own(request: Request[Any, Any, Any], house: AskedHouse, sight: AskedSight) -> Response[Any]:
    """The own records of all registers, what waits, and who looked at them."""
    held = cookies.read(request, cookies.CITIZEN) or ""
    with house.db.app() as conn:
        found = citizens.records(conn, house.door, held, caller(request).address)
        if found is None:
            return Redirect("/citizen?done=over", status_code=303, headers=UNKEPT)
        waits = citizens.waiting(conn, house.door, held, partial(holding.those, house.files))
        looks = citizens.looks(conn, house.door, held)
        known, lists = declared.every(conn), declared.code_lists(conn)
        units = [*(each.unit for each in found), *(each.unit for each in looks), *(each.unit for each in waits)]
        by_id = places.names_by_id(conn, [each for each in units if each is not None])
        names = by_id, places.names(conn, views.area_codes(known, found))
    answer = page(sight, "public/own.html", view=views.view((found, waits, looks), known, lists, names, sight))
    answer.headers |= UNKEPT
    return answer


@post("/leave", sync_to_thread=True, opt={"public": True})
def leave(request: Request[Any, Any, Any], house: AskedHouse) -> Redirect:
    """Close the view."""
    citizens.leave(house.door, cookies.read(request, cookies.CITIZEN) or "")
    gone = cookies.gone(request, cookies.CITIZEN)
    return Redirect("/citizen?done=out", status_code=303, headers=UNKEPT, cookies=[gone])


def _form(sight: Sight, refusal: Refused | None = None, done: str | None = None) -> Response[str]:
    problem = refusal.problems[0] if refusal else None
    fault = (problem.vi if sight.language == "vi" else problem.en) if problem else None
    status = status_of(problem.code) if problem else 200
    answer = page(sight, "public/citizen.html", status=status, fault=fault, done=done)
    answer.headers |= UNKEPT
    if problem and "seconds" in problem.facts:
        answer.headers["retry-after"] = problem.facts["seconds"]
    return answer
