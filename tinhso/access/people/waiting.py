"""Who was just told to wait: asked again at once, the answer is the same, and the database need not be asked.

A flood of wrong passwords is then answered from memory, so that it holds up nobody's pages.
"""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime, timedelta
from threading import Lock

KEPT = timedelta(seconds=2)
"""How long an answer holds at most: so late does somebody who is released learn of it."""
MOST = 10_000
"""Callers remembered; the longest remembered are forgotten first."""
Who = tuple[str, str, bytes | None]
"""Login, address, and the browser's own digest."""


class Waiting:
    """Safe for several threads; each process remembers for itself."""

    def __init__(self) -> None:
        self._told: OrderedDict[Who, tuple[datetime, int]] = OrderedDict()
        self._lock = Lock()

    def seconds(self, who: Who, now: datetime) -> int:
        """How long somebody told a moment ago has still to wait; 0 where nobody remembers or the moment is over."""
        at, wait = self._told.get(who, (now, 0))
        if not timedelta(0) <= now - at < KEPT:
            return 0
        return max(0, wait - round((now - at).total_seconds()))

    def told(self, who: Who, now: datetime, wait: int) -> None:
        """Remember what somebody was told."""
        with self._lock:
            self._told.pop(who, None)
            self._told[who] = now, wait
            if len(self._told) > MOST:
                self._told.popitem(last=False)
