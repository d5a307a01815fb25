"""Passkeys: making, listing and removing one's own, and signing in with one, as second step or alone.

The page's script asks for a challenge, has the device answer it, and sends the answer with the form.
"""

from __future__ import annotations

from typing import Any

from litestar import MediaType, Request, Response, get, post

from tinhso.access.people import passkeys, second_factor, sessions, signing_in
from tinhso.access.people.passkeys import Site
from tinhso.access.people.sessions import Session
from tinhso.foundation.problems import Refused, refuse
from tinhso.web.account.answers import UNKEPT, entered, holder, onward, shown, word
from tinhso.web.kit import cookies, front, visitor
from tinhso.web.kit.asked import AskedHouse, AskedSight, Form, MaybeWord, PathNumber
from tinhso.web.kit.front import after_sign_in, caller, own_path
from tinhso.web.kit.house import House
from tinhso.web.kit.refusals import status_of
from tinhso.web.kit.sight import Sight


@get("/passkeys", sync_to_thread=True, opt={"own": True})
def own_passkeys(
    request: Request[Any, Any, Any], house: AskedHouse, sight: AskedSight, done: MaybeWord = None
) -> Response[Any]:
    """The passkeys there are, and the form for a new one."""
    session, held = holder(request)
    return _page(request, house, sight, session, held, done=done)


@post("/passkeys/options", sync_to_thread=True, opt={"own": True}, status_code=200)
def begin_passkey(request: Request[Any, Any, Any], house: AskedHouse, sight: AskedSight, data: Form) -> Response[Any]:
    """What the browser needs to make one, for somebody who gave the password lately or gives it now."""
    session, held = holder(request)
    try:
        _prove(request, house, session, held, data)
        return _options(passkeys.ask_to_add(house.door, session, held, _site(request)))
    except Refused as refusal:
        return _fault(sight, refusal)


@post("/passkeys", sync_to_thread=True, opt={"own": True}, status_code=200)
def add_passkey(request: Request[Any, Any, Any], house: AskedHouse, sight: AskedSight, data: Form) -> Response[Any]:
    """Keep it; with the first second factor of all come recovery codes, shown this once."""
    session, held = holder(request)
    try:
        added = passkeys.add(house.door, session, held, _site(request), word(data, "name"), word(data, "answer"))
    except Refused as refusal:
        return _page(request, house, sight, session, held, refusal=refusal)
    house.tell(session.person.login, "passkey.added")
    cookie = cookies.made(request, cookies.SESSION, added.token)
    if not added.codes:
        return onward("/account/passkeys", cookie, done="added")
    following = front.DESK if session.factor_due else "/account"
    answer = shown(sight, "codes.html", codes=added.codes, fresh=True, following=following)
    answer.cookies.append(cookie)
    return answer


@post("/passkeys/{number:int}/remove", sync_to_thread=True, opt={"own": True})
def remove_passkey(
    request: Request[Any, Any, Any], house: AskedHouse, sight: AskedSight, number: PathNumber, data: Form
) -> Response[Any]:
    """Do without one of one's own; somebody else's number does nothing."""
    session, held = holder(request)
    try:
        _prove(request, house, session, held, data)
        if 0 < number < 2**63:
            passkeys.drop(house.door, held, number)
    except Refused as refusal:
        return _page(request, house, sight, session, held, refusal=refusal)
    house.tell(session.person.login, "passkey.dropped")
    return onward("/account/passkeys", done="removed")


@post("/sign-in/passkey/options", sync_to_thread=True, opt={"public": True}, status_code=200)
def begin_entering(request: Request[Any, Any, Any], house: AskedHouse, sight: AskedSight) -> Response[Any]:
    """A challenge for whoever comes with a passkey alone."""
    try:
        return _options(passkeys.ask_to_enter(house.door, _site(request), caller(request)))
    except Refused as refusal:
        return _fault(sight, refusal)


@post("/sign-in/passkey", sync_to_thread=True, opt={"public": True})
def enter_by_passkey(
    request: Request[Any, Any, Any], house: AskedHouse, sight: AskedSight, data: Form
) -> Response[Any]:  # fmt: skip
    """Open a session under a new token; whatever session the browser brought is ended."""
    following, before = own_path(word(data, "next")), visitor.held(request)
    try:
        signed = passkeys.enter(house.door, _site(request), word(data, "answer"), caller(request))
    except Refused as refusal:
        return sign_in_page(request, house, sight, refusal=refusal, following=following)
    if before:
        sessions.end(house.door, before)
    return onward(after_sign_in(following), *entered(request, signed))


@post("/sign-in/code/passkey/options", sync_to_thread=True, opt={"public": True}, status_code=200)
def begin_second(request: Request[Any, Any, Any], house: AskedHouse, sight: AskedSight) -> Response[Any]:
    """A challenge for whoever gave a password and has a passkey as second factor."""
    try:
        return _options(passkeys.ask_second(house.door, visitor.held(request) or "", _site(request)))
    except Refused as refusal:
        return _fault(sight, refusal)


@post("/sign-in/code/passkey", sync_to_thread=True, opt={"public": True})
def pass_by_passkey(
    request: Request[Any, Any, Any], house: AskedHouse, sight: AskedSight, data: Form
) -> Response[Any]:  # fmt: skip
    """Finish the sign-in; the session goes on under another token."""
    held, following = visitor.held(request), own_path(word(data, "next"))
    if held is None:
        return onward("/sign-in")
    try:
        signed = passkeys.pass_second(house.door, held, _site(request), word(data, "answer"))
    except Refused as refusal:
        if refusal.problems[0].code == "access.begin_again":
            return sign_in_page(request, house, sight, refusal=refusal, following=following)
        return code_page(request, house, sight, held, refusal=refusal, following=following)
    return onward(after_sign_in(following), *entered(request, signed))


def sign_in_page(
    request: Request[Any, Any, Any], house: House, sight: Sight, *, refusal: Refused | None = None, login: str = "",
    following: str = "/", done: str | None = None,
) -> Response[str]:  # fmt: skip
    """The form of a sign-in; a sign-in that has to begin again loses its session."""
    answer = shown(
        sight, "sign_in.html", refusal=refusal, login=login, next=following, done=done,
        forgotten=house.letters is not None, passkeys=front.site(request) is not None,
    )  # fmt: skip
    if refusal is not None and refusal.problems[0].code == "access.begin_again":
        answer.cookies.append(cookies.gone(request, cookies.SESSION))
    return answer


def code_page(
    request: Request[Any, Any, Any], house: House, sight: Sight, held: str, *, refusal: Refused | None = None,
    following: str = "/",
) -> Response[str]:  # fmt: skip
    """The form of the second step: a code where there is an app, a passkey where there is one."""
    state = second_factor.state(house.door, held)
    able = state.passkeys > 0 and front.site(request) is not None
    return shown(sight, "code.html", refusal=refusal, next=following, state=state, passkeys=able)


def _page(
    request: Request[Any, Any, Any], house: House, sight: Sight, session: Session, held: str, *,
    refusal: Refused | None = None, done: str | None = None,
) -> Response[str]:  # fmt: skip
    return shown(
        sight, "passkeys.html", refusal=refusal, session=session, keys=passkeys.mine(house.door, held), done=done,
        ask=session.has_password and not session.proved, able=front.site(request) is not None,
    )  # fmt: skip


def _site(request: Request[Any, Any, Any]) -> Site:
    found = front.site(request)
    if found is None:
        raise refuse("access.no_passkeys_here")
    return found


def _prove(request: Request[Any, Any, Any], house: House, session: Session, held: str, data: dict[str, Any]) -> None:
    """With the present password, where the last proof is too old; without it the database refuses."""
    if session.has_password and not session.proved:
        signing_in.prove(house.door, session, held, word(data, "current"), caller(request))


def _options(options: str) -> Response[Any]:
    return Response(options.encode(), media_type=MediaType.JSON, headers=UNKEPT)


def _fault(sight: Sight, refusal: Refused) -> Response[Any]:
    """What went wrong, for the page's script to say."""
    problem = refusal.problems[0]
    said = problem.vi if sight.language == "vi" else problem.en
    return Response({"fault": said}, status_code=status_of(problem.code), media_type=MediaType.JSON, headers=UNKEPT)
