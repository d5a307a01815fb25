"""Cases of the rights of the person: the list by what is due, one case with its steps, and the steps themselves."""

from __future__ import annotations

from typing import Any, cast

from litestar import MediaType, Response, get, post
from litestar.response import Redirect

from tinhso.access import roles
from tinhso.access.scope import Scope
from tinhso.areas import find
from tinhso.foundation.problems import Problem, Refused, refuse
from tinhso.privacy import assigning, closing, correcting, erasing, handling, restricting, seeing
from tinhso.privacy import cases as desk
from tinhso.privacy.cases import Action, Subject
from tinhso.privacy.declaration import Kind
from tinhso.registers import declared
from tinhso.web.kit import wishes
from tinhso.web.kit.asked import AskedHouse, AskedScope, AskedSight, Form, MaybeWord, PathNumber, PathWord
from tinhso.web.kit.house import House
from tinhso.web.kit.pages import page
from tinhso.web.kit.refusals import status_of
from tinhso.web.kit.sight import Sight
from tinhso.web.staff import corrections
from tinhso.web.staff.views import cases as views

STEPS: tuple[Action, ...] = ("identified", "assigned", "shared", "answered", "noted")
"""The steps that one form takes; the others have forms of their own."""


@get("/cases", sync_to_thread=True, opt={"verb": "read"})
def cases(house: AskedHouse, sight: AskedSight, mine: AskedScope, every: MaybeWord = None) -> Response[str]:
    """Open cases, what is due first on top, and a form for a new one."""
    with house.db.app(mine.settings()) as conn:
        found, known = desk.every(conn, house.office(), scope=mine, open_only=every is None), declared.every(conn)
        purposes = [each for each in roles.purposes(conn).values() if each.ground == "consent"]
    view = views.listed(found, sight, mine, purposes, known, every=every is not None)
    return page(sight, "staff/cases.html", view=view)


@post("/cases", sync_to_thread=True, opt={"verb": "propose"})
def begun(house: AskedHouse, mine: AskedScope, data: Form) -> Redirect:
    """Open a case; its terms begin now."""
    subject = Subject(
        _said(data, "citizen_id"), _said(data, "name"), _said(data, "contact"), _said(data, "request")
    )  # fmt: skip
    if subject.citizen_id is None:
        raise refuse("web.bad_request", value="citizen_id")
    with house.db.app(mine.settings()) as conn:
        units = find.find(conn, _said(data, "area") or "")
    area = units[0].code if len(units) == 1 else _said(data, "area") or ""
    kind, channel = cast(Kind, str(data.get("kind", ""))), _said(data, "channel") or "counter"
    purpose = _said(data, "purpose") if kind == "withdraw" else None
    made = desk.receive(
        house.office(), kind, scope=mine, area=area, channel=channel, subject=subject, purpose=purpose
    )  # fmt: skip
    return _back(made.id)


@get("/cases/{case_id:int}", sync_to_thread=True, opt={"verb": "read"})
def case(house: AskedHouse, sight: AskedSight, mine: AskedScope, case_id: PathNumber) -> Response[str]:
    """One case: its terms, who asks, its steps, and what may be done next."""
    return _shown(house, sight, mine, case_id)


def _shown(
    house: House, sight: Sight, mine: Scope, case_id: int, problems: tuple[Problem, ...] = ()
) -> Response[str]:  # fmt: skip
    office = house.office()
    with house.db.app(mine.settings()) as conn:
        known = desk.one(conn, office, case_id, scope=mine)
        every = declared.every(conn)
        people = assigning.able(conn, known) if handling.may(known, "propose", mine) and not known.closed else []
        wish = corrections.part(conn, house, known, sight, mine)
    view = views.opened(known, office, sight, mine, every)
    faults, status = [wishes.without_cell(each, sight) for each in problems], 200
    if problems:
        status = 422 if status_of(problems[0].code) == 400 else status_of(problems[0].code)
    return page(sight, "staff/case.html", status=status, view=view, people=people, wish=wish, faults=faults)


@post("/cases/{case_id:int}/accept", sync_to_thread=True, opt={"verb": "propose"})
def accepted(
    house: AskedHouse, sight: AskedSight, mine: AskedScope, case_id: PathNumber, data: Form
) -> Response[Any]:  # fmt: skip
    """Accept the ticked corrections; what stands against it is told on the case's page."""
    try:
        with house.db.app(mine.settings()) as conn:
            corrections.decided(conn, house, case_id, data, mine)
    except Refused as refusal:
        return _shown(house, sight, mine, case_id, refusal.problems)
    return _back(case_id)


@post("/cases/{case_id:int}/steps", sync_to_thread=True, opt={"verb": "propose"})
def led(house: AskedHouse, mine: AskedScope, case_id: PathNumber, data: Form) -> Redirect:
    """One of the steps that need no more than words."""
    action = next((each for each in STEPS if each == data.get("action")), None)
    if action is None:
        raise refuse("web.bad_request", value=str(data.get("action", "")))
    to, words = _said(data, "to"), _said(data, "words")
    if action == "assigned" and to is None:
        raise refuse("web.bad_request", value="to")
    with house.db.app(mine.settings()) as conn:
        if action == "assigned" and to is not None:
            assigning.assign(conn, house.office(), case_id, to, scope=mine, words=words)
        else:
            desk.step(conn, house.office(), case_id, action, scope=mine, words=words)
    return _back(case_id)


@post("/cases/{case_id:int}/{act:str}", sync_to_thread=True, opt={"verb": "propose"})
def acted(house: AskedHouse, mine: AskedScope, case_id: PathNumber, act: PathWord, data: Form) -> Redirect:
    """Take, extend, refuse, turn down, restrict, lift, erase or close; each asks itself for the verb it needs."""
    office, words = house.office(), _said(data, "words") or ""
    if act == "erase":
        if data.get("sure") != str(case_id):
            raise refuse("web.bad_request", value=str(data.get("sure", "")))
        erasing.erase(office, case_id, scope=mine)
        return _back(case_id)
    with house.db.app(mine.settings()) as conn:
        if act == "extend":
            desk.extend(conn, office, case_id, words, scope=mine)
        elif act == "refuse":
            desk.decline(conn, office, case_id, _said(data, "basis") or "", scope=mine, words=words)
        elif act == "restrict":
            restricting.restrict(conn, office, case_id, scope=mine)
        elif act == "lift":
            restricting.lift(conn, office, case_id, scope=mine, reason=words)
        elif act == "take":
            assigning.assign(conn, office, case_id, mine.actor, scope=mine)
        elif act == "turn-down":
            correcting.turn_down(conn, office, case_id, words, scope=mine)
        elif act == "close":
            closing.close(conn, office, case_id, scope=mine)
        else:
            raise refuse("web.bad_request", value=act)
    return _back(case_id)


@post("/cases/{case_id:int}/own-data", sync_to_thread=True, status_code=200, opt={"verb": "export"})
def own_data(house: AskedHouse, mine: AskedScope, case_id: PathNumber) -> Response[str]:
    """The person's own data as a document to hand over; that it was made stands in the case."""
    office = house.office()
    with house.db.app(mine.settings()) as conn:
        own = seeing.see(conn, office, case_id, scope=mine)
        text = seeing.document(own, desk.one(conn, office, case_id, scope=mine))
    headers = {"content-disposition": f'attachment; filename="ho-so-{case_id}.html"', "cache-control": "no-store"}
    return Response(text, media_type=MediaType.HTML, headers=headers)


def _said(data: dict[str, Any], name: str) -> str | None:
    return str(data.get(name, "")).strip() or None


def _back(case_id: int) -> Redirect:
    return Redirect(f"/staff/cases/{case_id}", status_code=303)
