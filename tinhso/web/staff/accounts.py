"""What who administers does with accounts: invite, reset, end, shut, open. Each is noted by the room that does it.

A one-time link goes by mail where that is chosen, and is shown to nobody then; else it is on the answer, this once.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from litestar import Request, Response, get, post
from litestar.response import Redirect

from tinhso.access.people import accounts, listed
from tinhso.access.scope import Scope
from tinhso.foundation.database import Connection
from tinhso.foundation.problems import Refused, refuse
from tinhso.web.kit.asked import AskedHouse, AskedScope, AskedSight, Form, PathWord
from tinhso.web.kit.house import House
from tinhso.web.kit.pages import page
from tinhso.web.kit.refusals import status_of
from tinhso.web.kit.sight import Sight
from tinhso.web.staff.people import address_of, person_page

Doing = Callable[..., object]
PLAIN: dict[str, Doing] = {
    "disable": accounts.disable, "enable": accounts.enable, "end": accounts.end_sessions,
    "factor": accounts.reset_second_factor,
}  # fmt: skip
"""What is done to an account and gives no link."""
LINKED: dict[str, tuple[str, Callable[..., str]]] = {
    "invite": ("invitation", accounts.invite), "reset": ("reset", accounts.reset),
}  # fmt: skip
"""What makes a link: its kind, and what is done."""


@get("/invite", sync_to_thread=True, opt={"verb": "administer"})
def invitation(house: AskedHouse, sight: AskedSight, mine: AskedScope) -> Response[str]:
    """The form for somebody new."""
    return _form(house, sight, {})


@post("/invite", sync_to_thread=True, opt={"verb": "administer"}, status_code=200)
def invite(
    request: Request[Any, Any, Any], house: AskedHouse, sight: AskedSight, mine: AskedScope, data: Form
) -> Response[Any]:
    """Make an account without a password, and the link that opens it."""
    said = {name: str(data.get(name, "")).strip() for name in ("login", "name", "mail", "way")}
    try:
        _expect_mail(house, said["way"], said["mail"], said["login"])
        with listed.keeping(house.db, mine) as conn:
            login = accounts.add(conn, said["login"], said["name"], said["mail"] or None, actor=mine.actor)
            path = _linked(house, conn, login, "invite", said["way"] == "mail", mine)
    except Refused as refusal:
        return _form(house, sight, said, refusal)
    return _answer(request, house, sight, mine, login, "invite", path)


@post("/people/{login:str}/{act:str}", sync_to_thread=True, opt={"verb": "administer"}, status_code=200)
def act_on(
    request: Request[Any, Any, Any], house: AskedHouse, sight: AskedSight, mine: AskedScope, login: PathWord,
    act: PathWord, data: Form,
) -> Response[Any]:  # fmt: skip
    """Do one thing with an account; never with one's own, which has its own page."""
    if act not in {*PLAIN, *LINKED}:
        raise refuse("web.not_found")
    by_mail = str(data.get("way", "")) == "mail"
    try:
        if login == mine.actor:
            raise refuse("access.own_account")
        with listed.keeping(house.db, mine) as conn:
            path = _linked(house, conn, login, act, by_mail, mine) if act in LINKED else None
            if act in PLAIN:
                PLAIN[act](conn, login, actor=mine.actor)
    except Refused as refusal:
        if refusal.problems[0].code == "access.unknown_person":
            raise
        return person_page(house, sight, mine, login, refusal=refusal)
    told = {"factor": "second_factor.dropped", "reset": "" if by_mail else "reset.made"}.get(act)
    if told:
        house.tell(login, told)  # nobody else sees a link, or a factor less, without its person being told
    return _answer(request, house, sight, mine, login, act, path)


def _linked(house: House, conn: Connection[Any], login: str, act: str, by_mail: bool, mine: Scope) -> str | None:
    """Make the link; its path where it is to be shown, None where it goes by mail."""
    kind, made = LINKED[act]
    path = made(conn, login, actor=mine.actor, by_mail=by_mail)
    if not by_mail:
        return path
    mail = conn.execute("select mail from access.person where login = %s", [login]).fetchone()
    _expect_mail(house, "mail", mail[0] if mail else None, login)
    assert house.letters is not None
    house.letters.send_link(conn, login, kind, path, actor=mine.actor)
    return None


def _expect_mail(house: House, way: str, mail: str | None, login: str) -> None:
    if way == "mail" and house.letters is None:
        raise refuse("access.no_mail")
    if way == "mail" and not mail:
        raise refuse("access.no_mail_address", value=login)


def _answer(
    request: Request[Any, Any, Any], house: House, sight: Sight, mine: Scope, login: str, act: str, path: str | None
) -> Response[Any]:
    """On to the person's page; a link to be handed over is on this very answer, and nowhere afterwards."""
    if path is not None:
        return person_page(house, sight, mine, login, link=address_of(request, house) + path, done=act)
    done = f"{act}-mail" if act in LINKED else act
    return Redirect(f"/staff/people/{quote(login)}?done={done}", status_code=303, headers={"cache-control": "no-store"})


def _form(house: House, sight: Sight, said: dict[str, str], refusal: Refused | None = None) -> Response[str]:
    problem = refusal.problems[0] if refusal else None
    return page(
        sight, "staff/invite.html", status=status_of(problem.code) if problem else 200, mails=house.letters is not None,
        said={"login": "", "name": "", "mail": "", "way": "mail" if house.letters else "shown", **said},
        fault=(problem.vi if sight.language == "vi" else problem.en) if problem else None,
    )  # fmt: skip
