"""One's own account: who one is here, the password, and where one is signed in."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post

from tinhso.access.people import outside, passwords, second_factor, sessions, signing_in
from tinhso.foundation.problems import Refused, refuse
from tinhso.web.account.answers import holder, onward, shown, word
from tinhso.web.kit import cookies
from tinhso.web.kit.asked import AskedHouse, AskedSight, Form, MaybeWord, PathNumber
from tinhso.web.kit.front import caller, own_path


@get("/", sync_to_thread=True, opt={"own": True})
def account(
    request: Request[Any, Any, Any], house: AskedHouse, sight: AskedSight, done: MaybeWord = None
) -> Response[str]:
    """Everything about one's own account."""
    session, held = holder(request)
    return shown(
        sight, "account.html", session=session, factor=second_factor.state(house.door, held),
        sessions=sessions.mine(house.door, held), identities=outside.mine(house.door, held), done=done,
    )  # fmt: skip


@post("/sessions/{number:int}/end", sync_to_thread=True, opt={"own": True})
def end_one(request: Request[Any, Any, Any], house: AskedHouse, number: PathNumber) -> Response[Any]:
    """End one of one's own sessions; somebody else's number does nothing."""
    session, held = holder(request)
    if 0 < number < 2**63:
        sessions.end(house.door, held, number)
    if number == session.id:
        return onward("/sign-in", cookies.gone(request, cookies.SESSION), done="out")
    return onward("/account", done="ended")


@post("/sessions/end", sync_to_thread=True, opt={"own": True})
def end_others(request: Request[Any, Any, Any], house: AskedHouse) -> Response[Any]:
    """End all sessions but this one."""
    _, held = holder(request)
    sessions.end_others(house.door, held)
    return onward("/account", done="ended")


@get("/", sync_to_thread=True, opt={"own": True})
def password(request: Request[Any, Any, Any], sight: AskedSight, next: MaybeWord = None) -> Response[str]:
    """The form for a new password."""
    session, _ = holder(request)
    return shown(
        sight, "password.html", session=session, ask=_asks(request), least=passwords.SHORTEST, next=own_path(next)
    )


@post("/", sync_to_thread=True, opt={"own": True})
def change(request: Request[Any, Any, Any], house: AskedHouse, sight: AskedSight, data: Form) -> Response[Any]:
    """Change the password; all other sessions end."""
    session, held = holder(request)
    following = own_path(word(data, "next"))
    try:
        if word(data, "new") != word(data, "again"):
            raise refuse("access.passwords_differ")
        if _asks(request):
            signing_in.prove(house.door, session, held, word(data, "current"), caller(request))
        made = signing_in.change_password(house.door, session, held, word(data, "new"))
    except Refused as refusal:
        return shown(
            sight, "password.html", refusal=refusal, session=session, ask=_asks(request), least=passwords.SHORTEST,
            next=following,
        )  # fmt: skip
    house.tell(session.person.login, "password.changed")
    cookie = cookies.made(request, cookies.SESSION, made)
    return onward(following, cookie) if following != "/" else onward("/account", cookie, done="password")


def _asks(request: Request[Any, Any, Any]) -> bool:
    """The present password is asked for, but not of somebody who has none, or typed a one-time one just now."""
    session, _ = holder(request)
    return session.has_password and not (session.must_change and session.proved)
