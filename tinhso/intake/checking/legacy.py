"""Text typed in fonts of before Unicode, decoded by the cell's font, or by its letters where nothing else fits."""

from __future__ import annotations

import polars as pl

from tinhso.foundation.legacy_fonts import decode, decode_as, looks_legacy
from tinhso.intake.reading.workbook import Sheet

_VIETNAMESE = "ÀÁÂÃÈÉÊÌÍÒÓÔÕÙÚÝàáâãèéêìíòóôõùúý"
_FOREIGN = [chr(code) for code in range(0xA1, 0x100) if chr(code) not in _VIETNAMESE]
"""Western letters and signs that Vietnamese has no use for; only columns with one are looked at closely."""


def decoded(texts: pl.Series, sheet: Sheet, column: int) -> tuple[pl.Series, pl.Series | None]:
    """The texts in Unicode, and where any was decoded (None where none was)."""
    font = sheet.fonts.get(column)
    cells = {place[0]: name for place, name in sheet.fonts.items() if isinstance(place, tuple) and place[1] == column}
    if font is None and not cells and not texts.str.contains_any(_FOREIGN).any():
        return texts, None
    plain = _by_cells(texts, sheet, cells) if cells else _by_text(texts, font)
    changed = (plain != texts).fill_null(False)
    return (plain, changed) if changed.any() else (texts, None)


def _by_text(texts: pl.Series, font: str | None) -> pl.Series:
    distinct = texts.drop_nulls().unique().to_list()
    known = {text: unicode for text in distinct if (unicode := _unicode(text, font)) != text}
    return texts.replace(list(known), list(known.values())) if known else texts


def _by_cells(texts: pl.Series, sheet: Sheet, cells: dict[int, str]) -> pl.Series:
    fonts = sheet.frame["row"].replace_strict(list(cells), list(cells.values()), default=None, return_dtype=pl.String)
    pairs = pl.DataFrame({"text": texts, "font": fonts})
    distinct = pairs.unique().drop_nulls("text")
    made = [_unicode(text, font) for text, font in distinct.rows()]
    known = distinct.with_columns(pl.Series("unicode", made, dtype=pl.String))
    joined = pairs.join(known, on=["text", "font"], how="left", nulls_equal=True, maintain_order="left")
    return joined["unicode"].alias(texts.name)


def _unicode(text: str, font: str | None) -> str:
    if font is not None:
        return decode(text, font) or text
    encoding = looks_legacy(text)
    return decode_as(text, encoding) if encoding else text
