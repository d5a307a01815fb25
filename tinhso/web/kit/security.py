"""Who may knock at which door: headers of every answer, this machine only, no requests from other sites."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from litestar.connection import ASGIConnection
from litestar.handlers.base import BaseRouteHandler

from tinhso.foundation.problems import refuse

HEADERS = {
    "content-security-policy": (
        "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self';"
        " frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), interest-cohort=()",
    "vary": "Cookie, Accept-Language",
}
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_RELAYED = ("forwarded", "x-forwarded-for", "x-real-ip")


def from_this_machine(connection: ASGIConnection[Any, Any, Any, Any]) -> bool:
    """Whether a request comes from this machine itself, under a name of this machine.

    A request passed on by a proxy does not count, whoever sent it; a foreign ``Host`` would be a rebound name.
    """
    if any(name in connection.headers for name in _RELAYED) or connection.client is None:
        return False
    return _loopback(connection.client.host) and _loopback(_name(connection.headers.get("host", "")))


def only_this_machine(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """Guard of the officers' pages until people sign in."""
    if not from_this_machine(connection):
        raise refuse("web.this_machine_only")


async def same_site(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """Guard of every door: refuse a changing request that a page of another site made the browser send.

    It waits for nothing; being async it needs no thread, which every request would pay for.
    """
    if connection.scope.get("method") in _SAFE:
        return
    headers = connection.headers
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    foreign = site is not None and site not in ("same-origin", "none")
    elsewhere = origin is not None and origin.partition("://")[2] != headers.get("host")
    unsaid = site is None and origin is None and "cookie" in headers
    if foreign or elsewhere or unsaid:
        raise refuse("web.another_site")


def _name(host: str) -> str | None:
    """The name in a ``Host`` header, if it is one and nothing but one."""
    try:
        parts = urlsplit(f"//{host}")
        return None if "@" in host or parts.netloc != host else (parts.port, parts.hostname)[1]
    except ValueError:
        return None


def _loopback(host: str | None) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host or "").is_loopback
    except ValueError:
        return False
