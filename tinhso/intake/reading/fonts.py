"""Which cell styles of a workbook use a font of before Unicode."""

from __future__ import annotations

import re
from collections.abc import Mapping

from tinhso.foundation.legacy_fonts import encoding_of

_hint = re.compile(rb"[\"'](?:\.vn|vni-)", re.IGNORECASE)
_fonts = re.compile(rb"<(?:\w+:)?fonts\b.*?</(?:\w+:)?fonts>", re.DOTALL)
_font = re.compile(rb"<(?:\w+:)?font(?:\s*/>|[\s>].*?</(?:\w+:)?font>)", re.DOTALL)
_name = re.compile(rb"<(?:\w+:)?name\s+val=[\"']([^\"']*)")
_formats = re.compile(rb"<(?:\w+:)?cellXfs\b.*?</(?:\w+:)?cellXfs>", re.DOTALL)
_format = re.compile(rb"<(?:\w+:)?xf\b[^>]*>")
_font_id = re.compile(rb"fontId=[\"'](\d+)")


def legacy_styles(styles: bytes) -> Mapping[int, str]:
    """Style number to font name, for the styles whose font is of before Unicode. Costs nothing where none is."""
    fonts, formats = _fonts.search(styles), _formats.search(styles)
    if not _hint.search(styles) or fonts is None or formats is None:
        return {}
    names = [_font_name(font) for font in _font.findall(fonts[0])]
    used = [_font_id.search(style) for style in _format.findall(formats[0])]
    chosen = {at: names[int(found[1])] for at, found in enumerate(used) if found and int(found[1]) < len(names)}
    return {at: name for at, name in chosen.items() if encoding_of(name)}


def _font_name(font: bytes) -> str:
    found = _name.search(font)
    return found[1].decode("utf-8", "replace") if found else ""
