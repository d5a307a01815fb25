"""Guards of a workbook of before 2007, before its parser sees it: where its records stand, and none that may harm.

The file is a container of streams (OLE2); one of them holds the workbook as records of two bytes kind, two bytes
length and content (BIFF): those of the whole book first, then each sheet's.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from struct import unpack_from

from xlrd.compdoc import CompDoc

from tinhso.foundation.problems import refuse

MOST_BYTES = 100 * 1024**2
"""Of the workbook's records. Full sheets of twenty columns take 18 MB each."""

_BOF, _EOF, _NAME, _ENCRYPTED, _SHEET = 0x0809, 0x000A, 0x0018, 0x002F, 0x0085
_UNKNOWN = b"\xff\x00"
"""A kind of record that means nothing, so that parsers leave it out."""


def stream(content: bytes, file: str) -> bytes:
    """The records of the workbook in a container's ``content``, without its defined names.

    Names are formulas, which the parser would work out: a few lines of them can ask for any amount of memory, and we
    have no use for one. Refuses ``intake.encrypted`` and ``intake.bomb``; whatever else is wrong raises any error.
    """
    container = CompDoc(content, logfile=io.StringIO(), ignore_workbook_corruption=True)
    _check_ends(container.SSAT)
    found = next((place for name in ("Workbook", "Book") if (place := container.locate_named_stream(name))[0]), None)
    if found is None:
        raise ValueError("no workbook in the container")
    memory, start, length = found
    if length > MOST_BYTES:
        raise refuse("intake.bomb", file=file, size=length // 1024**2)
    records = bytearray(memory[start : start + length])
    _without_names(records, file)
    return bytes(records)


def _check_ends(following: Sequence[int]) -> None:
    """Each chain of short sectors must end: the parser would follow a circle for ever."""
    ends: set[int] = set()
    for first in range(len(following)):
        chain: set[int] = set()
        at = first
        while 0 <= at < len(following) and at not in ends:
            if at in chain:
                raise ValueError("a chain of sectors bites its tail")
            chain.add(at)
            at = following[at]
        ends |= chain


def _without_names(records: bytearray, file: str) -> None:
    """Blot out the names among the records of the book, and look at what else they say."""
    at, places = 0, []
    while at + 4 <= len(records):
        kind, length = unpack_from("<HH", records, at)
        if kind == _ENCRYPTED:
            raise refuse("intake.encrypted", file=file)
        if kind == _NAME:
            records[at : at + 2] = _UNKNOWN
        if kind == _SHEET:
            places.append(unpack_from("<I", records, at + 4))
        if kind == _EOF:
            break
        at += 4 + length
    if len(set(places)) < len(places):
        raise ValueError("sheets that lie on one another")
