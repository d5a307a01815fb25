"""Answers of this face: never kept by a browser, with cookies, and with what went wrong said above the form."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from litestar import Request, Response
from litestar.datastructures import Cookie
from litestar.response import Redirect

from tinhso.access.people.sessions import Session
from tinhso.access.people.signing_in import SignedIn
from tinhso.foundation.problems import Refused, refuse
from tinhso.web.kit import cookies, visitor
from tinhso.web.kit.pages import page
from tinhso.web.kit.refusals import status_of
from tinhso.web.kit.sight import Sight

UNKEPT = {"cache-control": "no-store"}


def shown(sight: Sight, template: str, *, refusal: Refused | None = None, **values: Any) -> Response[str]:
    """A page of this face; with a refusal its sentence stands above the form and the status says so too."""
    problem = refusal.problems[0] if refusal else None
    fault = (problem.vi if sight.language == "vi" else problem.en) if problem else None
    status = status_of(problem.code) if problem else 200
    answer = page(sight, f"account/{template}", status=status, fault=fault, **values)
    answer.headers |= UNKEPT
    if problem and "seconds" in problem.facts:
        answer.headers["retry-after"] = problem.facts["seconds"]
    return answer


def onward(path: str, *set_cookies: Cookie, done: str | None = None) -> Redirect:
    """On to another page of the house; ``done`` names what the next page tells was done."""
    address = f"{path}?{urlencode({'done': done})}" if done else path
    return Redirect(address, status_code=303, headers=UNKEPT, cookies=list(set_cookies))


def entered(request: Request[Any, Any, Any], signed: SignedIn) -> Iterable[Cookie]:
    """The cookies of a sign-in; the browser's own only once the sign-in is complete."""
    yield cookies.made(request, cookies.SESSION, signed.token)
    if not signed.pending:
        yield cookies.made(request, cookies.DEVICE, signed.device, max_age=cookies.YEAR)


def holder(request: Request[Any, Any, Any]) -> tuple[Session, str]:
    """The session behind the guards and its token."""
    session, token = visitor.visitor(request), visitor.held(request)
    if session is None or token is None:
        raise refuse("web.sign_in")
    return session, token


def words(data: dict[str, Any], name: str) -> list[str]:
    """A field of a form that may be sent several times, such as ticked boxes."""
    found = data.get(name, [])
    return [each for each in (found if isinstance(found, list) else [found]) if isinstance(each, str) and each]


def word(data: dict[str, Any], name: str) -> str:
    """A field of a form as text, empty where it was not sent."""
    found = data.get(name, "")
    return found if isinstance(found, str) else ""
