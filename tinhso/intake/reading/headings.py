"""Where a table's headings stand: below title lines, perhaps in two storeys of merged cells."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tinhso.foundation.text import clean, fold

Row = Sequence[str | None]
Merge = tuple[int, int, int, int]

LOOKED_AT = 40
"""Headings stand among a sheet's first rows."""
LONGEST_HEADING = 250
MOST_STOREYS = 4


@dataclass(frozen=True, slots=True)
class Headings:
    """Headings found: the index of their lowest row, the first index of data, the storeys of each column."""

    row: int
    data: int
    storeys: tuple[tuple[str, ...], ...]

    def names(self) -> list[str]:
        """One name a column: its lowest storey, with the storeys above where two columns share it."""
        lowest = [storeys[-1] if storeys else "" for storeys in self.storeys]
        shared = {name for name, times in Counter(map(fold, lowest)).items() if name and times > 1}
        return [
            " / ".join(storeys) if fold(name) in shared else name
            for name, storeys in zip(lowest, self.storeys, strict=True)
        ]


def find_headings(rows: Sequence[Row], merges: Iterable[Merge] = ()) -> Headings | None:
    """Headings among the first rows of a sheet; ``merges`` count rows and columns from 0, as ``rows`` does.

    They are the first row that fills (nearly) every column in use with words. None where no row does, or where a
    full row of numbers comes first.
    """
    merges = list(merges)
    spread = _spread(rows, merges)
    width = max((len(_filled(row)) for row in rows), default=0)
    for share in (0.8, 0.5):
        top = _first_wordy(spread, max(1 if width < 2 else 2, round(width * share)))
        if top is not None:
            above = (first for first, _, bottom, _ in merges if first <= top <= bottom)
            return _headings(rows, spread, merges, min(above, default=top))
    return None


def _first_wordy(rows: Sequence[Row], needed: int) -> int | None:
    for at, row in enumerate(rows):
        filled = _filled(row)
        if len(filled) >= needed and len({fold(text) for text in filled}) >= min(needed, len(filled)):
            return at if _wordy(filled) else None
    return None


def _wordy(filled: Sequence[str]) -> bool:
    words = [text for text in filled if not re.fullmatch(r"[\d\s.,/:()+-]*", text) and len(text) <= LONGEST_HEADING]
    return len(words) >= 0.7 * len(filled)


def _headings(rows: Sequence[Row], spread: Sequence[Row], merges: Sequence[Merge], top: int) -> Headings:
    last = _lowest(rows, merges, top)
    width = max(len(row) for row in spread)
    storeys = tuple(_stack(row[column] for row in spread[top : last + 1]) for column in range(width))
    data = last + 1
    if data < len(rows) and _is_numbering(_filled(rows[data])):
        data += 1
    return Headings(last, data, storeys)


def _lowest(rows: Sequence[Row], merges: Sequence[Merge], top: int) -> int:
    """The lowest row of the headings: merged cells that start in a heading row carry it down."""
    last = top
    for first, left, bottom, right in sorted(merges):
        if not top <= first <= last or (first, left) == (bottom, right) or first >= len(rows):
            continue
        below = rows[first + 1][left : right + 1] if first + 1 < len(rows) else ()
        grouped = bottom == first and right > left and _filled(below)
        last = max(last, bottom, first + 1 if grouped else first)
    return min(last, top + MOST_STOREYS, len(rows) - 1)


def _spread(rows: Sequence[Row], merges: Sequence[Merge]) -> list[list[str | None]]:
    """Rows with the text of each merged cell in all the cells it covers."""
    spread = [list(row) for row in rows]
    for top, left, bottom, right in merges:
        if top < len(rows) and left < len(rows[top]):
            for at in range(top, min(bottom + 1, len(rows))):
                covered = range(left, min(right + 1, len(spread[at])))
                for column in covered:
                    spread[at][column] = rows[top][left]
    return spread


def _stack(texts: Iterable[str | None]) -> tuple[str, ...]:
    """The storeys of a column: cleaned, blanks and repetitions left out."""
    stack: list[str] = []
    for text in texts:
        heading = clean(text or "")
        if heading and heading not in stack:
            stack.append(heading)
    return tuple(stack)


def _is_numbering(filled: Sequence[str]) -> bool:
    """The row "1 2 3 …", "(1) (2) (3)" or "A B 1 2" that official forms carry under their headings."""
    marks = [re.sub(r"[()\s\[\]]", "", text) for text in filled]
    digits = [int(mark) for mark in marks if mark.isdecimal() and len(mark) < 4]
    letters = [mark for mark in marks if re.fullmatch("[A-Z]", mark)]
    in_turn = digits == list(range(digits[0], digits[0] + len(digits))) if digits else False
    return len(digits) >= 2 and in_turn and digits[0] <= 2 and len(digits) + len(letters) == len(filled)


def _filled(row: Row) -> list[str]:
    return [text for text in row if text is not None and text.strip()]
