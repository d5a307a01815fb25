"""Text files in UTF-8, whatever they were saved in: UTF-8, UTF-16, Windows-1258, or a font of before Unicode."""

from __future__ import annotations

import codecs
import re
import unicodedata

from tinhso.foundation.legacy_fonts import looks_legacy
from tinhso.foundation.problems import refuse

SAMPLE = 64 * 1024
_DAMAGED_SHARE = 20
"""UTF-8 with one broken byte in so many right letters is damaged UTF-8, not another encoding."""


def as_utf8(content: bytes, file: str) -> bytes:
    """``content`` in UTF-8 without its mark. Refuses ``intake.damaged_text`` where no encoding fits.

    Only the beginning is looked at; what is no UTF-8 further on comes back through ``from_windows``.
    """
    if content.startswith(codecs.BOM_UTF8):
        content = content[len(codecs.BOM_UTF8) :]
    elif (utf16 := _utf16(content)) is not None:
        return _decoded(content, utf16, file)
    return content if _is_utf8(content[:SAMPLE]) else from_windows(content, file)


def _is_utf8(sample: bytes) -> bool:
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample, final=False)
    except UnicodeDecodeError:
        return False
    return True


def _utf16(content: bytes) -> str | None:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    sample = content[:SAMPLE]
    half = max(len(sample) // 2, 1)
    if sample[1::2].count(0) > half * 0.5:
        return "utf-16-le"
    return "utf-16-be" if sample[::2].count(0) > half * 0.5 else None


def _decoded(content: bytes, encoding: str, file: str) -> bytes:
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        before = content[: error.start].decode(encoding, "ignore")
        raise refuse("intake.damaged_text", file=file, line=before.count("\n") + 1) from error
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise refuse("intake.damaged_text", file=file, line=text.count("\n", 0, error.start) + 1) from error


def from_windows(content: bytes, file: str) -> bytes:
    """Windows-1258 (base letters and combining tones) or, where that makes no sense, Windows-1252 letters."""
    replaced = content.decode("utf-8", "replace")
    bad = replaced.count("\ufffd")
    if len(replaced.encode("ascii", "ignore")) + bad * _DAMAGED_SHARE < len(replaced):
        line = replaced.count("\n", 0, replaced.index("\ufffd")) + 1
        raise refuse("intake.damaged_text", file=file, line=line)
    western = content.decode("cp1252", "replace")
    words = [word for word in re.split(r"[\s;,|]+", western[:SAMPLE]) if not word.isascii()]
    if sum(looks_legacy(word) is not None for word in words) * 2 > len(words):
        return western.encode("utf-8")
    try:
        return unicodedata.normalize("NFC", content.decode("cp1258")).encode("utf-8")
    except UnicodeDecodeError:
        return _decoded(content, "cp1252", file)
