"""A stream of events asked like any other exit: what it tells first, over the application's own front door (ASGI)."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

PATIENCE = 20.0
"""Seconds after which a stream that tells nothing is left."""


@dataclass
class Answer:
    """What came until the reader went away, as other answers have it."""

    status_code: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    content: bytes = b""


def first(app: Any, address: str, query: Mapping[str, str], headers: Mapping[str, str], events: int = 1) -> Answer:
    """The answer until so many changes were told, or its end where it is no stream."""
    return asyncio.run(_first(app, address, query, headers, events))


async def _first(app: Any, address: str, query: Mapping[str, str], headers: Mapping[str, str], events: int) -> Answer:
    answer, enough = Answer(), asyncio.Event()
    split = urlsplit(address)
    asked = "&".join(part for part in (split.query, urlencode(query)) if part)
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http",
        "path": split.path, "raw_path": split.path.encode(), "query_string": asked.encode(), "root_path": "",
        "headers": [(name.encode(), value.encode()) for name, value in {"host": "tinhso.example", **headers}.items()],
        "client": ("127.0.0.1", 1), "server": ("tinhso.example", 80), "state": {},
    }  # fmt: skip
    begun = False

    async def receive() -> dict[str, Any]:
        nonlocal begun
        if not begun:
            begun = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await enough.wait()
        return {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            answer.status_code = message["status"]
            answer.headers = {name.decode().lower(): value.decode() for name, value in message.get("headers", ())}
        elif message["type"] == "http.response.body":
            answer.content += message.get("body", b"")
            if answer.content.count(b"event: change") >= events:
                enough.set()

    asking = asyncio.ensure_future(app(scope, receive, send))
    telling = asyncio.ensure_future(enough.wait())
    await asyncio.wait({asking, telling}, timeout=PATIENCE, return_when=asyncio.FIRST_COMPLETED)
    enough.set()
    telling.cancel()
    asking.cancel()
    await asyncio.gather(asking, telling, return_exceptions=True)
    return answer
