"""Which stored files hold a number: looked for in the bytes of texts, and inside workbooks, however it was typed."""

from __future__ import annotations

import re
import struct
import zipfile
from collections.abc import Iterator
from pathlib import Path

from tinhso.foundation.files import Files

CHUNK = 1 << 20
MOST = 1 << 30
"""Bytes of one part of a workbook that are looked through; a file that unpacks to more was never taken in."""


def files(store: Files, number: str) -> Iterator[str]:
    """The SHA-256 names of all kept files that hold the number."""
    needle = pattern(number)
    longest = len(number) * 2 + 8
    for path in sorted(store.folder.glob("??/*")):
        if path.is_file() and re.fullmatch("[0-9a-f]{64}", path.name) and _holds(path, needle, longest):
            yield path.name


def pattern(number: str) -> re.Pattern[bytes]:
    """The number as text, in UTF-16, as a number that lost its first zeros, and as old workbooks keep numbers."""
    short = number.lstrip("0")
    forms = [rb"(?<![0-9])0*" + short.encode() + rb"(?![0-9])", re.escape(number.encode("utf-16-le"))]
    if short.isdigit():
        forms.append(re.escape(struct.pack("<d", float(short))))
    return re.compile(b"|".join(forms), re.DOTALL)


def _holds(path: Path, needle: re.Pattern[bytes], longest: int) -> bool:
    if not zipfile.is_zipfile(path):
        return any(needle.search(piece) for piece in _pieces(path.open("rb"), longest))
    try:
        with zipfile.ZipFile(path) as parts:
            inside = [part for part in parts.infolist() if part.file_size <= MOST]
            return any(needle.search(piece) for part in inside for piece in _pieces(parts.open(part), longest))
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError):
        return False  # a broken or locked file gave no rows either; its bytes are not readable as such


def _pieces(stream: object, longest: int) -> Iterator[bytes]:
    """The stream in pieces that overlap, so that nothing is missed at a border."""
    before = b""
    with stream as opened:  # type: ignore[attr-defined]
        while piece := opened.read(CHUNK):
            yield before + piece
            before = piece[-longest:]
