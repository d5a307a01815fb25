"""What a Vietnamese syllable may look like: the test by which wrongly encoded text is told from right text."""

from __future__ import annotations

import re
import unicodedata

from tinhso.foundation.text import TONES

_INITIAL = "b|ch|c|d|đ|gh|gi|g|h|kh|k|l|m|ngh|ng|nh|n|ph|p|qu|r|s|th|tr|t|v|x"
_CLOSED = "oa|oă|oe|oo|uâ|uê|uy|uyê|iê|yê|uô|ươ|a|ă|â|e|ê|i|o|ô|ơ|u|ư|y"
_OPEN = (
    "ai|ao|au|ay|âu|ây|eo|êu|ia|iu|oi|ôi|ơi|ua|ui|uơ|ưa|ưi|ưu|oai|oao|oay|oeo|uây|uôi|ươi|ươu|iêu|yêu|uya|uyu|oa|oe"
    "|uê|uy|a|e|ê|i|o|ô|ơ|u|ư|y"
)
_syllable = re.compile(f"(?:{_INITIAL})?(?:(?:{_CLOSED})(?:ch|ng|nh|c|m|n|p|t)|{_OPEN})")


def is_syllable(word: str) -> bool:
    """Whether ``word`` (NFC, any case, no blanks) could be one Vietnamese syllable with at most one tone."""
    letters = unicodedata.normalize("NFD", word.lower())
    tones = sum(letters.count(tone) for tone in TONES)
    plain = "".join(letter for letter in letters if letter not in TONES)
    return tones <= 1 and _syllable.fullmatch(unicodedata.normalize("NFC", plain)) is not None
