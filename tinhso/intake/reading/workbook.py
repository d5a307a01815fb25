"""What reading a file yields: sheets of texts with everything that is known about their cells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from tinhso.foundation.problems import Problem

FIRST_LETTER, LETTERS = ord("A"), 26


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a sheet: its letter there and its heading ("" where it has none).

    ``storeys`` are the headings above one another, top first; ``heading`` is the lowest, with those above it
    where another column has the same.
    """

    letter: str
    heading: str
    storeys: tuple[str, ...] = ()
    field: str | None = None
    """What the hidden row of one of our templates says of it (``reading.stamps``)."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """The table of one sheet, as text.

    ``frame`` has a String column ``c0`` … per entry of ``columns`` and ``row`` (Int64), the row's number in the
    sheet from 1. Dates are ISO text, whole numbers have no decimals, broken numbers have a decimal comma,
    truth is "true" or "false", blank is null. ``header_row`` is the number of the lowest heading row.
    Cells are named by (row number, index of the column in ``columns``).
    """

    name: str
    header_row: int
    columns: tuple[Column, ...]
    frame: pl.DataFrame
    error_cells: Mapping[tuple[int, int], str] = field(default_factory=dict)
    """Formulas that failed ("#DIV/0!"); their text in ``frame`` is null."""
    fonts: Mapping[int | tuple[int, int], str] = field(default_factory=dict)
    """Fonts of before Unicode: by column where the whole column has one, else by cell."""
    numeric: Mapping[int, pl.Series] = field(default_factory=dict)
    """By column: which rows of ``frame`` hold a cell stored as a number (dates too). None stored so: no entry."""
    stamp: tuple[str, str] | None = None
    """Of one of our templates: its register and the version of the declaration it was made from."""

    def cell(self, row: int, column: int) -> str:
        """The cell's name as a spreadsheet shows it: ``E12``."""
        return f"{self.columns[column].letter}{row}"


@dataclass(frozen=True, slots=True)
class Workbook:
    """A file read. With no sheets, ``problems`` say why; else they say what was left out or looks odd."""

    sheets: tuple[Sheet, ...]
    problems: tuple[Problem, ...] = ()


def letter_of(index: int) -> str:
    """The letters of the column ``index`` counted from 0: 0 is A, 26 is AA."""
    letters = ""
    while index >= 0:
        letters = chr(FIRST_LETTER + index % LETTERS) + letters
        index = index // LETTERS - 1
    return letters


def index_of(letters: str) -> int:
    """The inverse of ``letter_of``."""
    index = 0
    for letter in letters:
        index = index * LETTERS + ord(letter) - FIRST_LETTER + 1
    return index - 1
