"""The house as seen from outside: its address, proxies that may speak for others, and who calls."""

from __future__ import annotations

import ipaddress
import re
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlsplit

from litestar.connection import ASGIConnection

from tinhso.access.people.door import LONGEST_DEVICE, UNKNOWN, Caller
from tinhso.access.people.passkeys import Site
from tinhso.web.kit import cookies

DESK = "/staff"
"""The first page of whoever is signed in."""
BROWSERS = (("Edg/", "Edge"), ("OPR/", "Opera"), ("coc_coc", "Cốc Cốc"), ("SamsungBrowser", "Samsung Internet"),
            ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))  # fmt: skip
SYSTEMS = (("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"),
           ("Mac OS", "macOS"), ("Linux", "Linux"))  # fmt: skip
_own_path = re.compile(r"/(?![/\\])[^\x00-\x20\\]*")


@dataclass(frozen=True, slots=True)
class Front:
    """``address`` as people type it, such as ``https://tinhso.hagiang.gov.vn``; ``proxies`` are network addresses whose
    ``X-Forwarded-For`` is believed (its last entry only: the one that the proxy wrote itself).
    """

    address: str = ""
    proxies: frozenset[str] = field(default_factory=frozenset)

    @property
    def secure(self) -> bool:
        return self.address.startswith("https://")


def caller(connection: ASGIConnection[Any, Any, Any, Any]) -> Caller:
    """Who knocks: network address, browser and system in words, and the browser's own token."""
    address = connection.client.host if connection.client else UNKNOWN
    if address in connection.app.state.house.front.proxies:
        address = connection.headers.get("x-forwarded-for", "").rpartition(",")[2].strip() or address
    agent = connection.headers.get("user-agent", "")[:1000]
    return Caller(address[:64], _device(agent)[:LONGEST_DEVICE], cookies.read(connection, cookies.DEVICE))


def site(connection: ASGIConnection[Any, Any, Any, Any]) -> Site | None:
    """Whom passkeys sign for: the house at the address it says it has; None where browsers would not have it.

    They want a name and https (Web Authentication level 2, 5.1.3), or this very machine as ``localhost``. The name that
    a request says it was sent to counts only there: elsewhere anybody could write it.
    """
    address = connection.app.state.house.front.address
    parts = urlsplit(address or f"{connection.url.scheme}://{connection.headers.get('host', '')}")
    host = parts.hostname or ""
    if host == "localhost":
        return Site(host, f"{parts.scheme}://{parts.netloc}")
    if not address or parts.scheme != "https" or _is_number(host):
        return None
    return Site(host, f"https://{parts.netloc.lower().removesuffix(':443')}")


def _is_number(host: str) -> bool:
    with suppress(ValueError):
        return bool(ipaddress.ip_address(host))
    return False


def own_path(asked: str | None) -> str:
    """Where to go on to, if it is a path of this house; else the first page. Nothing leads elsewhere."""
    path = asked or ""
    if len(path) > 2000 or not _own_path.fullmatch(path) or urlsplit(path).netloc:
        return "/"
    return quote(path, safe="/?&=%+,:;@!$'()*~-._")


def after_sign_in(asked: str | None) -> str:
    """Where a sign-in leads: where somebody wanted to go, else to the own first page."""
    path = own_path(asked)
    return DESK if path == "/" else path


def _device(agent: str) -> str:
    found = [next((word for sign, word in signs if sign in agent), None) for signs in (BROWSERS, SYSTEMS)]
    return " · ".join(filter(None, found)) or agent.partition("/")[0][:40] or UNKNOWN
