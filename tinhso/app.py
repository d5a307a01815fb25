"""The house put together: one application of all faces, made by ``create`` for the server or for tests."""

from __future__ import annotations

import signal
import threading
from collections.abc import AsyncIterator
from contextlib import AbstractContextManager, asynccontextmanager, nullcontext
from pathlib import Path
from threading import Thread
from typing import Any

import msgspec
from litestar import Litestar, Request, Response
from litestar.concurrency import sync_to_thread
from litestar.config.compression import CompressionConfig
from litestar.datastructures import MutableScopeHeaders
from litestar.di import Provide
from litestar.exceptions import InternalServerException
from litestar.static_files import create_static_files_router
from litestar.types import ControllerRouterHandler, Message, Scope

from tinhso.access.people.door import Door
from tinhso.access.people.letters import Letters
from tinhso.access.people.provider import Provider
from tinhso.access.scope import Scope as Standing
from tinhso.access.watching import Unusual, Watcher
from tinhso.foundation import jobs, parents
from tinhso.foundation.calendar import Calendar, Holidays
from tinhso.foundation.database import Database, Listener
from tinhso.foundation.postgres import opening
from tinhso.foundation.repeating import Repeating
from tinhso.foundation.settings import Settings
from tinhso.indicators import fold
from tinhso.intake.forms import drafts
from tinhso.ledgers.hourly import Hourly
from tinhso.registers import statistics
from tinhso.registers.chain.ledgers import LEDGERS
from tinhso.registers.changes import COMMITS
from tinhso.registers.checks import rules
from tinhso.registers.export import kept
from tinhso.web import account, api, public, staff
from tinhso.web.account import outside
from tinhso.web.kit import assets, refusals, security, sight, standing, visitor
from tinhso.web.kit.front import Front
from tinhso.web.kit.house import House
from tinhso.web.kit.sight import Sight

FOREVER = "public, max-age=31536000, immutable"
MARGIN = 2**20
"""Bytes that a form needs around its file."""
HOUR, SWEEPING = 3600.0, 600.0
"""Seconds between two looks at drafts, and at files that were carried out."""


def create() -> Litestar:
    """The application of this installation, as the server starts it; settings come from the environment.

    A worker whose server was killed would keep the port and go on answering, so it leaves too.
    """
    settings = Settings.from_env()
    parents.leave_with_parent()
    db = opening.database(settings)
    front = Front(settings.address, settings.proxies)
    door = Door(db, settings.secret_key, provider=_provider(settings))
    letters = Letters(door, settings.post, settings.own_address) if settings.post else None
    demands = settings.demands_factor
    return made(House(db, settings.home, door=door, front=front, letters=letters, demands_factor=demands))


def _provider(settings: Settings) -> Provider | None:
    """The province's single sign-on, where there is one."""
    if not settings.oidc_issuer:
        return None
    back = settings.own_address + outside.BACK
    return Provider(settings.oidc_issuer, settings.oidc_client_id, settings.oidc_client_secret, back)


def made(house: House) -> Litestar:
    """The application over a house."""
    app = unoccupied(house.upload_limit)
    app.state.house = house
    return app


def unoccupied(upload_limit: int) -> Litestar:
    """The application of all faces; it serves the house that is put into its state before it starts.

    ``upload_limit`` counts the bytes of a file that is sent.
    """
    return Litestar(
        [*public.HANDLERS, staff.router(), account.router(), api.router(), *_static(assets.FOLDER)],
        dependencies={"house": Provide(_give_house), "sight": Provide(_give_sight), "mine": Provide(_give_scope)},
        guards=[security.same_site],
        exception_handlers=refusals.HANDLERS,
        before_send=[_with_headers],
        compression_config=CompressionConfig(backend="gzip", gzip_compress_level=6, exclude=["^/live"]),
        request_max_body_size=upload_limit + MARGIN,
        openapi_config=None,
        lifespan=[_occupied],
    )


async def _give_house(request: Request[Any, Any, Any]) -> House:
    house: House = request.app.state.house
    return house


async def _give_sight(request: Request[Any, Any, Any]) -> Sight:
    if visitor.held(request):
        await sync_to_thread(visitor.session, request)
    return sight.of(request)


async def _give_scope(request: Request[Any, Any, Any]) -> Standing:
    return await sync_to_thread(standing.of, request)


def _static(folder: Path) -> list[ControllerRouterHandler]:
    """The built front end: names change with contents, so copies may be kept for ever."""
    if not folder.is_dir():
        return []
    return [
        create_static_files_router(
            "/static", [folder], opt={"public": True}, cache_control=None, include_in_schema=False,
            after_request=_kept_for_ever,
            exception_handlers={ValueError: refusals.no_file, InternalServerException: refusals.no_file},
        )
    ]  # fmt: skip


@asynccontextmanager
async def _occupied(app: Litestar) -> AsyncIterator[None]:
    """What a house does by itself while it is served; it ends, and the house is closed, when serving ends."""
    house: House = app.state.house
    _let_go_on_signal(house)
    commits, checkpoints, watcher = _folding(house.db), Hourly(house.db, house.home, LEDGERS), _watching(house.db)
    sweeper = Repeating("sweeping", SWEEPING, lambda: kept.sweep(house.home))
    forgetter = Repeating("drafts", HOUR, lambda: drafts.sweep(house.db))
    with _working(house):
        yield
    for each in (sweeper, forgetter, commits, checkpoints, watcher, house.hub, house.db):
        each.close()


def _working(house: House) -> AbstractContextManager[Any]:
    """Whoever does the jobs of this process, which are letters; a house without mail has none to do."""
    return jobs.Worker(house.db, more=house.letters.jobs()) if house.letters is not None else nullcontext()


def _let_go_on_signal(house: House) -> None:
    """Open streams would keep a server that is told to stop waiting for its readers, so they are ended first.

    The server's own handlers hang on the event loop's wake-up and run all the same.
    """
    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: house.hub.close())


def _watching(db: Database) -> Watcher:
    """Notices of unusual reading, by the rules that come with the platform."""
    shapes: dict[str, type[msgspec.Struct]] = {"unusual_reading": Unusual, "holidays": Holidays}
    known = rules.read(rules.standing_folders(), shapes)
    return Watcher(db, known["unusual_reading"], Calendar.of(known["holidays"]))


def _folding(db: Database) -> Listener:
    """Fold deltas whenever commits have left enough of them, and in quiet times count what has grown; ends when the
    listener is closed."""
    commits = db.listen(COMMITS, every=10)

    def follow() -> None:
        for commit in commits:
            fold.fold_if_due(db)
            if commit is None:
                statistics.freshen(db)

    Thread(target=follow, name="folding", daemon=True).start()
    return commits


async def _with_headers(message: Message, scope: Scope) -> None:
    """On every answer, refusals and files too. What was made for one person's scope is kept nowhere."""
    if message["type"] == "http.response.start":
        headers = MutableScopeHeaders.from_message(message)
        if standing.KEPT in scope:
            headers["cache-control"] = "no-store"
        for name, value in security.HEADERS.items():
            if name not in headers:
                headers[name] = value


async def _kept_for_ever(response: Response[Any]) -> Response[Any]:
    response.headers["cache-control"] = FOREVER
    return response
