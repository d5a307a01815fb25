"""Who may knock at which door: headers of every answer, no requests from other sites."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from litestar.connection import ASGIConnection
from litestar.handlers.base import BaseRouteHandler

from tinhso.foundation.problems import refuse
from tinhso.web.kit import bearing

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
    "vary": "Cookie, Authorization, Accept-Language",
}
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def _is_name(host: str) -> bool:
    """Whether a ``Host`` header is a name or an address with a port or without, and nothing else."""
    try:
        parts = urlsplit(f"//{host}")
        return bool(parts.hostname) and "@" not in host and parts.netloc == host and (parts.port, True)[1]
    except ValueError:
        return False


async def same_site(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """Guard of every door: refuse a changing request that a page of another site made the browser send, and any
    request whose ``Host`` is no name. It waits for nothing; being async it needs no thread, which each request would
    pay for.
    """
    if not _is_name(connection.headers.get("host", "")):
        raise refuse("web.bad_request", value="Host")
    if connection.scope.get("method") in _SAFE or bearing.held(connection) is not None:
        return  # no page of another site can make a browser bear a key: that needs our leave (Fetch, CORS preflight)
    headers = connection.headers
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    foreign = site is not None and site not in ("same-origin", "none")
    elsewhere = origin is not None and origin.partition("://")[2] != headers.get("host")
    unsaid = site is None and origin is None and "cookie" in headers
    if foreign or elsewhere or unsaid:
        raise refuse("web.another_site")
