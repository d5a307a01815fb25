"""One's own keys: what programs may ask in one's name. A new key is shown once, on the answer to its form."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post

from tinhso.access.keys import making
from tinhso.access.keys.making import VERBS, Made, Wish
from tinhso.access.people import signing_in
from tinhso.access.people.sessions import Session
from tinhso.access.scope import Scope
from tinhso.foundation.problems import Refused
from tinhso.registers import declared
from tinhso.web.account.answers import holder, onward, shown, word, words
from tinhso.web.kit.asked import AskedHouse, AskedScope, AskedSight, Form, MaybeWord, PathNumber
from tinhso.web.kit.front import caller
from tinhso.web.kit.house import House
from tinhso.web.kit.sight import Sight

DAYS = (30, 90, 180, 365)


@get("/keys", sync_to_thread=True, opt={"own": True})
def keys(
    request: Request[Any, Any, Any], house: AskedHouse, sight: AskedSight, mine: AskedScope, done: MaybeWord = None
) -> Response[str]:
    """The keys there are, and the form for a new one."""
    session, held = holder(request)
    return _page(house, sight, mine, session, held, done=done)


@post("/keys", sync_to_thread=True, opt={"own": True}, status_code=200)
def make_key(
    request: Request[Any, Any, Any], house: AskedHouse, sight: AskedSight, mine: AskedScope, data: Form
) -> Response[str]:
    """Make a key and show it, this once."""
    session, held = holder(request)
    try:
        if session.has_password and not session.proved:
            signing_in.prove(house.door, session, held, word(data, "current"), caller(request))
        made = making.add_own(house.door, held, _wish(data))
    except Refused as refusal:
        return _page(house, sight, mine, session, held, refusal=refusal, said=data)
    return _page(house, sight, mine, session, held, made=made)


@post("/keys/{number:int}/revoke", sync_to_thread=True, opt={"own": True})
def revoke_key(request: Request[Any, Any, Any], house: AskedHouse, number: PathNumber) -> Response[Any]:
    """End one of one's own keys at once; somebody else's number does nothing."""
    _, held = holder(request)
    if 0 < number < 2**63:
        making.revoke_own(house.door, held, number)
    return onward("/account/keys", done="revoked")


def _page(
    house: House, sight: Sight, mine: Scope, session: Session, held: str, *, refusal: Refused | None = None,
    made: Made | None = None, said: dict[str, Any] | None = None, done: str | None = None,
) -> Response[str]:  # fmt: skip
    with house.db.app(mine.settings()) as conn:
        titles = {name: sight.say(each.title) for name, each in declared.every(conn).items()}
    verbs = [verb for verb in VERBS if mine.may(verb)]
    registers = [(name, title) for name, title in titles.items() if any(mine.may(verb, name) for verb in verbs)]
    return shown(
        sight, "keys.html", refusal=refusal, keys=making.own(house.door, held), made=made, verbs=verbs, titles=titles,
        registers=registers, days=DAYS, ask=session.has_password and not session.proved and made is None, done=done,
        session=session, name=word(said or {}, "name"), area=word(said or {}, "area"),
        chosen=words(said or {"verb": "read"}, "verb"), ticked=words(said or {}, "register"),
    )  # fmt: skip


def _wish(data: dict[str, Any]) -> Wish:
    told = word(data, "days")
    days = int(told) if told in map(str, DAYS) else 0
    area = word(data, "area").strip() or None
    clear = word(data, "clear") == "yes"
    return Wish(word(data, "name").strip(), words(data, "verb"), words(data, "register"), area, clear, days)
