"""Text typed in fonts of before Unicode, decoded by its cell's font, or by its letters and those of texts beside it.

Many a name in TCVN3 could be another one in Unicode (``Lò`` is ``Lũ``), so texts are not judged one by one: once
enough texts of a sheet are beyond doubt of one encoding and none is Unicode, all its texts are read in it; where the
columns of a sheet differ, each by its own texts. A font is trusted where nobody typed Unicode in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import polars as pl

from tinhso.foundation.legacy_fonts import (
    Encoding,
    decode,
    decode_among,
    encoding_among,
    sense_of,
    surely_unicode,
)
from tinhso.intake.matching import Matched
from tinhso.intake.reading.workbook import Sheet

_VIETNAMESE = "ÀÁÂÃÈÉÊÌÍÒÓÔÕÙÚÝàáâãèéêìíòóôõùúý"
FOREIGN = [chr(code) for code in range(0xA1, 0x100) if chr(code) not in _VIETNAMESE]
"""Western letters and signs that Vietnamese has no use for; only columns with one are looked at closely."""
MOST_LOOKED_AT = 5_000
"""Distinct texts of a column by which its encoding is judged."""


class Writing:
    """How the sheets of a file were written: found out when something strange is met, and then kept."""

    def __init__(self, pairs: Sequence[tuple[Sheet, Matched]]) -> None:
        self._pairs = pairs
        self._trusted: dict[int, frozenset[str]] = {}
        self._encodings: dict[int, Mapping[str, Encoding]] = {}

    def texts(self, number: int, field: str) -> tuple[pl.Series, pl.Series | None]:
        """A field's texts in a sheet, decoded by the fonts of their cells; and where any was (None where none was)."""
        sheet, matched = self._pairs[number]
        place = matched.columns.get(field)
        if place is None:
            return pl.repeat(None, sheet.frame.height, dtype=pl.String, eager=True), None
        texts = sheet.frame[f"c{place}"].cast(pl.String)
        return _by_font(texts, sheet, place, self._fonts(number)) if sheet.fonts else (texts, None)

    def encoding(self, number: int, field: str) -> Encoding | None:
        """The encoding that a field's texts in a sheet are in, beside those of their cells' fonts."""
        if number not in self._encodings:
            self._encodings[number] = _encodings(
                {field: self.texts(number, field) for field in self._pairs[number][1].columns}
            )
        return self._encodings[number].get(field)

    def plain(self, number: int, field: str, text: str, font: str | None) -> str:
        """One text of a sheet as it is read."""
        if surely_unicode(text):
            return text
        by_font = decode(text, font, trusted=font in self._fonts(number)) if font else None
        return by_font or decode_among(text, self.encoding(number, field))

    def _fonts(self, number: int) -> frozenset[str]:
        """The fonts of before Unicode that nobody typed Unicode in."""
        if number not in self._trusted:
            found = [pairs for pairs in _in_fonts(self._pairs[number][0]) if pairs.height]
            every = pl.concat(found) if found else pl.DataFrame(schema={"text": pl.String, "font": pl.String})
            typed = {font for text, font in every.unique().rows() if surely_unicode(text)}
            self._trusted[number] = frozenset(set(every["font"]) - typed)
        return self._trusted[number]


def by_text(texts: pl.Series, encoding: Encoding | None = None) -> pl.Series:
    """The texts with those decoded that are in ``encoding``, or can only be of an old font; the same series where
    there are none."""
    distinct = texts.drop_nulls().unique().to_list()
    known = {text: plain for text in distinct if (plain := decode_among(text, encoding)) != text}
    return texts.replace(list(known), list(known.values())) if known else texts


def _encodings(columns: Mapping[str, tuple[pl.Series, pl.Series | None]]) -> Mapping[str, Encoding]:
    """By field: of each column by its own texts, else by those of all where none of these is Unicode."""
    looked = {
        field: _strange(texts) for field, (texts, decoded) in columns.items() if decoded is None or not decoded.any()
    }
    own = {field: found for field, texts in looked.items() if (found := encoding_among(texts))}
    all_fonts = len(looked) == len(columns)
    every = encoding_among([text for texts in looked.values() for text in texts]) if all_fonts else None
    if every is None:
        return own
    return {field: every for field, texts in looked.items() if field in own or _may_be(texts, every)} | own


def _may_be(texts: Sequence[str], encoding: Encoding) -> bool:
    """Whether no more texts of a column speak against an encoding than for it."""
    told = [sense_of(text, encoding) for text in texts]
    return told.count("as it stands") <= told.count("decoded")


def _strange(texts: pl.Series) -> list[str]:
    """The first distinct texts beyond ASCII; with one that is Unicode, wherever it stands."""
    distinct = texts.drop_nulls().unique(maintain_order=True)
    beyond = distinct.filter(distinct.str.contains(r"[^\x00-\x7f]"))
    unicode = beyond.filter(beyond.str.contains(r"[^\x00-\xff–—‘’“”…•]"))
    return [*unicode.head(1).to_list(), *beyond.head(MOST_LOOKED_AT).to_list()]


def _in_fonts(sheet: Sheet) -> Iterator[pl.DataFrame]:
    for place in range(len(sheet.columns)):
        fonts = _fonts_of(sheet, place)
        if fonts is not None:
            yield pl.DataFrame({"text": sheet.frame[f"c{place}"].cast(pl.String), "font": fonts}).drop_nulls()


def _fonts_of(sheet: Sheet, column: int) -> pl.Series | None:
    """By row: the font of before Unicode that the cell of a column has; None where none has one."""
    whole = sheet.fonts.get(column)
    cells = {place[0]: font for place, font in sheet.fonts.items() if isinstance(place, tuple) and place[1] == column}
    if whole is None and not cells:
        return None
    return sheet.frame["row"].replace_strict(list(cells), list(cells.values()), default=whole, return_dtype=pl.String)


def _by_font(
    texts: pl.Series, sheet: Sheet, column: int, trusted: frozenset[str]
) -> tuple[pl.Series, pl.Series | None]:
    fonts = _fonts_of(sheet, column)
    if fonts is None:
        return texts, None
    pairs = pl.DataFrame({"text": texts, "font": fonts})
    distinct = pairs.unique().drop_nulls()
    made = [decode(text, font, trusted=font in trusted) or text for text, font in distinct.rows()]
    known = distinct.with_columns(pl.Series("unicode", made, dtype=pl.String))
    plain = pairs.join(known, on=["text", "font"], how="left", maintain_order="left")["unicode"].fill_null(texts)
    changed = (plain != texts).fill_null(False)
    return (plain, changed) if changed.any() else (texts, None)
