"""Text typed in fonts of before Unicode, decoded by the cell's font, or by its letters where nothing else fits."""

from __future__ import annotations

import polars as pl

from tinhso.foundation.legacy_fonts import decode, decode_as, looks_legacy
from tinhso.intake.reading.workbook import Sheet

_VIETNAMESE = "ÀÁÂÃÈÉÊÌÍÒÓÔÕÙÚÝàáâãèéêìíòóôõùúý"
FOREIGN = [chr(code) for code in range(0xA1, 0x100) if chr(code) not in _VIETNAMESE]
"""Western letters and signs that Vietnamese has no use for; only columns with one are looked at closely."""


def by_text(texts: pl.Series) -> pl.Series:
    """The texts with those decoded that can only be of an old font; the same series where there are none."""
    if not texts.str.contains_any(FOREIGN).any():
        return texts
    distinct = texts.drop_nulls().unique().to_list()
    known = {text: decode_as(text, encoding) for text in distinct if (encoding := looks_legacy(text))}
    return texts.replace(list(known), list(known.values())) if known else texts


def by_font(texts: pl.Series, sheet: Sheet, column: int) -> tuple[pl.Series, pl.Series | None]:
    """The texts of a sheet's column decoded by the fonts of its cells; and where any was (None where none was)."""
    whole = sheet.fonts.get(column)
    cells = {place[0]: font for place, font in sheet.fonts.items() if isinstance(place, tuple) and place[1] == column}
    if whole is None and not cells:
        return texts, None
    fonts = sheet.frame["row"].replace_strict(list(cells), list(cells.values()), default=whole, return_dtype=pl.String)
    pairs = pl.DataFrame({"text": texts, "font": fonts})
    distinct = pairs.unique().drop_nulls()
    made = [decode(text, font) or text for text, font in distinct.rows()]
    known = distinct.with_columns(pl.Series("unicode", made, dtype=pl.String))
    plain = pairs.join(known, on=["text", "font"], how="left", maintain_order="left")["unicode"].fill_null(texts)
    changed = (plain != texts).fill_null(False)
    return (plain, changed) if changed.any() else (texts, None)


def plain(text: str, font: str | None) -> str:
    """One text as its font shows it, or as its letters can only be meant."""
    encoding = looks_legacy(text)
    return decode(text, font) or (decode_as(text, encoding) if encoding else text)
