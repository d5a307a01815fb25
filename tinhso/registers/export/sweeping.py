"""The server's own clock for files that were carried out: a thread that deletes those whose day is over."""

from __future__ import annotations

import logging
from pathlib import Path
from threading import Event, Thread

from tinhso.registers.export import kept

EVERY = 600.0
"""Seconds between two looks."""
_log = logging.getLogger("tinhso.export")


class Sweeper:
    """Sweeps at once and then every few minutes, until it is closed. Several servers may."""

    def __init__(self, home: Path) -> None:
        self._home, self._closed = home, Event()
        self._thread = Thread(target=self._run, name="sweeping", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop looking."""
        self._closed.set()
        self._thread.join()

    def _run(self) -> None:
        while True:
            try:
                kept.sweep(self._home)
            except OSError:  # the disk may come back, and a clock that stopped is not seen
                _log.exception("files that were carried out could not be swept")
            if self._closed.wait(EVERY):
                return
