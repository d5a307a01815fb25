"""Where whoever asks stands: their Scope, made from the grants of the moment, and the guard that asks for it."""

from __future__ import annotations

from typing import Any

from litestar.concurrency import sync_to_thread
from litestar.connection import ASGIConnection
from litestar.handlers.base import BaseRouteHandler

from tinhso.access import grants
from tinhso.access.keys import using
from tinhso.access.scope import Scope
from tinhso.foundation.problems import refuse
from tinhso.web.kit import bearing, visitor
from tinhso.web.kit.front import caller

KEPT = "tinhso.standing"
"""Where a request keeps its Scope once it was made; the next request asks anew, so that it feels what was revoked."""


def of(connection: ASGIConnection[Any, Any, Any, Any]) -> Scope:
    """The Scope of whoever is signed in or of the key that the request bears, made at most once a request; refused like
    ``visitor.signed_in``, or as ``access.keys`` refuses."""
    scope: Any = connection.scope
    if KEPT not in scope:
        scope[KEPT] = _made(connection)
    made: Scope = scope[KEPT]
    return made


def known(connection: ASGIConnection[Any, Any, Any, Any]) -> Scope | None:
    """The same for pages that anybody may see; None for whoever is not signed in and shows no key."""
    if bearing.held(connection) is not None:
        return of(connection)
    session = visitor.visitor(connection)
    shut = session is None or session.must_change or visitor.factor_due(connection, session)
    return None if shut else of(connection)


def _made(connection: ASGIConnection[Any, Any, Any, Any]) -> Scope:
    db, key, address = connection.app.state.house.db, bearing.held(connection), caller(connection).address
    if key is not None:
        return using.scope_of(db, key, address=address)
    session = visitor.entered(connection)
    with db.app() as conn:
        return grants.of(conn, session.person.login, address=address)


async def allowed(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """Guard: whoever asks is signed in and holds the route's verb for at least one register; or any verb or none, where
    the route is everybody's own.

    Which register and where, each reading and writing asks for itself.
    """
    standing, verb = await sync_to_thread(of, connection), handler.opt.get("verb")
    if verb is None and handler.opt.get("own"):
        return
    if verb is None or not standing.may(verb):
        raise refuse("registers.may_not", actor=standing.actor, verb=verb)
