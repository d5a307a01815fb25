"""From a sheet's raw rows to its table: headings named, rows numbered, blank rows and footers left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import polars as pl

from tinhso.foundation.formats import vi_number
from tinhso.foundation.legacy_fonts import decode, decode_among, encoding_among, surely_unicode
from tinhso.foundation.problems import Problem
from tinhso.intake.reading import stamps
from tinhso.intake.reading.footers import footer_rows
from tinhso.intake.reading.headings import LOOKED_AT, Headings, Merge, find_headings
from tinhso.intake.reading.stamps import Stamp
from tinhso.intake.reading.workbook import Column, Sheet, letter_of

WIDEST = 1_000
"""Columns with a heading in one sheet."""


@dataclass(slots=True)
class Raw:
    """A sheet as its parser gave it: String columns in sheet order, one row per sheet row from the first.

    ``left`` is the sheet's column of the first one. Keys of ``errors``, ``fonts`` and ``merges`` (rows from 1,
    columns from 0) are the sheet's own; ``numbers`` names by column which rows (a frame's Boolean) hold numbers.
    """

    name: str
    frame: pl.DataFrame
    left: int = 0
    errors: Mapping[tuple[int, int], str] = field(default_factory=dict)
    merges: Sequence[Merge] = ()
    fonts: pl.DataFrame | None = None
    numbers: Mapping[int, pl.Series] = field(default_factory=dict)
    """By index in ``frame``."""


def table_of(raw: Raw) -> tuple[Sheet | None, list[Problem]]:
    """The sheet's table, or None with ``intake.no_header``; None without a problem for a blank sheet."""
    if raw.frame.is_empty():
        return None, []
    head = raw.frame.head(LOOKED_AT).rows()
    if stamps.is_lists(head):
        return None, []
    stamp = stamps.found(head)
    if stamp is not None:
        return _stamped(raw, head, stamp)
    headings = find_headings(head, [_from_frame(merge, raw.left) for merge in raw.merges])
    if headings is None:
        blank = not any(text for row in head for text in row)
        return None, [] if blank else [Problem("intake.no_header", sheet=raw.name)]
    named = sum(any(stack) for stack in headings.storeys)
    return (None, [too_wide(raw.name, named)]) if named > WIDEST else _cut(raw, _decoded(headings, raw))


def _stamped(raw: Raw, head: list[tuple[Any, ...]], stamp: Stamp) -> tuple[Sheet | None, list[Problem]]:
    """The table of one of our own templates: its columns say themselves what they are."""
    sheet, problems = _cut(raw, stamps.headings(head, stamp))
    places = {column.letter: place for place, column in enumerate(sheet.columns)}
    fields = {
        places[letter]: field for at, field in stamp.fields.items() if (letter := letter_of(raw.left + at)) in places
    }
    columns = tuple(replace(column, field=fields.get(place)) for place, column in enumerate(sheet.columns))
    marked = replace(sheet, columns=columns, stamp=(stamp.register, stamp.version))
    table, more = stamps.without_example(marked, replace(stamp, fields=fields))
    if table.frame.is_empty() and not any(each.code == "intake.no_rows" for each in problems):
        more.append(Problem("intake.no_rows", sheet=raw.name))
    return table, [*problems, *more]


def too_wide(name: str, columns: int) -> Problem:
    """The problem of a sheet with more columns than any form of an office has."""
    facts = {"count": vi_number(columns), "limit": vi_number(WIDEST), "last": letter_of(WIDEST - 1)}
    return Problem("intake.too_many_columns", sheet=name, facts=facts)


def _from_frame(merge: Merge, left: int) -> Merge:
    top, first, bottom, last = merge
    return top - 1, first - left, bottom - 1, last - left


def _decoded(headings: Headings, raw: Raw) -> Headings:
    """Headings in Unicode, whatever font they were typed in."""
    fonts = _heading_fonts(raw, headings.data)
    placed = [(text, fonts.get(raw.left + at)) for at, stack in enumerate(headings.storeys) for text in stack]
    typed = {font for text, font in placed if surely_unicode(text)}
    among = encoding_among({text for text, font in placed if font is None})
    known = {(text, font): decode(text, font, trusted=font not in typed) for text, font in placed}
    storeys = (
        tuple(known[text, fonts.get(raw.left + at)] or decode_among(text, among) for text in stack)
        for at, stack in enumerate(headings.storeys)
    )
    return Headings(headings.row, headings.data, tuple(storeys))


def _heading_fonts(raw: Raw, data: int) -> dict[int, str]:
    if raw.fonts is None:
        return {}
    above = raw.fonts.filter(pl.col("row") <= data)
    return dict(zip(above["column"], above["font"], strict=True))


def _cut(raw: Raw, headings: Headings) -> tuple[Sheet, list[Problem]]:
    flags = [series.alias(f"n{at}") for at, series in raw.numbers.items()]
    body = raw.frame.with_columns(flags).with_row_index("row", offset=1).slice(headings.data)
    names = headings.names()
    blanks = body.null_count().row(0, named=True)
    filled = [name for name in raw.frame.columns if blanks[name] < body.height]
    kept = [at for at, name in enumerate(raw.frame.columns) if name in filled or names[at]]
    texts = [raw.frame.columns[at] for at in kept]
    body = body.filter(~pl.all_horizontal(pl.col(texts).is_null())) if body.height else body
    footer = footer_rows(body.select(texts))
    problems = _said(raw, names, kept, filled, body, footer)
    table = body.head(body.height - footer)
    frame = table.select(
        *(pl.col(text).alias(f"c{index}") for index, text in enumerate(texts)), pl.col("row").cast(pl.Int64)
    )
    columns = tuple(Column(letter_of(raw.left + at), names[at], headings.storeys[at]) for at in kept)
    sheet = Sheet(
        raw.name, headings.row + 1, columns, frame, _errors(raw, kept, frame), _fonts(raw, kept, frame),
        _numeric(raw, kept, table),
    )  # fmt: skip
    return sheet, problems


def _said(
    raw: Raw, names: Sequence[str], kept: Sequence[int], filled: Sequence[str], body: pl.DataFrame, footer: int
) -> list[Problem]:
    """What was left out or looks odd."""
    problems = [
        Problem("intake.unnamed_column", sheet=raw.name, facts={"column": letter_of(raw.left + at)})
        for at in kept
        if not names[at] and raw.frame.columns[at] in filled
    ]
    if footer:
        rows = body["row"].tail(footer)
        facts = {"first": str(rows[0]), "last": str(rows[-1])}
        problems.append(Problem("intake.footer_left_out", sheet=raw.name, row=int(rows[0]), facts=facts))
    if body.height == footer:
        problems.append(Problem("intake.no_rows", sheet=raw.name))
    return problems


def _errors(raw: Raw, kept: Sequence[int], frame: pl.DataFrame) -> dict[tuple[int, int], str]:
    if not raw.errors or frame.is_empty():
        return {}
    index = {raw.left + at: position for position, at in enumerate(kept)}
    first, last = frame["row"][0], frame["row"][-1]
    return {
        (row, index[column]): what
        for (row, column), what in raw.errors.items()
        if column in index and first <= row <= last
    }


def _fonts(raw: Raw, kept: Sequence[int], frame: pl.DataFrame) -> dict[int | tuple[int, int], str]:
    """By column where every filled cell of it has the one font, else by cell."""
    if raw.fonts is None or frame.is_empty():
        return {}
    found: dict[int | tuple[int, int], str] = {}
    for position, at in enumerate(kept):
        filled = frame.filter(pl.col(f"c{position}").is_not_null())["row"]
        cells = raw.fonts.filter((pl.col("column") == raw.left + at) & pl.col("row").is_in(filled.implode()))
        if cells.height == filled.len() and cells["font"].n_unique() == 1:
            found[position] = str(cells["font"][0])
        else:
            found |= {(row, position): font for row, font in cells.select("row", "font").rows()}
    return found


def _numeric(raw: Raw, kept: Sequence[int], table: pl.DataFrame) -> dict[int, pl.Series]:
    marked = {position: table[f"n{at}"] for position, at in enumerate(kept) if at in raw.numbers}
    return {position: series for position, series in marked.items() if series.any()}
