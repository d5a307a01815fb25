"""Whether a password is one that others would try first: known ones, and what is put together from known parts.

``easy.txt`` beside this holds words of common passwords, Vietnamese ones too. A password is easy when it can be cut
into at most four pieces, each a known word, a run of keys or letters, a repetition, a number, or a single sign; so
``Matkhau@123456`` is easy although no list has it, and three unusual words are not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from importlib import resources

from tinhso.foundation.text import fold

PIECES = 4
"""A password of at most so many pieces is easy."""
LONGEST_WORD = 24
ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm", "1234567890", "abcdefghijklmnopqrstuvwxyz", "qazwsxedcrfvtgbyhnujmikolp",
        "1q2w3e4r5t6y7u8i9o0p", "!@#$%^&*()", "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p")  # fmt: skip
LEET = str.maketrans("013457@$!", "oieastasi")


def is_easy(password: str, about: Iterable[str] = ()) -> bool:
    """Whether somebody who knows such habits, and the words ``about`` its owner, would soon guess it."""
    own = frozenset(part for text in about for part in _parts(text))
    plain = re.sub(r"[\s._-]", "", fold(password))
    return any(pieces(form, own) <= PIECES for form in {plain, plain.translate(LEET)} if form)


def pieces(text: str, own: frozenset[str] = frozenset()) -> int:
    """The fewest pieces that a text can be cut into."""
    if re.fullmatch(r"(.{1,6}?)\1+", text):
        return 1
    best = [0]
    for end in range(1, len(text) + 1):
        cuts = range(max(0, end - LONGEST_WORD), end)
        best.append(min(best[start] + 1 for start in cuts if start == end - 1 or _piece(text[start:end], own)))
    return best[-1]


@cache
def words() -> frozenset[str]:
    """The words of ``easy.txt``, folded."""
    source = resources.files(__package__).joinpath("easy.txt").read_text(encoding="utf-8")
    lines = (line.partition("#")[0] for line in source.splitlines())
    return frozenset(fold(word) for line in lines for word in line.split())


@cache
def _runs() -> str:
    both = [row for each in ROWS for row in (each * 2, each[::-1] * 2)]
    return "\n".join(both)


def _piece(part: str, own: frozenset[str]) -> bool:
    if part in words() or part in own or part.isdigit():
        return True
    return len(part) >= 3 and (part in _runs() or part == part[0] * len(part))


def _parts(text: str) -> set[str]:
    """Words of a name, login or mail: each alone, and all of them in one."""
    found = [part for part in re.split(r"[\W_]+", fold(text)) if len(part) >= 2]
    return {*found, "".join(found), "".join(part[0] for part in found)}
