"""Worksheet XML as most programs write it, from the other spellings the standard allows.

``marks`` searches for ``<c r="A1" s="1" t="s">``. Some programs prefix each name, quote with ', order the
attributes otherwise or leave ``r`` out; such pieces are rewritten first.
"""

from __future__ import annotations

import re

from tinhso.intake.reading.workbook import index_of, letter_of

_prefix = re.compile(rb"<(/?)\w+:(c|row|v|f|is)\b")
_tag = re.compile(rb"<(c|row)(\s[^>]*?)?(/?)>")
_attribute = re.compile(rb"([\w:]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_reference = re.compile(rb"([A-Za-z]+)(\d+)$")


def is_canonical(piece: bytes) -> bool:
    """Whether cells are spelt the usual way, as the first one is: one program writes all of them alike."""
    first = re.search(rb"<(?:\w+:)?c(?:\s[^>]*)?>", piece)
    return first is None or _usual.match(first[0]) is not None


_usual = re.compile(rb'<c r="[A-Z]+\d+"(?: s="\d+")?(?: t="\w+")?/?>')


class Canonical:
    """Rewrites the pieces of one sheet in turn, counting rows and cells where their numbers are left out."""

    def __init__(self) -> None:
        self._row = self._column = 0

    def rewritten(self, piece: bytes) -> bytes:
        return _tag.sub(self._retag, _prefix.sub(rb"<\1\2", piece))

    def _retag(self, tag: re.Match[bytes]) -> bytes:
        found = {name: first or second for name, first, second in _attribute.findall(tag[2] or b"")}
        if tag[1] == b"row":
            self._row, self._column = int(found.get(b"r", b"") or self._row + 1), 0
            return b'<row r="%d"%s>' % (self._row, tag[3])
        reference = _reference.match(found.get(b"r", b""))
        if reference:
            self._column = index_of(reference[1].decode().upper())
        at = b"%s%d" % (letter_of(self._column).encode(), int(reference[2]) if reference else self._row)
        self._column += 1
        rest = b"".join(b' %s="%s"' % (name, found[name]) for name in (b"s", b"t") if name in found)
        return b'<c r="%s"%s%s>' % (at, rest, tag[3])
