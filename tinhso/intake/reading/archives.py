"""Guards of a zipped workbook, before any parser sees it: its size unpacked, its parts, its XML."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from posixpath import join, normpath
from xml.etree import ElementTree

from tinhso.foundation.problems import refuse

MOST_ENTRIES = 5_000
MOST_BYTES = 2 * 1024**3
SUSPECT_BYTES, SUSPECT_RATIO = 100 * 1024**2, 150
"""A true workbook shrinks 5 to 100 times; beyond this ratio and size it is made to fill the memory."""
MOST_BYTES_COUNTED = 600 * 1024**2
CHUNK = 8 * 1024**2
MOST_BYTES_OF_ROW = 4 * CHUNK
MOST_BYTES_OF_LIST = 8 * 1024**2
"""Of ``workbook.xml``, its relations and styles, which are read whole."""

_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_RELATION_STRICT = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"


@dataclass(frozen=True, slots=True)
class Part:
    """A worksheet of the archive: its name for people, the archive's path of its XML, whether it is hidden."""

    name: str
    path: str
    hidden: bool


def check_size(archive: zipfile.ZipFile, file: str, most_rows: int) -> None:
    """Refuse an archive that unpacks to far more than any workbook: ``intake.bomb`` or ``intake.too_many_rows``."""
    entries = archive.infolist()
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries) or 1
    if any(entry.flag_bits & 1 for entry in entries):
        raise refuse("intake.encrypted", file=file)
    suspect = unpacked > SUSPECT_BYTES and unpacked / packed > SUSPECT_RATIO
    if len(entries) > MOST_ENTRIES or unpacked > MOST_BYTES or suspect:
        sheets = [entry.filename for entry in entries if "worksheets/" in entry.filename]
        if sum(count_rows(archive, path, most_rows) for path in sheets[:8]) > most_rows:
            raise refuse("intake.too_many_rows", file=file, limit=most_rows)
        raise refuse("intake.bomb", file=file, size=unpacked // 1024**2)


def check_xml(archive: zipfile.ZipFile, file: str) -> None:
    """Refuse parts that declare a document type: Office never writes one, entity bombs need it."""
    for entry in archive.infolist():
        if entry.filename.endswith((".xml", ".rels")):
            with archive.open(entry) as part:
                head = part.read(1024).replace(b"\0", b"")
            if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
                raise refuse("intake.xml_trick", file=file)


def parts(archive: zipfile.ZipFile) -> list[Part]:
    """The worksheets in the workbook's order (no chart sheets)."""
    home = next(name for name in archive.namelist() if name.endswith("workbook.xml"))
    folder = home.rpartition("/")[0]
    targets = _targets(archive, join(folder, "_rels", "workbook.xml.rels"))
    found = []
    for sheet in _tree(archive, home).iter():
        if sheet.tag.endswith("}sheet"):
            target = targets.get(sheet.get(_RELATION) or sheet.get(_RELATION_STRICT) or "")
            if target is not None:
                path = target[1:] if target.startswith("/") else normpath(join(folder, target))
                found.append(Part(sheet.get("name", ""), path, sheet.get("state", "visible") != "visible"))
    return found


def _targets(archive: zipfile.ZipFile, path: str) -> dict[str, str]:
    relations = _tree(archive, path)
    return {
        relation.get("Id", ""): relation.get("Target", "")
        for relation in relations
        if relation.get("Type", "").endswith("/worksheet")
    }


def _tree(archive: zipfile.ZipFile, path: str) -> ElementTree.Element:
    return ElementTree.fromstring(whole(archive, path))  # nosec B314


def whole(archive: zipfile.ZipFile, path: str) -> bytes:
    """A small part's bytes; a ``ValueError`` if it is not small."""
    if archive.getinfo(path).file_size > MOST_BYTES_OF_LIST:
        raise ValueError(f"{path} is too large")
    return archive.read(path)


def styles(archive: zipfile.ZipFile) -> bytes:
    """The styles part; empty where there is none."""
    path = next((name for name in archive.namelist() if name.endswith("styles.xml")), None)
    return whole(archive, path) if path is not None else b""


def chunks(archive: zipfile.ZipFile, path: str) -> Iterator[bytes]:
    """A worksheet's XML in pieces that end with a row (the last one with the sheet)."""
    rest = b""
    with archive.open(path) as part:
        while piece := part.read(CHUNK):
            if len(rest) > MOST_BYTES_OF_ROW:
                raise ValueError("a row that never ends")
            piece = rest + piece
            last = max(piece.rfind(b"</row>"), piece.rfind(b":row>"))
            cut = piece.index(b">", last) + 1 if last >= 0 else 0
            if cut:
                yield piece[:cut]
            rest = piece[cut:]
    yield rest


def count_rows(archive: zipfile.ZipFile, path: str, most: int) -> int:
    """Rows of a worksheet; stops counting beyond ``most`` or after ``MOST_BYTES_COUNTED``."""
    rows = read = 0
    with archive.open(path) as part:
        while rows <= most and read < MOST_BYTES_COUNTED and (piece := part.read(CHUNK)):
            rows += piece.count(b"</row>")
            read += len(piece)
            if not rows and (top := declared_rows(piece)) is not None and top > 1_048_576:
                return top
    return rows


def declared_rows(head: bytes) -> int | None:
    """The last row that the sheet's ``dimension`` names. Whole formatted columns make it too large, not small."""
    found = re.search(rb'<dimension ref="[A-Z]+\d+:[A-Z]+(\d+)"', head[:4096])
    return int(found[1]) if found else None


def verify(archive: zipfile.ZipFile, path: str) -> None:
    """Unpack a part once in pieces: a lying size or a bad checksum raises before a parser trusts it."""
    if path in archive.namelist():
        with archive.open(path) as part:
            while part.read(CHUNK):
                pass
