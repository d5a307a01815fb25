"""Secrets of one installation: made once, kept in files that only their owner can read."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from secrets import token_hex, token_urlsafe


def _token() -> str:
    return token_urlsafe(32)


def secret(folder: Path, name: str, made: Callable[[], str] = _token) -> str:
    """The secret ``name`` kept in ``folder``; ``made`` now (ASCII) if there is none. Two makers at once are safe."""
    file = folder / name
    if not file.exists():
        _make(file, made())
    return file.read_text(encoding="ascii")


def _make(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = file.with_name(f".{file.name}.{token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
    try:
        os.link(draft, file)  # a link, unlike a rename, lets the first of two makers win
    except FileExistsError:
        pass
    finally:
        draft.unlink()
