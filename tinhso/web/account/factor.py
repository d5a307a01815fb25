"""The second factor: set it up with an authenticator app, renew the recovery codes, do without it again."""

from __future__ import annotations

import base64
from typing import Any

import zxingcpp
from litestar import Request, Response, get, post

from tinhso.access.people import second_factor, signing_in
from tinhso.access.people.second_factor import Offer
from tinhso.access.people.sessions import Session
from tinhso.foundation.problems import Refused
from tinhso.web.account.answers import holder, onward, shown, word
from tinhso.web.kit import cookies
from tinhso.web.kit.asked import AskedHouse, AskedSight, Form, MaybeWord
from tinhso.web.kit.front import DESK, caller, own_path
from tinhso.web.kit.house import House
from tinhso.web.kit.sight import Sight


@get("/second-factor", sync_to_thread=True, opt={"own": True})
def set_up(
    request: Request[Any, Any, Any], house: AskedHouse, sight: AskedSight, next: MaybeWord = None
) -> Response[Any]:
    """The QR code and the form for its first code; or, where there is a second factor, what can be done with it."""
    session, held = holder(request)
    return _form(house, sight, session, held, following=_onward(session, next))


@post("/second-factor", sync_to_thread=True, opt={"own": True})
def confirm(request: Request[Any, Any, Any], house: AskedHouse, sight: AskedSight, data: Form) -> Response[Any]:
    """Set it up; the recovery codes are shown this once."""
    session, held = holder(request)
    following = _onward(session, word(data, "next"))
    try:
        _prove(request, house, session, held, data)
        confirmed = second_factor.confirm(house.door, held, word(data, "code"))
    except Refused as refusal:
        return _form(house, sight, session, held, refusal, following)
    house.tell(session.person.login, "second_factor.set")
    answer = shown(sight, "codes.html", codes=confirmed.codes, fresh=True, following=following)
    answer.cookies.append(cookies.made(request, cookies.SESSION, confirmed.token))
    return answer


@post("/recovery-codes", sync_to_thread=True, opt={"own": True})
def renew(request: Request[Any, Any, Any], house: AskedHouse, sight: AskedSight, data: Form) -> Response[Any]:
    """Ten new recovery codes, shown this once; the old ones are over."""
    session, held = holder(request)
    try:
        _prove(request, house, session, held, data)
        codes = second_factor.renew_codes(house.door, held)
    except Refused as refusal:
        return _form(house, sight, session, held, refusal)
    house.tell(session.person.login, "recovery_codes.renewed")
    return shown(sight, "codes.html", codes=codes, fresh=False, following="/account")


@post("/second-factor/off", sync_to_thread=True, opt={"own": True})
def drop(request: Request[Any, Any, Any], house: AskedHouse, sight: AskedSight, data: Form) -> Response[Any]:
    """Do without a second factor again."""
    session, held = holder(request)
    try:
        _prove(request, house, session, held, data)
        second_factor.drop(house.door, held)
    except Refused as refusal:
        return _form(house, sight, session, held, refusal)
    house.tell(session.person.login, "second_factor.dropped")
    return onward("/account", done="factor_off")


def _onward(session: Session, asked: str | None) -> str:
    """Where to go on to afterwards: back to the account, or for somebody who was held up here to what was wanted."""
    following = own_path(asked)
    return following if following != "/" else DESK if session.factor_due else "/account"


def _form(
    house: House, sight: Sight, session: Session, held: str, refusal: Refused | None = None, following: str = "/account"
) -> Response[str]:
    state = second_factor.state(house.door, held)
    ask = session.has_password and not session.proved
    if state.confirmed:
        return shown(sight, "factor.html", refusal=refusal, session=session, state=state, ask=ask)
    offer = second_factor.offer(house.door, session, held)
    return shown(
        sight, "set_up.html", refusal=refusal, session=session, offer=offer, picture=picture(offer), ask=ask,
        following=following, due=house.demands_factor and session.factor_due,
        spelled=" ".join(offer.secret[start : start + 4] for start in range(0, len(offer.secret), 4)),
    )  # fmt: skip


def _prove(request: Request[Any, Any, Any], house: House, session: Session, held: str, data: dict[str, Any]) -> None:
    """With the present password, where the last proof is too old; without it the database refuses."""
    if session.has_password and not session.proved:
        signing_in.prove(house.door, session, held, word(data, "current"), caller(request))


def picture(offer: Offer) -> str:
    """The QR code (ISO/IEC 18004) as a ``data:`` address of an SVG, so that the secret is in this page only."""
    drawn = zxingcpp.create_barcode(offer.address, zxingcpp.BarcodeFormat.QRCode, ec_level="M").to_svg()
    return f"data:image/svg+xml;base64,{base64.b64encode(drawn.encode()).decode()}"
