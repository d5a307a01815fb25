"""Asking for a correction without an account, and how far a request is: read with its number and code alone."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post
from litestar.response import Redirect

from tinhso.access import citizens, grants, narrowing
from tinhso.access.citizens import Own
from tinhso.foundation.database import Connection
from tinhso.foundation.problems import Problem, Refused
from tinhso.intake import forms
from tinhso.privacy import asking, person
from tinhso.privacy.asking import Asked, Receipt
from tinhso.registers import declared
from tinhso.web.kit import cookies, places, wishes
from tinhso.web.kit.asked import AskedHouse, AskedSight, Form, MaybeWord, Upload
from tinhso.web.kit.front import caller
from tinhso.web.kit.house import House
from tinhso.web.kit.pages import page
from tinhso.web.kit.refusals import status_of
from tinhso.web.kit.sight import Sight
from tinhso.web.kit.wishes import Typed
from tinhso.web.public.citizen import UNKEPT
from tinhso.web.public.views import corrections as views
from tinhso.web.public.views import own

Asking = Request[Any, Any, Any]


@get("/", sync_to_thread=True, opt={"public": True})
def blank(house: AskedHouse, sight: AskedSight) -> Response[str]:
    """The form: who asks, what is wrong, what is right, evidence."""
    return _form(house, sight, Typed())


@post("/", sync_to_thread=True, opt={"public": True}, request_max_body_size=wishes.FILES, status_code=200)
def sent(request: Asking, house: AskedHouse, sight: AskedSight, data: Upload) -> Response[str]:
    """Take the request; its number and code are shown this once."""
    typed = wishes.read(data)
    try:
        with house.db.app() as conn:
            register = typed.text("register") if typed.text("register") in _personal(conn) else None
        said = Asked(
            views.words(typed, sight), {}, wishes.files(data), register, None, typed.text("area")[:20] or None,
            citizens.plain(typed.text("number")), typed.text("name"), typed.text("contact"),
        )  # fmt: skip
        made = asking.publicly(house.office(), house.door, said, caller(request))
    except Refused as refusal:
        return _form(house, sight, typed, refusal.problems[0])
    return _received(sight, made)


@get("/state", sync_to_thread=True, opt={"public": True})
def ask_state(sight: AskedSight, case: MaybeWord = None) -> Response[str]:
    """The form for number and code."""
    return _unkept(page(sight, "public/state.html", view=None, fault=None, case=case or ""))


@post("/state", sync_to_thread=True, opt={"public": True}, status_code=200)
def told_state(request: Asking, house: AskedHouse, sight: AskedSight, data: Form) -> Response[str]:
    """How far the request is: no name of an officer, no note, nothing of a record but what was answered."""
    number, code = str(data.get("case", ""))[:40], str(data.get("code", ""))[:40]
    try:
        state = asking.state(house.office(), house.door, number, code, caller(request))
    except Refused as refusal:
        return _unkept(_faulty(sight, "public/state.html", refusal.problems[0], view=None, case=number))
    with house.db.app() as conn:
        known = declared.every(conn)
    return _unkept(page(sight, "public/state.html", view=views.state(state, known, sight), fault=None, case=""))


@get("/correct", sync_to_thread=True, opt={"public": True})
def blank_own(
    request: Asking, house: AskedHouse, sight: AskedSight, register: MaybeWord = None, record: MaybeWord = None
) -> Response[Any]:
    """The same form for a record on the citizen's own page, with its fields."""
    return _own_form(request, house, sight, (register or "", record or ""), Typed())


@post("/correct", sync_to_thread=True, opt={"public": True}, request_max_body_size=wishes.FILES, status_code=200)
def sent_own(request: Asking, house: AskedHouse, sight: AskedSight, data: Upload) -> Response[Any]:
    """Take the request about the own record: who asks was proved by the code from the counter."""
    about = str(data.get("register", ""))[:80], str(data.get("record", ""))[:20]
    typed = Typed()
    held = cookies.read(request, cookies.CITIZEN) or ""
    try:
        with house.db.app() as conn:
            found = _own(conn, house, request, about)
            if found is None:
                return _over()
            declaration, number = declared.one(conn, found.register), citizens.number(conn, house.door, held)
        typed = wishes.read(data, declaration)
        scope = narrowing.asking(grants.public_scope())
        asking.expect_short(Asked(typed.text("request"), typed.values))
        wrong = forms.wrong(house.desk(), declaration, found.values, typed.values, scope=scope) if typed.values else ()
        if wrong:
            return _own_form(request, house, sight, about, typed, wrong=wrong)
        said = Asked(
            typed.text("request"), typed.values, wishes.files(data), found.register, found.record, None, number,
            typed.text("name"), typed.text("contact"),
        )  # fmt: skip
        made = asking.publicly(house.office(), house.door, said, caller(request), held=held)
    except Refused as refusal:
        return _own_form(request, house, sight, about, typed, refusal.problems[0])
    return _received(sight, made)


def _form(house: House, sight: Sight, typed: Typed, problem: Problem | None = None) -> Response[str]:
    with house.db.app() as conn:
        registers = [(name, sight.say(each.title)) for name, each in _personal(conn).items()]
        communes = places.communes(conn)
    return _unkept(_faulty(
        sight, "public/correction.html", problem, typed=typed, registers=registers, communes=communes, own=None,
        lines=(),
    ))  # fmt: skip


def _own_form(
    request: Asking, house: House, sight: Sight, about: tuple[str, str], typed: Typed, problem: Problem | None = None,
    wrong: tuple[Problem, ...] = (),
) -> Response[Any]:  # fmt: skip
    with house.db.app() as conn:
        found = _own(conn, house, request, about)
        if found is None:
            return _over()
        known, lists = declared.every(conn), declared.code_lists(conn)
        names = places.names_by_id(conn, []), places.names(conn, own.area_codes(known, [found]))
    declaration = known[found.register]
    now = own.said(found, declaration, lists, names, sight)
    lines = wishes.lines(declaration, lists, now, typed, wrong, sight)
    answer = _faulty(
        sight, "public/correction.html", problem, typed=typed, registers=(), communes=(), own=found, lines=lines,
        register_title=sight.say(declaration.title),
    )  # fmt: skip
    answer.status_code = 422 if wrong else answer.status_code
    return _unkept(answer)


def _own(conn: Connection, house: House, request: Asking, about: tuple[str, str]) -> Own | None:
    """The own record that is meant; None where the view is over or it is not the own."""
    held = cookies.read(request, cookies.CITIZEN) or ""
    found = citizens.records(conn, house.door, held, caller(request).address) or ()
    return next((each for each in found if (each.register, str(each.record)) == about), None)


def _personal(conn: Connection) -> dict[str, Any]:
    """The registers that name persons."""
    return {each.register: each for each in person.personal(conn)}


def _received(sight: Sight, made: Receipt) -> Response[str]:
    return _unkept(page(sight, "public/received.html", made=made))


def _over() -> Redirect:
    return Redirect("/citizen?done=over", status_code=303, headers=UNKEPT)


def _faulty(sight: Sight, template: str, problem: Problem | None, **told: Any) -> Response[str]:
    fault = (problem.vi if sight.language == "vi" else problem.en) if problem else None
    answer = page(sight, template, status=status_of(problem.code) if problem else 200, fault=fault, **told)
    if problem and "seconds" in problem.facts:
        answer.headers["retry-after"] = problem.facts["seconds"]
    return answer


def _unkept(answer: Response[str]) -> Response[str]:
    answer.headers |= UNKEPT
    return answer
