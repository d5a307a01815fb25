"""Which stored files hold a number: looked for in the bytes of texts, and inside workbooks, however it was typed."""

from __future__ import annotations

import re
import struct
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from tinhso.foundation.files import Files

CHUNK = 1 << 20
MOST = 1 << 30
"""Bytes of one part of a workbook that are looked through; a file that unpacks to more was never taken in."""


def files(store: Files, number: str) -> Iterator[str]:
    """The SHA-256 names of all kept files that hold the number."""
    yield from _holding(kept(store), number)


def those(store: Files, number: str, among: Iterable[str]) -> frozenset[str]:
    """Of these kept files those that hold the number; one whose bytes are gone holds nothing."""
    paths = (store.folder / sha256[:2] / sha256 for sha256 in dict.fromkeys(among))
    return frozenset(_holding((path for path in paths if path.is_file()), number))


def kept(store: Files) -> list[Path]:
    """Where all kept files lie."""
    every = sorted(store.folder.glob("??/*"))
    return [path for path in every if path.is_file() and re.fullmatch("[0-9a-f]{64}", path.name)]


def _holding(paths: Iterable[Path], number: str) -> Iterator[str]:
    needle = pattern(number)
    longest = len(number) * 2 + 8
    yield from (path.name for path in paths if _holds(path, needle, longest))


def pattern(number: str) -> re.Pattern[bytes]:
    """The number as text, in UTF-16, as a number that lost its first zeros, and as old workbooks keep numbers."""
    short = number.lstrip("0")
    forms = [rb"(?<![0-9])0*" + short.encode() + rb"(?![0-9])", re.escape(number.encode("utf-16-le"))]
    if short.isdecimal():
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
