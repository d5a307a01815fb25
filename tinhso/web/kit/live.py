"""Open pages follow the registers: one thread a process listens, makes each board's pieces once, and tells all.

A topic is what several pages show alike (board, area, language); its pieces are made by a function that the topic
brings. A page says which state it has seen (``Last-Event-ID``), so after a break it gets what it missed.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import time
from collections.abc import AsyncIterator, Callable, Hashable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from threading import Lock, Thread

from tinhso.foundation.database import Database, errors
from tinhso.foundation.problems import refuse
from tinhso.registers.changes import COMMITS

LOOK_EVERY = 1.0
"""Seconds of quiet after which topics are looked at again, for what is told by no commit."""
MOST = 2_000
"""Followers of one process at most."""

Pieces = Mapping[str, str]
Make = Callable[[], Pieces]
_log = logging.getLogger("tinhso.web")


@dataclass(frozen=True, slots=True)
class State:
    """The pieces of a topic by element id; ``version`` is their digest."""

    version: str
    pieces: Pieces

    def since(self, other: Pieces) -> dict[str, str]:
        """The pieces that differ from others."""
        return {name: html for name, html in self.pieces.items() if other.get(name) != html}


def state(pieces: Pieces) -> State:
    """Pieces with their version."""
    digest = hashlib.sha256()
    for name, html in sorted(pieces.items()):
        digest.update(f"{name}\0{html}\0".encode())
    return State(digest.hexdigest()[:16], pieces)


@dataclass(eq=False, slots=True)
class Follower:
    """One open page; its queue holds the newest state only."""

    loop: asyncio.AbstractEventLoop
    queue: asyncio.Queue[State | None] = field(default_factory=lambda: asyncio.Queue(maxsize=1))

    def tell(self, news: State | None) -> None:
        """From any thread: the newest state, or None when the house closes."""
        if not self.loop.is_closed():
            self.loop.call_soon_threadsafe(self._put, news)

    def _put(self, news: State | None) -> None:
        while not self.queue.empty():
            self.queue.get_nowait()
        self.queue.put_nowait(news)


@dataclass(eq=False, slots=True)
class _Topic:
    make: Make
    last: State | None = None
    followers: set[Follower] = field(default_factory=set)


class Hub:
    """All topics that somebody follows, and the thread that keeps them."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._topics: dict[Hashable, _Topic] = {}
        self._lock = Lock()
        self._closing = False
        self._thread: Thread | None = None

    @asynccontextmanager
    async def followed(self, key: Hashable, make: Make) -> AsyncIterator[Follower]:
        """Follow a topic; the first state comes at once. Refused when too many pages are open."""
        follower = Follower(asyncio.get_running_loop())
        self._enter(key, make, follower)
        try:
            await asyncio.to_thread(self._refresh, key)
            yield follower
        finally:
            self._leave(key, follower)

    def close(self) -> None:
        """Stop listening and let every follower go."""
        self._closing = True
        for topic in list(self._topics.values()):
            for follower in list(topic.followers):
                follower.tell(None)

    def _enter(self, key: Hashable, make: Make, follower: Follower) -> None:
        with self._lock:
            if self._closing or sum(len(topic.followers) for topic in self._topics.values()) >= MOST:
                raise refuse("web.crowded")
            topic = self._topics.setdefault(key, _Topic(make))
            topic.followers.add(follower)
            if topic.last is not None:
                follower.tell(topic.last)
            if self._thread is None:
                self._thread = Thread(target=self._listen, name="live", daemon=True)
                self._thread.start()

    def _leave(self, key: Hashable, follower: Follower) -> None:
        with self._lock:
            topic = self._topics.get(key)
            if topic is not None:
                topic.followers.discard(follower)
                if not topic.followers:
                    del self._topics[key]

    def _listen(self) -> None:
        """The thread: as long as the house is open, through restarts of the database."""
        while not self._closing:
            try:
                self._heed()
            except errors.OperationalError:
                time.sleep(LOOK_EVERY)

    def _heed(self) -> None:
        with self._db.listen(COMMITS, every=LOOK_EVERY) as listener:
            for _ in listener:
                if self._closing:
                    return
                for key in list(self._topics):
                    self._refresh(key)

    def _refresh(self, key: Hashable) -> None:
        """Make a topic's pieces anew and tell its followers where they changed."""
        topic = self._topics.get(key)
        if topic is None:
            return
        try:
            news = state(topic.make())
        except Exception:  # a page that cannot be made now is made at the next commit
            _log.exception("topic %s", key)
            return
        with self._lock:
            if topic.last is not None and topic.last.version == news.version:
                return
            topic.last = news
            for follower in topic.followers:
                follower.tell(news)
