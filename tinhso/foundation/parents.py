"""A process that must not outlive the one that started it: a parent that is killed tells nobody."""

from __future__ import annotations

import os
import signal
import time
from threading import Thread

EVERY = 0.5
"""Seconds between two looks at the parent."""
PATIENCE = 10
"""Seconds in which the process may end by itself once its parent is gone."""


def leave_with_parent() -> None:
    """From now on end this process, politely and then not, when the process that started it is gone."""
    Thread(target=_watch, args=(os.getppid(),), name="parent", daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(EVERY)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(PATIENCE)
    os._exit(1)
