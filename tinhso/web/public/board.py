"""The public board: a page, and a stream that sends the pieces of it that change."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Any

import msgspec
from litestar import Request, Response, get
from litestar.response import ServerSentEvent
from litestar.response.sse import ServerSentEventMessage

from tinhso.areas import find
from tinhso.dashboards import declared as dashboards
from tinhso.foundation.problems import refuse
from tinhso.foundation.translations import LANGUAGES
from tinhso.web.kit import feed, places, progress
from tinhso.web.kit.asked import AskedHouse, AskedSight, MaybeWord, Word
from tinhso.web.kit.house import House
from tinhso.web.kit.live import Pieces, State, state
from tinhso.web.kit.pages import page, pieces
from tinhso.web.kit.places import Here
from tinhso.web.kit.sight import Sight
from tinhso.web.public.views import board as views
from tinhso.web.public.views.board import BoardView

BOARD = "article"
BEAT = 15
"""Seconds between signs of life on a quiet stream, so that nobody in between closes it."""


@get("/", sync_to_thread=True, opt={"public": True})
def home(house: AskedHouse, sight: AskedSight, area: MaybeWord = None) -> Response[str]:
    """The board of an area, the whole province where none is named."""
    here, view = _looked(house, sight, BOARD, area)
    version = state(_pieces(sight, view)).version
    address = f"/live?board={BOARD}&area={here.code}&lang={sight.language}&seen={version}"
    return page(sight, "public/board.html", view=view, here=here, address=address)


@get("/live", opt={"public": True})
async def live(
    request: Request[Any, Any, Any], house: AskedHouse, board: Word = BOARD, area: Word = "", lang: Word = "vi",
    seen: Word = "",
) -> ServerSentEvent:  # fmt: skip
    """Server-sent events: ``change`` with the pieces of the page (id -> HTML) that changed since ``seen``."""
    language = next((each for each in LANGUAGES if each == lang), LANGUAGES[0])
    known = request.headers.get("last-event-id") or seen
    sight = Sight(language)
    await asyncio.to_thread(_looked, house, sight, board, area)  # an unknown area is refused with a status
    headers = {"x-accel-buffering": "no", "cache-control": "no-store"}
    return ServerSentEvent(_stream(house, board, area, sight, known), headers=headers)


@get("/areas", sync_to_thread=True, opt={"public": True})
def areas(house: AskedHouse, sight: AskedSight, q: Word = "", to: Word = "/") -> Response[str]:
    """Areas by name or code, as links to a page of ours: the piece that the choice of an area shows."""
    if not to.startswith("/") or to.startswith("//") or "\\" in to:
        raise refuse("web.bad_request", value=to)
    with house.db.app() as conn:
        found = [each for each in find.find(conn, q, limit=12) if each.level < 4] if q.strip() else []
        above = places.names(conn, [each.parent for each in found if each.parent])
    return page(sight, "public/found.html", found=found, above=above, to=to, q=q)


async def _stream(
    house: House, board: str, area: str, sight: Sight, seen: str
) -> AsyncIterator[ServerSentEventMessage]:
    def make() -> Pieces:
        return _pieces(sight, _looked(house, sight, board, area)[1])

    told: Mapping[str, str] = {}
    version = seen
    async with house.hub.followed(("board", board, area, sight.language), make) as follower:
        yield ServerSentEventMessage(retry=2_000, comment="tinhso", data=None)
        while True:
            try:
                news = await asyncio.wait_for(follower.queue.get(), BEAT)
            except TimeoutError:
                yield ServerSentEventMessage(comment="alive", data=None)
                continue
            if news is None:
                return
            if news.version != version:
                yield _message(news, news.since(told))
            version, told = news.version, news.pieces


def _message(news: State, pieces: Mapping[str, str]) -> ServerSentEventMessage:
    return ServerSentEventMessage(data=msgspec.json.encode(pieces).decode(), event="change", id=news.version)


def _looked(house: House, sight: Sight, board: str, area: str | None) -> tuple[Here, BoardView]:
    with house.db.app() as conn:
        here = places.here(conn, area)
        declared = dashboards.one(conn, board)
        updated = feed.last_commit(conn)
    filled = feed.public(house.db, feed.filled(house.db, board, here.code))
    return here, views.view(filled, declared, here, sight, progress=progress.read(house.home), updated=updated)


def _pieces(sight: Sight, view: BoardView) -> Pieces:
    """The parts of the page that may change, by element id."""
    piece = pieces(sight, "public/pieces.html")
    made = {name: piece(name, view) for name in ("finding", "progress", "notices", "updated")}
    for group in view.groups:
        made[f"group-{group.id}"] = piece("group", group, view.compared)
        made |= {f"row-{line.id}": piece("row", line, view.compared) for line in group.lines}
    return made
