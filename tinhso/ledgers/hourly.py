"""The server's own clock for checkpoints: a thread that looks every few minutes whether one is due."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from pathlib import Path
from threading import Event, Thread

from tinhso.foundation.database import Database
from tinhso.foundation.problems import Refused
from tinhso.ledgers.ledger import Ledger
from tinhso.ledgers.sealing import seal_if_due

EVERY = 300.0
"""Seconds between two looks."""

logger = logging.getLogger(__name__)


class Hourly:
    """Keeps ledgers' checkpoints up to date until it is closed. Several servers may: each is made once."""

    def __init__(self, db: Database, home: Path, ledgers: Iterable[Ledger]) -> None:
        self._db, self._home, self._ledgers, self._closed = db, home, tuple(ledgers), Event()
        self._thread = Thread(target=self._run, name="checkpoints", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop looking; a checkpoint being made is finished first."""
        self._closed.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._closed.wait(EVERY):
            for ledger in self._ledgers:
                try:
                    seal_if_due(self._db, self._home, ledger)
                except Refused as refusal:
                    logger.error("no checkpoint of %s: %s", ledger.name, refusal)
                except Exception:  # the next look may find the database back, and a clock that stopped is not seen
                    logger.exception("no checkpoint of %s", ledger.name)
