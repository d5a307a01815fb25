"""The house as seen from outside: its address, proxies that may speak for others, and who calls."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlsplit

from litestar.connection import ASGIConnection

from tinhso.access.people.door import LONGEST_DEVICE, UNKNOWN, Caller
from tinhso.web.kit import cookies

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


def own_path(asked: str | None) -> str:
    """Where to go on to, if it is a path of this house; else the first page. Nothing leads elsewhere."""
    path = asked or ""
    if len(path) > 2000 or not _own_path.fullmatch(path) or urlsplit(path).netloc:
        return "/"
    return quote(path, safe="/?&=%+,:;@!$'()*~-._")


def _device(agent: str) -> str:
    found = [next((word for sign, word in signs if sign in agent), None) for signs in (BROWSERS, SYSTEMS)]
    return " · ".join(filter(None, found)) or agent.partition("/")[0][:40] or UNKNOWN
