"""Cells typed in fonts of before Unicode, read as their font shows them."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from tinhso.foundation.legacy_fonts import SIGN, decode, decode_as, looks_legacy
from tinhso.intake.reading.workbook import Sheet

_SUSPECT = "[\u00a1-\u00ff]"
_UNICODE = r"[^\x00-\xff\u2010-\u2027]"


@dataclass(frozen=True, slots=True)
class Decoded:
    """``frame`` of the sheet with such cells in Unicode; ``cells`` counts them by index of column."""

    frame: pl.DataFrame
    changed: pl.DataFrame
    """Boolean columns as the text columns of ``frame``: which cells were decoded. Only columns with any."""
    cells: dict[int, int]


def decoded(sheet: Sheet) -> Decoded:
    """The sheet's texts in Unicode: by the cell's font, else by characters that nothing else explains.

    Work is done once per distinct text and font; a sheet without any costs one search a column.
    """
    fixed = {at: _column(sheet.frame[f"c{at}"], _fonts(sheet, at)) for at in _suspects(sheet)}
    changed = {at: (series != sheet.frame[f"c{at}"]).fill_null(False) for at, series in fixed.items()}
    changed = {at: flags for at, flags in changed.items() if flags.any()}
    frame = sheet.frame.with_columns(fixed[at].alias(f"c{at}") for at in changed)
    flags = pl.DataFrame({f"c{at}": flags for at, flags in changed.items()})
    return Decoded(frame, flags, {at: int(flags.sum()) for at, flags in changed.items()})


def _suspects(sheet: Sheet) -> list[int]:
    """Columns with any cell that may be of before Unicode, by its font or its characters."""
    with_fonts = {key if isinstance(key, int) else key[1] for key in sheet.fonts}
    texts = pl.all().exclude("row")
    western = sheet.frame.select(texts.str.contains(SIGN).any())
    return [at for at in range(len(sheet.columns)) if at in with_fonts or western[f"c{at}"].item()]


def _fonts(sheet: Sheet, at: int) -> pl.Series:
    """The font of each row's cell in a column; null for fonts of today."""
    if (font := sheet.fonts.get(at)) is not None:
        return pl.Series([font]).new_from_index(0, sheet.frame.height)
    cells = {key[0]: font for key, font in sheet.fonts.items() if isinstance(key, tuple) and key[1] == at}
    if not cells:
        return pl.Series([None], dtype=pl.String).new_from_index(0, sheet.frame.height)
    return sheet.frame["row"].replace_strict(cells, default=None, return_dtype=pl.String)


def _column(texts: pl.Series, fonts: pl.Series) -> pl.Series:
    pairs = pl.DataFrame({"text": texts, "font": fonts})
    text = pl.col("text")
    distinct = pairs.filter(text.str.contains(_SUSPECT) & ~text.str.contains(_UNICODE)).unique()
    unicode = [_unicode(text, font) for text, font in distinct.rows()]
    known = distinct.with_columns(pl.Series("unicode", unicode, dtype=pl.String))
    joined = pairs.join(known, on=["text", "font"], how="left", nulls_equal=True, maintain_order="left")
    return joined.select(pl.coalesce("unicode", "text")).to_series()


def _unicode(text: str, font: str | None) -> str:
    by_font = decode(text, font)
    if by_font is not None:
        return by_font
    guess = looks_legacy(text)
    return decode_as(text, guess) if guess else text
