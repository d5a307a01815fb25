"""What a process has read once and may say again, as long as its stamp holds."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")
SIZE = 50_000


class Memory(Generic[Key, Value]):
    """A bounded store of values with stamps, safe between threads; the oldest goes first."""

    def __init__(self, size: int = SIZE) -> None:
        self._size = size
        self._kept: OrderedDict[Key, tuple[Hashable, Value]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Key, stamp: Hashable) -> Value | None:
        """The value kept under the key if its stamp is still this one."""
        with self._lock:
            kept = self._kept.get(key)
        return kept[1] if kept is not None and kept[0] == stamp else None

    def put(self, key: Key, stamp: Hashable, value: Value) -> None:
        """Keep a value; an older one under the key is replaced."""
        with self._lock:
            self._kept[key] = (stamp, value)
            self._kept.move_to_end(key)
            while len(self._kept) > self._size:
                self._kept.popitem(last=False)

    def clear(self) -> None:
        """Keep nothing (for tests and measurements)."""
        with self._lock:
            self._kept.clear()
