"""What stands below a table and is none of its rows: totals, dates of signing, names of signers; in whatever font."""

from __future__ import annotations

import re
from collections.abc import Sequence

import polars as pl

from tinhso.foundation.legacy_fonts import Encoding, decode_as

LOOKED_AT = 40
FEW_CELLS = 4
"""A total's line may fill many cells; every other line below a table fills few."""

_ENCODINGS: tuple[Encoding, ...] = ("tcvn3", "vni")
_total = re.compile(r"(tổng cộng|tổng số|tổng|cộng)\s*[:.]?|(tổng cộng|tổng số)\b.{0,60}", re.IGNORECASE)
_closing = re.compile(
    r"(người lập|lập biểu|thủ trưởng|chủ tịch|tm\.|kt\.|t/m|ghi chú\s*:|nơi nhận|\(ký).*"
    r"|.{0,40}ngày.{1,12}tháng.{1,8}năm.{0,12}",
    re.IGNORECASE | re.DOTALL,
)


def footer_rows(frame: pl.DataFrame) -> int:
    """How many rows at the end of ``frame`` (columns of text only, no blank rows) are no rows of the table.

    The footer begins with a total or a signature, and all below it fill few cells or say the same. Anything
    less sure stays and is checked as a row.
    """
    rows = frame.tail(LOOKED_AT).rows()
    footer = 0
    for below, row in enumerate(reversed(rows), start=1):
        filled = [text for text in row if text is not None]
        if _opens(filled):
            footer = below
        elif len(filled) > FEW_CELLS or len(filled) * 2 > len(row):
            break
    return footer


def _opens(filled: Sequence[str]) -> bool:
    """Whether a row says it is a total (the rest are numbers) or closes the paper."""
    words = [text.strip() for text in filled if re.search(r"[^\W\d_]", text)]
    if words and len(words) <= 2 and _says(_total, words[0]):
        return True
    return 0 < len(filled) <= FEW_CELLS and any(_says(_closing, word) for word in words)


def _says(pattern: re.Pattern[str], text: str) -> bool:
    """Whether a text says so, in Unicode or as a font of before it keeps Vietnamese."""
    if pattern.fullmatch(text):
        return True
    return not text.isascii() and any(pattern.fullmatch(decode_as(text, way)) for way in _ENCODINGS)
