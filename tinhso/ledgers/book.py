"""The file of a ledger's checkpoints outside the database: ``TINHSO_HOME/checkpoints/<ledger>.txt``, only appended to.

Notes one after the other, an empty line after each. It can be read aloud, printed, mailed and copied as it is.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tinhso.foundation.problems import refuse
from tinhso.ledgers.notes import DASH, SEPARATOR


@dataclass(frozen=True, slots=True)
class Entry:
    """One piece of the file: the line it begins on, and its note; ``whole`` is false for what is no note."""

    line: int
    note: str
    whole: bool


@dataclass(frozen=True, slots=True)
class Book:
    """A ledger's file."""

    file: Path

    @classmethod
    def of(cls, home: Path, ledger: str) -> Book:
        """The file of this ledger under this home."""
        return cls(home / "checkpoints" / f"{ledger}.txt")

    def entries(self) -> list[Entry]:
        """All that stands in the file, in order (bytes that are no text as U+FFFD); nothing where there is no file.

        Raises:
            Refused: ``ledgers.file`` if the file cannot be read.
        """
        if not self.file.exists():
            return []
        try:
            return list(_entries(self.file.read_bytes().decode("utf-8", "replace")))
        except OSError as error:
            raise refuse("ledgers.file", value=self.file) from error

    def append(self, note: str) -> None:
        """Write one more note, on the disk when this returns. A rest that a crash left at the end is cut off first.

        Raises:
            Refused: ``ledgers.file`` if the file cannot be written.
        """
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            with self.file.open("ab") as out:
                out.truncate(_whole(self.file.read_bytes()))
                out.write((note + "\n").encode())
                out.flush()
                os.fsync(out.fileno())
            _sync_folder(self.file.parent)
        except OSError as error:
            raise refuse("ledgers.file", value=self.file) from error


def _entries(content: str) -> Iterator[Entry]:
    line, text, began = 1, "", 1
    for block in content.removesuffix(SEPARATOR).split(SEPARATOR) if content else ():
        if block.startswith(DASH) and text:
            yield Entry(began, f"{text}{SEPARATOR}{block}\n", whole=True)
            text = ""
        else:
            if text or block.startswith(DASH):
                yield Entry(began if text else line, text or block, whole=False)
            text, began = ("", line) if block.startswith(DASH) else (block, line)
        line += block.count("\n") + 2
    if text:
        yield Entry(began, text, whole=False)


def _whole(content: bytes) -> int:
    """The length up to the end of the last whole note."""
    end = content.rfind(SEPARATOR.encode())
    while end > 0:
        begin = content.rfind(SEPARATOR.encode(), 0, end)
        if content[begin + 2 :].startswith(DASH.encode()):
            return end + 2
        end = begin
    return 0


def _sync_folder(folder: Path) -> None:
    """A file's name is on the disk only when its folder is."""
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
