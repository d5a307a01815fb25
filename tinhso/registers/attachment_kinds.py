"""What an attached file is, told by its content: a JPEG or PNG picture or a PDF, whole, and nothing else beside it.

Browsers run what hides in files (a page in a picture, an archive behind one, a script in a document), so a file that is
two things at once is refused. Sources: ISO/IEC 10918-1 annex B (JPEG), W3C PNG 3rd edition section 5, ISO 32000-1
sections 7.5 and 12.6 (PDF).
"""

from __future__ import annotations

import re
import zlib
from typing import Literal

from tinhso.foundation.problems import refuse

MediaType = Literal["image/jpeg", "image/png", "application/pdf"]
ENDINGS: dict[MediaType, str] = {"image/jpeg": ".jpg", "image/png": ".png", "application/pdf": ".pdf"}
LIMIT = 20 * 2**20
"""Bytes of an attachment at most: a telephone's picture has 3 to 8 million."""

_PNG, _JPEG, _PDF = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"%PDF-"
_PAGE = re.compile(rb"<\s*(script|html|!doctype|svg|iframe|object|embed|\?php)\b|<\?php", re.IGNORECASE)
_ZIP_END, _ZIP_TAIL = b"PK\x05\x06", 66_000
_ACTIVE = re.compile(rb"/(JavaScript|JS|Launch|EmbeddedFiles?|RichMedia|XFA|SubmitForm|ImportData|GoToE)\b")
_HEX = re.compile(rb"#([0-9A-Fa-f]{2})")
_STREAM = re.compile(rb"stream\r?\n(.*?)endstream", re.DOTALL)
_UNPACKED = 50 * 2**20


def kind_of(content: bytes, name: str) -> MediaType:
    """The kind of a file; refused with a sentence that names the file where it is none of the three, cut short, or
    something else besides (``registers.attachment_…``)."""
    if len(content) > LIMIT:
        raise refuse("registers.attachment_large", value=name, most=LIMIT // 2**20)
    if content.startswith(_PNG):
        _expect(_whole_png(content), "registers.attachment_cut", name)
        found: MediaType = "image/png"
    elif content.startswith(_JPEG):
        _expect(_whole_jpeg(content), "registers.attachment_cut", name)
        found = "image/jpeg"
    elif content.startswith(_PDF):
        _expect(b"%%EOF" in content[-1024:] and b"startxref" in content, "registers.attachment_cut", name)
        _expect(not _acts(content), "registers.attachment_active", name)
        found = "application/pdf"
    else:
        raise refuse("registers.attachment_kind", value=name)
    _expect(not _hides(content, found), "registers.attachment_double", name)
    return found


def _expect(holds: bool, code: str, name: str) -> None:
    if not holds:
        raise refuse(code, value=name)


def _hides(content: bytes, kind: MediaType) -> bool:
    """Whether a page, an archive or (in a picture) a document stands in it too."""
    if _ZIP_END in content[-_ZIP_TAIL:] or (kind != "application/pdf" and _PDF in content[:2048]):
        return True
    return kind != "application/pdf" and _PAGE.search(content) is not None


def _whole_png(content: bytes) -> bool:
    """Chunks from IHDR to IEND, each with its right checksum, and nothing behind."""
    at, first = len(_PNG), True
    while at + 12 <= len(content):
        length = int.from_bytes(content[at : at + 4], "big")
        kind, end = content[at + 4 : at + 8], at + 12 + length
        if end > len(content) or (first and kind != b"IHDR"):
            return False
        if zlib.crc32(content[at + 4 : end - 4]) != int.from_bytes(content[end - 4 : end], "big"):
            return False
        if kind == b"IEND":
            return end == len(content)
        at, first = end, False
    return False


def _whole_jpeg(content: bytes) -> bool:
    """Segments up to the picture's own data, and an end behind it; what telephones append there is let be."""
    at = 2
    while at + 4 <= len(content) and content[at] == 0xFF:
        marker = content[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        length = int.from_bytes(content[at + 2 : at + 4], "big")
        if length < 2:
            return False
        at += 2 + length
        if marker == 0xDA:
            return content.find(b"\xff\xd9", at) > 0
    return False


def _acts(content: bytes) -> bool:
    """Whether a PDF runs scripts, starts programs, sends forms or carries files, also where its names are written in
    hexadecimal or lie in packed streams."""
    if _ACTIVE.search(_HEX.sub(lambda digits: bytes([int(digits[1], 16)]), content)):
        return True
    left = _UNPACKED
    for stream in _STREAM.finditer(content):
        unpacked = _unpacked(stream[1], left)
        left -= len(unpacked)
        if b"/ObjStm" in content[max(0, stream.start() - 400) : stream.start()] and _ACTIVE.search(unpacked):
            return True
    return False


def _unpacked(packed: bytes, most: int) -> bytes:
    try:
        return zlib.decompressobj().decompress(packed, max(1, most))
    except zlib.error:
        return b""
