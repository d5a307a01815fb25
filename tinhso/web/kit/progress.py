"""How far the filling of a demonstration is: a small file beside the data, written by whoever fills."""

from __future__ import annotations

import contextlib
from pathlib import Path

import msgspec


class Progress(msgspec.Struct, frozen=True):
    """Files taken in and in all, seconds left where they can be told, and the share of the province that is made."""

    done: int
    total: int
    seconds_left: float | None = None
    scale: float = 1.0

    @property
    def running(self) -> bool:
        return self.done < self.total


def read(home: Path) -> Progress | None:
    """The filling that is or was, None where there never was one."""
    with contextlib.suppress(OSError, msgspec.MsgspecError):
        return msgspec.json.decode((home / "demo" / "progress.json").read_bytes(), type=Progress)
    return None
