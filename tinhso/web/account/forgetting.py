"""A forgotten password: a link by mail. What is answered, and when, tells nobody whether there is such an account."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post

from tinhso.access.people.letters import Letters
from tinhso.foundation.problems import Refused, refuse
from tinhso.web.account.answers import shown, word
from tinhso.web.kit.asked import AskedHouse, AskedSight, Form
from tinhso.web.kit.front import caller
from tinhso.web.kit.house import House


@get("/sign-in/forgotten", sync_to_thread=True, opt={"public": True})
def forgotten(house: AskedHouse, sight: AskedSight) -> Response[Any]:
    """The form, where this house sends mail."""
    _letters(house)
    return shown(sight, "forgotten.html", login="", sent=False)


@post("/sign-in/forgotten", sync_to_thread=True, opt={"public": True}, status_code=200)
def send_link(request: Request[Any, Any, Any], house: AskedHouse, sight: AskedSight, data: Form) -> Response[Any]:
    """The same words for everybody; who it is, if anybody, a job finds out afterwards."""
    letters, login = _letters(house), word(data, "login")[:100]
    try:
        letters.forgotten(login, caller(request))
    except Refused as refusal:
        return shown(sight, "forgotten.html", refusal=refusal, login=login, sent=False)
    return shown(sight, "forgotten.html", login=login, sent=True)


def _letters(house: House) -> Letters:
    if house.letters is None:
        raise refuse("access.no_mail")
    return house.letters
