"""The hidden row of our own templates: which register, which version of its declaration, which column is which field.

Each cell of the row says so for its column, so that columns may be renamed, moved and left out. Below it stand the
headings people see, and an example row that is never taken in.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

import msgspec
import polars as pl

from tinhso.foundation.problems import Problem
from tinhso.foundation.text import fold
from tinhso.intake.reading.headings import Headings
from tinhso.intake.reading.workbook import Sheet
from tinhso.registers.declaration import Declaration

NOTE, KEPT = "!note", "!kept"
"""Columns of the template's own: the remark that marks the example, and the fields of a row that are kept as they are,
since whoever asked for the template may not see them."""
HEADING = "tinhso:!heading"
"""Stands in the column ``KEPT`` beside the headings."""
LISTS = "tinhso:!lists"
"""Stands in the first cell of the sheet of choices, which holds no table."""
EXAMPLE = "Ví dụ: dòng này không được nạp"
"""The remark beside the example. Whoever wants the row taken in deletes it."""

_cell = re.compile(r"tinhso:([a-z][a-z0-9_]*)@([0-9a-f]{8}):(!?[a-z][a-z0-9_]*)(?::([0-9a-f]+))?")
_DIGITS, _EXAMPLE_DIGITS = 8, 16


@dataclass(frozen=True, slots=True)
class Stamp:
    """``fields`` by column of the frame; ``example`` is the digest of the example as it was written."""

    register: str
    version: str
    fields: Mapping[int, str]
    example: str
    row: int

    def place(self, name: str) -> int | None:
        """The column of a field, or of one of the template's own columns."""
        return next((place for place, field in self.fields.items() if field == name), None)


def version(declaration: Declaration) -> str:
    """A short digest of the fields that a declaration has, their types and codes."""
    told = [(name, each.type, each.codes, each.level) for name, each in declaration.fields.items()]
    return sha256(msgspec.json.encode(told)).hexdigest()[:_DIGITS]


def cell(declaration: Declaration, field: str, example: str = "") -> str:
    """What the hidden row says of a column."""
    more = f":{example}" if example else ""
    return f"tinhso:{declaration.register}@{version(declaration)}:{field}{more}"


def digest(texts: Mapping[str, str | None]) -> str:
    """A digest of a row by its filled cells, as reading tells them."""
    said = "\x1f".join(f"{field}={text}" for field, text in sorted(texts.items()) if text)
    return sha256(said.encode()).hexdigest()[:_EXAMPLE_DIGITS]


def is_lists(head: Sequence[Sequence[str | None]]) -> bool:
    """Whether a sheet is that of the choices."""
    return bool(head) and LISTS in head[0]


def found(head: Sequence[Sequence[str | None]]) -> Stamp | None:
    """The stamp among a sheet's first rows."""
    for row, texts in enumerate(head):
        cells = {at: match for at, text in enumerate(texts) if text and (match := _cell.fullmatch(text.strip()))}
        if cells:
            first = next(iter(cells.values()))
            fields = {at: each[3] for at, each in cells.items() if (each[1], each[2]) == (first[1], first[2])}
            example = next((each[4] for each in cells.values() if each[4]), "")
            return Stamp(first[1], first[2], fields, example, row)
    return None


def headings(head: Sequence[Sequence[str | None]], stamp: Stamp) -> Headings:
    """The headings below the hidden row; where somebody deleted them, the fields' names and no row lost."""
    below = head[stamp.row + 1] if stamp.row + 1 < len(head) else ()
    there = any(text and text.strip() == HEADING for text in below)
    width = max(map(len, head))
    storeys = []
    for at in range(width):
        written = below[at] if there and at < len(below) else None
        text = " ".join((written or stamp.fields.get(at, "")).split())
        storeys.append((text,) if text else ())
    row = stamp.row + (1 if there else 0)
    return Headings(row, row + 1, tuple(storeys))


def without_example(sheet: Sheet, stamp: Stamp) -> tuple[Sheet, list[Problem]]:
    """The sheet without the example and without rows whose fields are all blank."""
    own = {place: field for place, field in stamp.fields.items() if not field.startswith("!")}
    columns = [f"c{place}" for place in own]
    if sheet.frame.is_empty() or not columns:
        return sheet, []
    blank = sheet.frame.select(pl.all_horizontal(pl.col(columns).is_null())).to_series()
    note = stamp.place(NOTE)
    remarked = _remarked(sheet.frame[f"c{note}"]) if note is not None else pl.repeat(False, blank.len(), eager=True)
    same = pl.Series([digest(dict(zip(own.values(), row, strict=True))) == stamp.example
                      for row in sheet.frame.select(columns).iter_rows()], dtype=pl.Boolean)  # fmt: skip
    out = blank | remarked | same
    written = sheet.frame["row"].filter(remarked & ~same & ~blank)
    problems = [Problem("intake.example_overwritten", sheet=sheet.name, row=int(row)) for row in written.to_list()]
    numeric = {place: marks.filter(~out) for place, marks in sheet.numeric.items()}
    return replace(sheet, frame=sheet.frame.filter(~out), numeric=numeric), problems


def _remarked(texts: pl.Series) -> pl.Series:
    said = fold(EXAMPLE)
    distinct = {text: fold(text) == said for text in texts.drop_nulls().unique().to_list()}
    return pl.Series([distinct.get(text, False) for text in texts.to_list()], dtype=pl.Boolean)
