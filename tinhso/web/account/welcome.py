"""Where the link of an invitation or a reset leads: set a password."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post

from tinhso.access.people import links, passwords
from tinhso.foundation.problems import Refused, refuse
from tinhso.web.account.answers import onward, shown, word
from tinhso.web.kit import cookies
from tinhso.web.kit.asked import AskedHouse, AskedSight, Form, PathWord


@get("/welcome/{secret:str}", sync_to_thread=True, opt={"public": True})
def welcome(house: AskedHouse, sight: AskedSight, secret: PathWord) -> Response[str]:
    """Whom the link is for, and the form; looking at it does not use it up."""
    link = links.read(house.door, secret)
    return shown(sight, "welcome.html", link=link, least=passwords.SHORTEST)


@post("/welcome/{secret:str}", sync_to_thread=True, opt={"public": True})
def accept(
    request: Request[Any, Any, Any], house: AskedHouse, sight: AskedSight, secret: PathWord, data: Form
) -> Response[Any]:
    """Set the password; then one signs in with it, so that the browser may offer to keep it."""
    link = links.read(house.door, secret)
    try:
        if word(data, "new") != word(data, "again"):
            raise refuse("access.passwords_differ")
        device = links.use(house.door, secret, word(data, "new"))
    except Refused as refusal:
        return shown(sight, "welcome.html", refusal=refusal, link=link, least=passwords.SHORTEST)
    house.tell(link.login, f"{link.kind}.used")
    known = cookies.made(request, cookies.DEVICE, device, max_age=cookies.YEAR)
    return onward("/sign-in", known, cookies.gone(request, cookies.SESSION), done="welcome")
