"""Quotation marks in delimited text: ``ống 5" nước`` is a text, not the beginning of a quoted cell."""

from __future__ import annotations

import csv
import io

import numpy as np
import polars as pl

_MARK, _RETURN = ord('"'), ord("\r")
_LINE = np.frombuffer(b"\n", dtype=np.uint8)


def is_well_quoted(content: bytes, separator: str) -> bool:
    """Whether each quotation mark opens or closes a whole cell, which the fast parser takes for granted.

    Rather says no to a right file (it is then read slowly) than yes to a wrong one.
    """
    data = np.frombuffer(content, dtype=np.uint8)
    marks = np.flatnonzero(data == _MARK)
    if not marks.size:
        return True
    # doubled marks stand for one within a text: of each run of marks only the odd one means something
    starts = np.flatnonzero(np.diff(marks, prepend=marks[0] - 2) > 1)
    lengths = np.diff(np.append(starts, marks.size))
    odd = lengths % 2 == 1
    first, last = marks[starts][odd], (marks[starts] + lengths - 1)[odd]
    ends = np.frombuffer(separator.encode() + b"\n", dtype=np.uint8)
    padded = np.concatenate((_LINE, data, _LINE))
    after = padded[last + 2]
    closing = np.isin(after, ends) | ((after == _RETURN) & (padded[np.minimum(last + 3, padded.size - 1)] == _LINE[0]))
    opening = np.isin(padded[first], ends)
    return bool(opening.sum() + closing.sum() == odd.sum() and opening.sum() == closing.sum())


def slowly(content: bytes, separator: str, width: int) -> pl.DataFrame | None:
    """Lines as rows of ``width`` + 1 texts, cell by cell; None where a quoted cell never ends."""
    reader = csv.reader(io.StringIO(content.decode("utf-8", "replace"), newline=""), delimiter=separator)
    columns: list[list[str | None]] = [[] for _ in range(width + 1)]
    try:
        for cells in reader:
            for at, column in enumerate(columns):
                column.append(cells[at] or None if at < len(cells) else None)
    except csv.Error:
        return None
    return pl.DataFrame({f"x{at}": pl.Series(column, dtype=pl.String) for at, column in enumerate(columns)})
