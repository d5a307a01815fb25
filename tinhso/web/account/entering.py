"""Signing in: login and password, then the second factor where there is one; and signing out."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from litestar import Request, Response, get, post

from tinhso.access.people import second_factor, sessions, signing_in
from tinhso.foundation.problems import Refused
from tinhso.web.account.answers import entered, onward, word
from tinhso.web.account.passkeys import code_page, sign_in_page
from tinhso.web.kit import cookies, visitor
from tinhso.web.kit.asked import AskedHouse, AskedSight, Form, MaybeWord
from tinhso.web.kit.front import after_sign_in, caller, own_path


@get("/sign-in", sync_to_thread=True, opt={"public": True})
def sign_in(
    request: Request[Any, Any, Any], house: AskedHouse, sight: AskedSight, next: MaybeWord = None,
    done: MaybeWord = None,
) -> Response[Any]:  # fmt: skip
    """The form; whoever is signed in already goes on at once."""
    if visitor.visitor(request):
        return onward(after_sign_in(next))
    return sign_in_page(request, house, sight, following=own_path(next), done=done)


@post("/sign-in", sync_to_thread=True, opt={"public": True})
def enter(request: Request[Any, Any, Any], house: AskedHouse, sight: AskedSight, data: Form) -> Response[Any]:
    """Open a session under a new token; whatever session the browser brought is ended."""
    login, following = word(data, "login"), own_path(word(data, "next"))
    try:
        signed = signing_in.sign_in(house.door, login, word(data, "password"), caller(request))
    except Refused as refusal:
        return sign_in_page(request, house, sight, refusal=refusal, login=login, following=following)
    before = visitor.held(request)
    if before:
        sessions.end(house.door, before)
    return onward(_after(signed.pending, following), *entered(request, signed))


@get("/sign-in/code", sync_to_thread=True, opt={"public": True})
def code(
    request: Request[Any, Any, Any], house: AskedHouse, sight: AskedSight, next: MaybeWord = None
) -> Response[Any]:
    """The form for the second factor, for a session that waits for it."""
    waiting, held = visitor.session(request), visitor.held(request)
    if waiting is None or held is None or not waiting.pending:
        return onward("/sign-in" if waiting is None else after_sign_in(next))
    return code_page(request, house, sight, held, following=own_path(next))


@post("/sign-in/code", sync_to_thread=True, opt={"public": True})
def enter_code(request: Request[Any, Any, Any], house: AskedHouse, sight: AskedSight, data: Form) -> Response[Any]:
    """Finish the sign-in; the session goes on under another token."""
    held, following = visitor.held(request), own_path(word(data, "next"))
    if held is None:
        return onward("/sign-in")
    try:
        signed = second_factor.enter(house.door, held, word(data, "code"))
    except Refused as refusal:
        if refusal.problems[0].code == "access.begin_again":
            return sign_in_page(request, house, sight, refusal=refusal, following=following)
        return code_page(request, house, sight, held, refusal=refusal, following=following)
    waited = visitor.session(request)
    if waited is not None:
        house.tell(waited.person.login, "recovery_code.used")
    return onward(after_sign_in(following), *entered(request, signed))


@post("/sign-out", sync_to_thread=True, opt={"public": True})
def leave(request: Request[Any, Any, Any], house: AskedHouse) -> Response[Any]:
    """End the session, in the database and in the browser."""
    held = visitor.held(request)
    if held:
        sessions.end(house.door, held)
    return onward("/sign-in", cookies.gone(request, cookies.SESSION), done="out")


def _after(pending: bool, following: str) -> str:
    if not pending:
        return after_sign_in(following)
    return f"/sign-in/code?{urlencode({'next': following})}" if following != "/" else "/sign-in/code"
