"""Vietnamese text: one form to store, one to match by, one to sort by.

Unicode NFC is the stored form. Matching ignores case, marks and the place of the tone (Hoà = Hòa).
Sorting follows the Vietnamese alphabet (a ă â b c d đ e ê …), tones deciding only between equal letters:
ngang, huyền, hỏi, ngã, sắc, nặng.
"""

from __future__ import annotations

import re
import unicodedata

BLANKS = "\\t\\n\\x0b\\x0c\\r \\x85\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000"
INVISIBLE = "\\x00-\\x08\\x0e-\\x1f\\x7f\\u061c\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u2069\\ufeff"
"""Marks of direction, joiners and control characters; not U+00AD, which is the letter ư in TCVN3 text."""

TONES = {"\u0300": "1", "\u0309": "2", "\u0303": "3", "\u0301": "4", "\u0323": "5"}
"""Combining tone marks in their order after ngang: huyền, hỏi, ngã, sắc, nặng."""

LETTERS = {"\u0306": "{", "\u0302": "|", "\u031b": "}", "đ": "d{", " ": "!"}
"""What makes a letter of its own: breve, circumflex, horn and đ sort after every plain continuation (ASCII)."""

_blanks = re.compile(f"[{BLANKS}]+")
_invisible = re.compile(f"[{INVISIBLE}]")
_marks = re.compile("[\u0300-\u036f]")
_primary = str.maketrans({**dict.fromkeys(TONES, ""), **LETTERS})
_not_tone = re.compile(f"[^{''.join(TONES)} ]")
_tones = str.maketrans({**TONES, " ": "."})


def nfc(text: str) -> str:
    """The composed form: "Đồng Văn" is 8 code points however it was typed."""
    return unicodedata.normalize("NFC", text)


def clean(text: str) -> str:
    """NFC, every kind of blank a single space, none at the ends, no invisible characters but U+00AD."""
    return nfc(_blanks.sub(" ", _invisible.sub("", text)).strip(" "))


def fold(text: str) -> str:
    """The form to match by: small letters without marks, đ as d. ``fold("ĐỒNG VĂN") == "dong van"``."""
    return nfc(_without_marks(_decomposed(text)).replace("đ", "d"))


def sort_key(text: str) -> str:
    """Text whose plain byte order (collation "C") is the Vietnamese order of ``text``.

    Two tokens parted by a space: the letters (``LETTERS`` sort after z, a space before all), then a digit
    for each tone and a point for each space.
    """
    letters = _decomposed(text)
    return f"{_without_marks(letters.translate(_primary))} {_not_tone.sub('', letters).translate(_tones)}"


def person_sort_key(name: str) -> str:
    """Sort key of a person's name: by given name (the last word), then family name, then middle names."""
    family, *rest = clean(name).split(" ")
    if not rest:
        return sort_key(family)
    return " ".join(sort_key(part) for part in (rest[-1], family, " ".join(rest[:-1])))


def _decomposed(text: str) -> str:
    """Cleaned small letters, each followed by its combining marks; the second pass is for letters such as İ."""
    return unicodedata.normalize("NFD", unicodedata.normalize("NFD", clean(text)).lower())


def _without_marks(decomposed: str) -> str:
    return decomposed if decomposed.isascii() else _marks.sub("", decomposed)
