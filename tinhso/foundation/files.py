"""Files kept by what they contain: the SHA-256 of the bytes is the name, so the same file is kept once."""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, BinaryIO

from tinhso.foundation.problems import refuse

CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Stored:
    """A kept file: its name (hexadecimal SHA-256), its size in bytes, and where it lies. Never written again."""

    sha256: str
    size: int
    path: Path


class Files:
    """The store under ``home/files``. Safe for several processes; a crash leaves no half file under a name."""

    def __init__(self, home: Path) -> None:
        self.folder = home / "files"

    def put(self, source: BinaryIO | Path) -> Stored:
        """Keep the bytes of an open stream (from where it stands) or of a file."""
        if isinstance(source, Path):
            with source.open("rb") as stream:
                return self._keep(stream)
        return self._keep(source)

    def open(self, sha256: str) -> BinaryIO:
        """Open a kept file for reading.

        Raises:
            Refused: ``foundation.no_such_file``.
        """
        return self.path(sha256).open("rb")

    def path(self, sha256: str) -> Path:
        """Where a kept file lies; refuses like ``open``."""
        path = self._place(sha256)
        if not path.is_file():
            raise refuse("foundation.no_such_file", value=sha256)
        return path

    def remove(self, sha256: str) -> None:
        """Erase a file's bytes for good; nothing happens when they are gone already."""
        self._place(sha256).unlink(missing_ok=True)

    def _keep(self, stream: BinaryIO) -> Stored:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with NamedTemporaryFile(dir=self.folder, prefix=".incoming-", delete=False) as draft:
            try:
                sha256, size = _copied(stream, draft.file)
                draft.flush()
                os.fsync(draft.fileno())
            except BaseException:
                os.unlink(draft.name)
                raise
        return self._named(Path(draft.name), sha256, size)

    def _named(self, draft: Path, sha256: str, size: int) -> Stored:
        path = self._place(sha256)
        path.parent.mkdir(exist_ok=True, mode=0o700)
        draft.replace(path)
        _sync_folder(path.parent)
        return Stored(sha256, size, path)

    def _place(self, sha256: str) -> Path:
        if not re.fullmatch("[0-9a-f]{64}", sha256):
            raise refuse("foundation.no_such_file", value=sha256)
        return self.folder / sha256[:2] / sha256


def _copied(stream: IO[bytes], target: IO[bytes]) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    while chunk := stream.read(CHUNK):
        digest.update(chunk)
        size += len(chunk)
        target.write(chunk)
    return digest.hexdigest(), size


def _sync_folder(folder: Path) -> None:
    """Make the new name itself durable; on systems that cannot open folders the rename has to do."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
