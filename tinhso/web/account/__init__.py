"""The door of the house: signing in and out, links that set a password, and everybody's own account."""

from __future__ import annotations

from litestar import Router
from litestar.types import ControllerRouterHandler

from tinhso.web.account.entering import code, enter, enter_code, leave, sign_in
from tinhso.web.account.factor import confirm, drop, renew, set_up
from tinhso.web.account.forgetting import forgotten, send_link
from tinhso.web.account.keys import keys, make_key, revoke_key
from tinhso.web.account.outside import ask_proof, back, depart, depart_to_link, prove, unlink
from tinhso.web.account.own import account, change, end_one, end_others, password
from tinhso.web.account.passkeys import (
    add_passkey,
    begin_entering,
    begin_passkey,
    begin_second,
    enter_by_passkey,
    own_passkeys,
    pass_by_passkey,
    remove_passkey,
)
from tinhso.web.account.trail import trail
from tinhso.web.account.welcome import accept, welcome
from tinhso.web.kit.visitor import nearly_signed_in, setting_up, signed_in


def router() -> Router:
    """All doors: those for anybody, those for people signed in, and those for a password that has to be changed and a
    second factor that has to be set up."""
    anybody: list[ControllerRouterHandler] = [
        sign_in, enter, code, enter_code, leave, welcome, accept, depart, back, forgotten, send_link,
        begin_entering, enter_by_passkey, begin_second, pass_by_passkey,
    ]  # fmt: skip
    own: list[ControllerRouterHandler] = [
        account, end_one, end_others, renew, drop, depart_to_link, prove, ask_proof, unlink,
        trail, keys, make_key, revoke_key, remove_passkey,
    ]  # fmt: skip
    factors: list[ControllerRouterHandler] = [set_up, confirm, own_passkeys, begin_passkey, add_passkey]
    return Router(
        "/",
        route_handlers=[
            *anybody,
            Router("/account", route_handlers=own, guards=[signed_in]),
            Router("/account", route_handlers=factors, guards=[setting_up]),
            Router("/account/password", route_handlers=[password, change], guards=[nearly_signed_in]),
        ],
    )
