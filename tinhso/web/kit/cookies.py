"""The two cookies of sign-in: the session, and the browser as one in which somebody signed in before.

Over https their names begin with ``__Host-``, which browsers take from this very host only (RFC 6265bis section 4.1.3),
so no neighbouring site can plant one.
"""

from __future__ import annotations

from typing import Any

from litestar.connection import ASGIConnection
from litestar.datastructures import Cookie

SESSION, DEVICE, LEAVING, CITIZEN = "tinhso", "tinhso-device", "tinhso-leaving", "tinhso-citizen"
YEAR = 365 * 24 * 3600


def secure(connection: ASGIConnection[Any, Any, Any, Any]) -> bool:
    """Whether visitors come over https: by this connection, or by the address the house says it has."""
    return connection.url.scheme == "https" or connection.app.state.house.front.secure


def read(connection: ASGIConnection[Any, Any, Any, Any], name: str) -> str | None:
    """A cookie of ours; under https only the one that nobody else can have planted."""
    return connection.cookies.get(_named(connection, name)) or None


def made(
    connection: ASGIConnection[Any, Any, Any, Any], name: str, value: str, *, max_age: int | None = None
) -> Cookie:
    """A cookie to set: unreadable for scripts, not sent along from other sites; gone with the browser by default."""
    return Cookie(
        _named(connection, name), value=value, path="/", httponly=True, samesite="lax", secure=secure(connection),
        max_age=max_age,
    )  # fmt: skip


def gone(connection: ASGIConnection[Any, Any, Any, Any], name: str) -> Cookie:
    """The cookie taken away."""
    return made(connection, name, "", max_age=0)


def _named(connection: ASGIConnection[Any, Any, Any, Any], name: str) -> str:
    return f"__Host-{name}" if secure(connection) else name
