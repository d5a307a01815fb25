"""Quotation marks in delimited text: ``ống 5" nước`` is a text, not the beginning of a quoted cell."""

from __future__ import annotations

import csv
import io

import polars as pl


def is_well_quoted(content: bytes, separator: str) -> bool:
    """Whether each quotation mark opens or closes a whole cell, which the fast parser takes for granted.

    Rather says no to a right file (it is then read slowly) than yes to a wrong one.
    """
    bare = content.replace(b'""', b"")
    part = separator.encode()
    opening = bare.count(part + b'"') + bare.count(b'\n"') + bare.startswith(b'"')
    closing = bare.count(b'"' + part) + bare.count(b'"\n') + bare.count(b'"\r\n') + bare.endswith(b'"')
    return opening + closing == bare.count(b'"') and opening == closing


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
