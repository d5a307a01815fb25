"""Text typed with the fonts of before Unicode: TCVN3 (.VnTime, .VnArialH …) and VNI (VNI-Times …).

Such text is stored as Western letters that only its font shows as Vietnamese: ``Hµ Giang`` in .VnTime is
Hà Giang. The font of the cell is the sure sign; characters alone are believed only where nothing else fits.
Tables: TCVN 5712:1993 (VN3) and the VNI Windows set, both in their Windows-1252 reading.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection
from functools import cache
from typing import Literal

from tinhso.foundation.syllables import is_syllable
from tinhso.foundation.text import nfc

Encoding = Literal["tcvn3", "vni"]

_TCVN3 = dict(
    zip(
        "µ¸¶·¹¨»¾¼½Æ©ÇÊÈÉË®ÌÐÎÏÑªÒÕÓÔÖ×ÝØÜÞßãáâä«åèæçé¬êíëìîïóñòô\u00adõøö÷ùúýûüþ¡¢§£¤¥¦",
        "àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵĂÂĐÊÔƠƯ",
        strict=True,
    )
)
_VNI_TONES = {"ù": "\u0301", "ø": "\u0300", "û": "\u0309", "õ": "\u0303", "ï": "\u0323"}
_VNI_CIRCUMFLEX = {"â": "", "á": "\u0301", "à": "\u0300", "å": "\u0309", "ã": "\u0303", "ä": "\u0323"}
_VNI_BREVE = {"ê": "", "é": "\u0301", "è": "\u0300", "ú": "\u0309", "ü": "\u0303", "ë": "\u0323"}
_VNI_SINGLE = {"ñ": "đ", "ö": "ư", "ô": "ơ", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ"}


def encoding_of(font: str | None) -> Encoding | None:
    """The encoding that a font's name stands for; None for Unicode fonts."""
    name = (font or "").strip().lower()
    if name.startswith(".vn"):
        return "tcvn3"
    return "vni" if name.startswith("vni-") else None


def decode(text: str, font: str | None, *, trusted: bool = True) -> str | None:
    """``text`` in Unicode as its font shows it; None where there is nothing to decode.

    That is where the font is not a legacy one, and where somebody typed Unicode Vietnamese over it: letters that only
    Unicode has, or words that are Vietnamese as they stand and would not be. Where the font is not ``trusted`` (others
    typed Unicode in it), the words must become Vietnamese by it. Fonts whose name ends in H (.VnTimeH) show capitals
    only: TCVN3 has no other way to write accented capitals.
    """
    encoding = encoding_of(font)
    if encoding is None or surely_unicode(text):
        return None
    sense = sense_of(text, encoding)
    if sense == "as it stands" or (not trusted and sense != "decoded"):
        return None
    decoded = decode_as(text, encoding)
    return decoded.upper() if encoding == "tcvn3" and font is not None and font.strip().endswith("H") else decoded


def surely_unicode(text: str) -> bool:
    """Whether a letter shows that no font of before Unicode wrote this."""
    return any(ord(letter) > 0xFF and letter not in _PUNCTUATION for letter in text)


Sense = Literal["as it stands", "decoded", "both", "neither"]


def sense_of(text: str, encoding: Encoding) -> Sense:
    """In which reading all words of ``text`` beyond ASCII are Vietnamese; "both" where it has no such word."""
    words = _words(text)
    plain, decoded = all(map(is_syllable, words)), all(_is_told(decode_as(word, encoding)) for word in words)
    if plain:
        return "both" if decoded else "as it stands"
    return "decoded" if decoded else "neither"


def _words(text: str) -> list[str]:
    return [word for word in _between.split(text) if word and not word.isascii()]


def _is_told(word: str) -> bool:
    """Whether a decoded word is a syllable, or stands for some (QĐ, HĐND)."""
    return is_syllable(word) or _initials.fullmatch(word) is not None


_between = re.compile(r"[\s\d,.;:/()\"'?!_+-]+")
_initials = re.compile("[BCDĐGHKLMNPQRSTVX]{2,6}")
_PUNCTUATION = "\u2013\u2014\u2018\u2019\u201c\u201d\u2026\u2022"


def decode_as(text: str, encoding: Encoding) -> str:
    """``text`` in Unicode, read in the encoding given."""
    if encoding == "tcvn3":
        return nfc("".join(_TCVN3.get(letter, letter) for letter in text))
    return nfc(_vni_pattern().sub(lambda found: _vni()[found.group()], text))


def looks_legacy(text: str) -> Encoding | None:
    """The encoding that ``text`` is written in, judged by its characters alone; None for everything else.

    Believed only if each word with such characters decodes to a Vietnamese syllable and at least one shows what
    no Unicode Vietnamese, French or German word shows. Rather misses than flags a right word.
    """
    if text.isascii() or surely_unicode(text):
        return None
    words = _words(text)
    if all(map(is_syllable, words)):
        return None
    if all(_is_word(word, "tcvn3") for word in words) and any(_TCVN3_SIGN.search(word) for word in words):
        return "tcvn3"
    signs = sum(1 for word in words if _VNI_SIGN.search(word))
    sure = signs > 1 or any(_VNI_SURE.search(word) for word in words)
    return "vni" if signs and sure and all(_is_word(word, "vni") for word in words) else None


ENOUGH = 2
"""Texts beyond doubt that show how those beside them are written."""


def encoding_among(texts: Collection[str]) -> Encoding | None:
    """The encoding that texts written by the same hand are in, by what is beyond doubt among them.

    None where one of them is Unicode, where too few are sure, or where more are Vietnamese as they stand than half of
    those.
    """
    if any(map(surely_unicode, texts)):
        return None
    sure = Counter(found for text in texts if (found := looks_legacy(text)))
    encoding, most = max(sure.items(), key=lambda item: item[1], default=(None, 0))
    if encoding is None or most < ENOUGH or most <= 2 * (sure.total() - most):
        return None
    against = sum(sense_of(text, encoding) == "as it stands" for text in texts)
    return encoding if against * 2 <= most else None


def decode_among(text: str, encoding: Encoding | None) -> str:
    """``text`` in Unicode where it stands among texts of this encoding, or can only be of an old font; else itself.

    Capitals with marks that TCVN3 lacks were typed small beside capitals: NGUYÔN is NGUYỄN.
    """
    if text.isascii() or surely_unicode(text):
        return text
    if encoding is None or sense_of(text, encoding) not in ("decoded", "both"):
        own = looks_legacy(text)
        return decode_as(text, own) if own else text
    decoded = decode_as(text, encoding)
    return decoded.upper() if _capitals.search(text) and not _small.search(text) else decoded


_capitals, _small = re.compile("[A-Z]{2}"), re.compile("[a-z]")


_CAPITALS = "ÆÇÊÈÉËÌÐÎÏÑÒÕÓÔÖÝØÜÞß"
_TCVN3_SIGN = re.compile(
    r"[A-Za-z][µ¸¶·¹¨»¾¼½©®ª«¬\u00ad×§÷]|[§®¨][a-zµ-þ]"
    rf"|[A-Za-z][{_CAPITALS}][a-zµ-þ]+$|[a-z][{_CAPITALS}]$"
)
"""A sign inside a word, or a capital after a small letter."""
_VNI_SIGN = re.compile(r"[aeouyAEOUYöÖôÔ][øåäëïûüæØÅÄËÏÛÜÆ]|[ñÑ][aeouiôö]|[aA][êÊ]|[aAeE]à|öô|[hHnNtTlLdDbB]öõ")
_VNI_SURE = re.compile(r"[aeouyAEOUYöÖôÔ][øØ]|[aA][êÊ][nmpct]|[eEoO][äÄåÅ]|[ôö][øïõûù]")


def _is_word(word: str, encoding: Encoding) -> bool:
    """Whether a word decodes, without rest, to a Vietnamese syllable in one manner of capitals."""
    decoded = decode_as(word, encoding)
    manner = decoded[1:].islower() or decoded.isupper() or len(decoded) == 1
    return decoded != nfc(word) and manner and is_syllable(decoded)


@cache
def _vni() -> dict[str, str]:
    """Every VNI sequence with its Unicode letter, small and capital."""
    small = {base + mark: base + tone for base in "aeouy" for mark, tone in _VNI_TONES.items()}
    small |= {base + mark: base + "\u0302" + tone for base in "aeo" for mark, tone in _VNI_CIRCUMFLEX.items()}
    small |= {"a" + mark: "a\u0306" + tone for mark, tone in _VNI_BREVE.items()}
    horns = (("ô", "ơ"), ("ö", "ư"))
    small |= {code + mark: letter + tone for code, letter in horns for mark, tone in _VNI_TONES.items()}
    small |= _VNI_SINGLE
    capital = {code.upper(): letter.upper() for code, letter in small.items()}
    mixed = {code[0].upper() + code[1:]: letter.upper() for code, letter in small.items() if len(code) == 2}
    return {code: nfc(letter) for code, letter in (small | mixed | capital).items()}


@cache
def _vni_pattern() -> re.Pattern[str]:
    return re.compile("|".join(sorted(map(re.escape, _vni()), key=len, reverse=True)))
