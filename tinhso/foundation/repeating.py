"""Work that a server does by its own clock: at once, then every so many seconds, until it is closed."""

from __future__ import annotations

import logging
from collections.abc import Callable
from threading import Event, Thread

_log = logging.getLogger("tinhso.repeating")


class Repeating:
    """A thread of its own, by a name. Several servers may do the same work, so it must do no harm twice."""

    def __init__(self, name: str, seconds: float, work: Callable[[], object]) -> None:
        self._name, self._seconds, self._work, self._closed = name, seconds, work, Event()
        self._thread = Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop; work that has begun is finished first."""
        self._closed.set()
        self._thread.join()

    def _run(self) -> None:
        while True:
            try:
                self._work()
            except Exception:  # the next time may find the database back, and a clock that stopped is not seen
                _log.exception("%s failed; it is done again", self._name)
            if self._closed.wait(self._seconds):
                return
