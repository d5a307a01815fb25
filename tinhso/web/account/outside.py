"""In through the province's account and back again; linking it with one's account here."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post
from litestar.response import Redirect

from tinhso.access.people import outside, sessions, signing_in
from tinhso.access.people.door import token
from tinhso.access.people.provider import Outsider
from tinhso.foundation.problems import Refused, refuse
from tinhso.web.account.answers import UNKEPT, entered, holder, onward, shown, word
from tinhso.web.account.passkeys import sign_in_page
from tinhso.web.kit import cookies, visitor
from tinhso.web.kit.asked import AskedHouse, AskedSight, Form, MaybeWord, Word
from tinhso.web.kit.front import after_sign_in, caller, own_path
from tinhso.web.kit.house import House
from tinhso.web.kit.sight import Sight

BACK = "/sign-in/outside/back"
"""Where the provider sends people back to; it has to be told to the provider."""


@get("/sign-in/outside", sync_to_thread=True, opt={"public": True})
def depart(request: Request[Any, Any, Any], house: AskedHouse, next: MaybeWord = None) -> Response[Any]:
    """Off to the provider, to sign in."""
    return _sent(request, house, next=own_path(next), linking=False)


@get("/outside", sync_to_thread=True, opt={"own": True})
def depart_to_link(request: Request[Any, Any, Any], house: AskedHouse) -> Response[Any]:
    """Off to the provider, to link. Only from our own page: another site must not link its own account with ours."""
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise refuse("web.another_site")
    session, _ = holder(request)
    if not session.proved:
        raise refuse("access.prove_first")
    return _sent(request, house, next="/account", linking=True)


@get(BACK, sync_to_thread=True, opt={"public": True})
def back(
    request: Request[Any, Any, Any], house: AskedHouse, sight: AskedSight, code: Word = "", error: MaybeWord = None,
    iss: MaybeWord = None,
) -> Response[Any]:  # fmt: skip
    """Back from the provider."""
    browser, state = cookies.read(request, cookies.LEAVING), request.query_params.get("state", "")
    try:
        if error is not None:
            raise refuse("access.provider_refused", value=error[:60])
        if browser is None:
            raise refuse("access.visit_over")
        visit, outsider = outside.arrive(house.door, browser, state, code, iss)
        if visit.linking:
            return _linked(request, house, outsider)
        signed = outside.sign_in(house.door, outsider, caller(request))
    except Refused as refusal:
        return _refused(request, house, sight, refusal)
    before = visitor.held(request)
    if before:
        sessions.end(house.door, before)
    gone = cookies.gone(request, cookies.LEAVING)
    return onward(after_sign_in(visit.next), gone, *entered(request, signed))


@post("/prove", sync_to_thread=True, opt={"own": True})
def prove(request: Request[Any, Any, Any], house: AskedHouse, sight: AskedSight, data: Form) -> Response[Any]:
    """Give the password again, then link."""
    session, held = holder(request)
    try:
        signing_in.prove(house.door, session, held, word(data, "current"), caller(request))
    except Refused as refusal:
        return shown(sight, "prove.html", refusal=refusal, session=session)
    return onward("/account", done="proved")


@get("/prove", sync_to_thread=True, opt={"own": True})
def ask_proof(request: Request[Any, Any, Any], sight: AskedSight) -> Response[Any]:
    """The form for it."""
    return shown(sight, "prove.html", session=holder(request)[0])


@post("/outside/unlink", sync_to_thread=True, opt={"own": True})
def unlink(request: Request[Any, Any, Any], house: AskedHouse, data: Form) -> Response[Any]:
    """Part from the provider."""
    session, held = holder(request)
    if not session.has_password:
        raise refuse("access.last_way_in")
    outside.unlink(house.door, held, word(data, "issuer"))
    return onward("/account", done="unlinked")


def _sent(request: Request[Any, Any, Any], house: House, *, next: str, linking: bool) -> Response[Any]:
    browser = token()
    address = outside.depart(house.door, browser, next=next, linking=linking)
    left = cookies.made(request, cookies.LEAVING, browser, max_age=int(outside.PATIENCE.total_seconds()))
    return Redirect(address, status_code=303, headers=UNKEPT, cookies=[left])


def _linked(request: Request[Any, Any, Any], house: House, outsider: Outsider) -> Response[Any]:
    session, held = holder(request)
    outside.link(house.door, held, outsider)
    house.tell(session.person.login, "identity.linked")
    return onward("/account", cookies.gone(request, cookies.LEAVING), done="linked")


def _refused(request: Request[Any, Any, Any], house: House, sight: Sight, refusal: Refused) -> Response[Any]:
    """Told above the form for a password, which is the other way in."""
    if refusal.problems[0].code.startswith("web.") or visitor.visitor(request):
        raise refusal
    answer = sign_in_page(request, house, sight, refusal=refusal)
    answer.cookies.append(cookies.gone(request, cookies.LEAVING))
    return answer
