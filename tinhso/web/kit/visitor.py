"""Who is asking: the person signed in, read once a request, and the guard of pages that need one."""

from __future__ import annotations

from typing import Any

from litestar.concurrency import sync_to_thread
from litestar.connection import ASGIConnection
from litestar.handlers.base import BaseRouteHandler

from tinhso.access.people import sessions
from tinhso.access.people.sessions import Session
from tinhso.foundation.problems import refuse
from tinhso.web.kit import bearing, cookies

READ = "tinhso.session"
"""Where a request keeps its session once it was read; never in ``state``, which a server may share."""


def held(connection: ASGIConnection[Any, Any, Any, Any]) -> str | None:
    """The session's token as the browser sent it; none where a program shows its key."""
    return None if bearing.held(connection) is not None else cookies.read(connection, cookies.SESSION)


def session(connection: ASGIConnection[Any, Any, Any, Any]) -> Session | None:
    """The session of a request, also one that waits for its second factor; asks the database at most once."""
    scope: Any = connection.scope
    if READ not in scope:
        token = held(connection)
        scope[READ] = sessions.read(connection.app.state.house.door, token) if token else None
    found: Session | None = scope[READ]
    return found


def visitor(connection: ASGIConnection[Any, Any, Any, Any]) -> Session | None:
    """Who is signed in, completely; None for everybody else."""
    found = session(connection)
    return None if found is None or found.pending else found


def factor_due(connection: ASGIConnection[Any, Any, Any, Any], found: Session) -> bool:
    """Whether somebody has to set a second factor up before anything else is open, in a house that demands it."""
    return found.factor_due and connection.app.state.house.demands_factor


def entered(connection: ASGIConnection[Any, Any, Any, Any]) -> Session:
    """Who is signed in; refused with ``web.sign_in`` for everybody else (a browser is sent to sign in and comes back,
    ``/api`` answers 401), with ``web.change_password`` for somebody whose password was made by another, and with
    ``web.set_up_factor`` for somebody whose role demands a second factor."""
    found = visitor(connection)
    if found is None:
        raise refuse("web.sign_in")
    if found.must_change:
        raise refuse("web.change_password")
    if factor_due(connection, found):
        raise refuse("web.set_up_factor")
    return found


async def signed_in(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """Guard of pages that need somebody signed in, whatever they may do."""
    await sync_to_thread(entered, connection)


async def setting_up(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """The same guard for the pages where a second factor is set up, which are open to whoever has to do so."""
    found = await sync_to_thread(visitor, connection)
    if found is None:
        raise refuse("web.sign_in")
    if found.must_change:
        raise refuse("web.change_password")


async def nearly_signed_in(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """The same guard for the page where that password is changed, and for leaving."""
    if await sync_to_thread(visitor, connection) is None:
        raise refuse("web.sign_in")
