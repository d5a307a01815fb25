"""Make "Tinhso Digits" from Be Vietnam Pro: ten digits of one width and two thin spaces, for columns of numbers.

The family has no ``tnum`` feature. Its licence (SIL OFL 1.1, no reserved name) allows changed copies under the same
licence, which is copied beside them. Run by the front end's own build: ``python tools/digits_font.py``.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.pens.transformPen import TransformPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

FAMILY = "Tinhso Digits"
WIDTHS = {400: 632, 500: 640, 600: 648}
THIN = 170
SPACES = (0x2009, 0x202F)
WEB = Path(__file__).resolve().parent.parent / "web"
SOURCE = WEB / "node_modules" / "@fontsource" / "be-vietnam-pro"
TARGET = WEB / "dist" / "fonts"
LICENCE = WEB / "dist" / "public" / "fonts-OFL.txt"


def main() -> None:
    """Write one woff2 a weight into ``web/dist/fonts``, and the licence where the build serves it from."""
    for folder in (TARGET, LICENCE.parent):
        folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(SOURCE / "LICENSE", LICENCE)
    for weight, width in WIDTHS.items():
        font = TTFont(SOURCE / "files" / f"be-vietnam-pro-latin-{weight}-normal.woff2", recalcTimestamp=False)
        made(font, width).save(TARGET / f"tinhso-digits-{weight}.woff2")


def made(font: TTFont, width: int) -> TTFont:
    """The font cut down to digits and thin spaces, every digit ``width`` units wide, under its new name."""
    space = font.getBestCmap()[0x20]
    for table in font["cmap"].tables:
        table.cmap.update(dict.fromkeys(SPACES, space))
    _subset(font)
    cmap = font.getBestCmap()
    for digit in range(0x30, 0x3A):
        _widened(font, cmap[digit], width)
    font["hmtx"][cmap[SPACES[0]]] = (THIN, 0)
    for record in font["name"].names:
        if record.nameID in (1, 4, 6, 16):
            record.string = FAMILY.replace(" ", "") if record.nameID == 6 else FAMILY
    font.flavor = "woff2"
    return font


def _subset(font: TTFont) -> None:
    options = Options(layout_features=[], hinting=False, name_IDs=[0, 1, 2, 3, 4, 6, 13, 14], notdef_outline=True)
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=[*range(0x30, 0x3A), *SPACES])
    subsetter.subset(font)


def _widened(font: TTFont, name: str, width: int) -> None:
    """Shift the outline by half the difference, so that the digit stands in the middle of its new width."""
    glyphs = font.getGlyphSet()
    shift = (width - font["hmtx"][name][0]) / 2
    drawn, pen = DecomposingRecordingPen(glyphs), TTGlyphPen(None)
    glyphs[name].draw(drawn)
    drawn.replay(TransformPen(pen, (1, 0, 0, 1, shift, 0)))
    font["glyf"][name] = glyph = pen.glyph()
    glyph.recalcBounds(font["glyf"])
    font["hmtx"][name] = (width, glyph.xMin)


if __name__ == "__main__":
    main()
