"""Records as CSV (RFC 4180): UTF-8 with a byte order mark, which Excel asks for, every text quoted.

Values are as they are kept, so that the file comes back unchanged; whole and broken numbers as intake reads them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import polars as pl

from tinhso.registers.export.layout import Layout

BOM = b"\xef\xbb\xbf"
DANGEROUS = r"^('*[=+\-@\t\r])"
"""What a spreadsheet takes for a formula, or would once an apostrophe is gone; reading takes one apostrophe away."""


@contextmanager
def opened(file: Path, layout: Layout, total: int) -> Iterator[Callable[[pl.DataFrame], None]]:
    """A file to add frames to."""
    names = list(layout.fields)
    head = pl.DataFrame([pl.Series(name, [title]) for name, title in zip(names, layout.headings, strict=True)])
    with file.open("wb") as target:
        target.write(BOM + _lines(head))

        def add(frame: pl.DataFrame) -> None:
            target.write(_lines(frame.select(_written(layout, name) for name in names)))

        yield add


def _written(layout: Layout, name: str) -> pl.Expr:
    column = pl.col(name)
    if layout.field(name).type == "number":
        column = column.str.replace(".", ",", literal=True)  # 2.071 would be read as two thousand
    return column.str.replace(DANGEROUS, "'$1")


def _lines(frame: pl.DataFrame) -> bytes:
    return frame.write_csv(include_header=False, quote_style="non_numeric", line_terminator="\r\n").encode()
