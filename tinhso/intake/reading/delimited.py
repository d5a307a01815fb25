"""Delimited text (.csv, .tsv): its encoding, its separator, its ragged lines."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from pathlib import Path

import polars as pl

from tinhso.foundation.formats import vi_number
from tinhso.foundation.problems import Problem, Refused, refuse
from tinhso.intake.reading.encodings import as_utf8, from_windows
from tinhso.intake.reading.headings import LOOKED_AT
from tinhso.intake.reading.quotes import has_doubled, is_well_quoted, slowly
from tinhso.intake.reading.tables import WIDEST, Raw, table_of, too_wide
from tinhso.intake.reading.workbook import Workbook, letter_of

MOST_BYTES = 1024**3
LARGE = 64 * 1024**2
"""Beyond this size lines are counted before they are parsed, so that too many are refused at once."""
SEPARATORS = ",;\t|"
SAMPLE = 256 * 1024
LONGEST_CELL = 32_767
"""Characters of a cell, as many as Excel keeps; longer ones are whole files swallowed by a slip."""
MOST_SAID = 1_000
_hint = re.compile(rb"sep=(.)\r?\n", re.IGNORECASE)
MOST_BREAKS = 5
"""Line breaks in one cell from which on an unclosed quote is the likelier reading."""


def read_delimited(path: Path, file: str, most_rows: int) -> Workbook:
    """The file as one sheet named after it. Lines with too many cells are left out and named."""
    if path.stat().st_size > MOST_BYTES:
        raise refuse("intake.too_many_rows", file=file, limit=most_rows)
    content, problems = _content(path, file)
    separator, content = _separator(content)
    if len(content) > LARGE and _line_count(content, most_rows) > most_rows:
        raise refuse("intake.too_many_rows", file=file, limit=most_rows)
    width = _width(content, separator, Path(file).stem)
    frame = _parsed(content, separator, width, file)
    _refuse_long_cells(frame, file)
    if frame.height > most_rows:
        raise refuse("intake.too_many_rows", file=file, limit=most_rows)
    frame, ragged = _without_ragged(frame, width, Path(file).stem)
    frame = _without_apostrophes(frame) if b"'" in content else frame
    sheet, said = table_of(Raw(Path(file).stem, frame))
    return Workbook((sheet,) if sheet is not None else (), (*problems, *ragged, *said))


def lines(path: Path, file: str) -> pl.DataFrame:
    """Every line of a file that was read before, with all its cells, in rows as ``read_delimited`` counts them."""
    separator, content = _separator(_content(path, file)[0])
    text = io.StringIO(content.decode("utf-8", "replace"), newline="")
    widest = max((len(cells) for cells in csv.reader(text, delimiter=separator)), default=1)
    frame = _parsed(content, separator, min(widest, WIDEST), file)
    return _without_apostrophes(frame) if b"'" in content else frame


def _content(path: Path, file: str) -> tuple[bytes, list[Problem]]:
    """The text in UTF-8 with line feeds, no NUL bytes."""
    content = as_utf8(path.read_bytes(), file)
    problems = []
    if b"\0" in content:
        problems.append(Problem("intake.nul_bytes", facts={"count": str(content.count(b"\0")), "file": file}))
        content = content.replace(b"\0", b"")
    if b"\n" not in content:
        content = content.replace(b"\r", b"\n")
    return content, problems


def _separator(content: bytes) -> tuple[str, bytes]:
    """What parts the cells, and the content without Excel's own ``sep=`` line."""
    if found := _hint.match(content):
        return found[1].decode("ascii", "replace"), content[found.end() :]
    lines = _sample(content).decode("utf-8", "ignore").splitlines()[:LOOKED_AT]
    return max(SEPARATORS, key=lambda separator: _steadiness(lines, separator)), content


def _sample(content: bytes) -> bytes:
    """The beginning of a text: enough to know its columns, and one line at least."""
    return content[: min(max(SAMPLE, content.find(b"\n") + 1), LARGE)]


def _steadiness(lines: list[str], separator: str) -> tuple[int, int]:
    """How many lines agree on a number of cells above one, and on how many."""
    counts = Counter(len(cells) for cells in csv.reader(lines, delimiter=separator) if len(cells) > 1)
    cells, times = max(counts.items(), key=lambda pair: (pair[1], pair[0]), default=(0, 0))
    return times, cells


def _line_count(content: bytes, most: int) -> int:
    """Lines, not counting breaks inside quotes (looked at only where there are too many otherwise)."""
    lines = content.count(b"\n")
    if lines <= most or b'"' not in content:
        return lines
    return sum(piece.count(b"\n") for piece in content.split(b'"')[::2])


def _width(content: bytes, separator: str, name: str) -> int:
    """Cells of the widest heading or title line: the first lines up to the first that repeats the widest."""
    lines = io.StringIO(_sample(content).decode("utf-8", "ignore"), newline="")
    counts: list[int] = []
    for cells, _ in zip(csv.reader(lines, delimiter=separator), range(LOOKED_AT), strict=False):
        counts.append(len(cells))
    usual = Counter(counts).most_common(1)[0][0] if counts else 1
    first = next((count for count in counts if count >= usual), usual)
    if first > WIDEST:
        raise Refused(too_wide(name, first))
    return max(first, 1)


def _parsed(content: bytes, separator: str, width: int, file: str) -> pl.DataFrame:
    """All lines as rows of ``width`` texts and one more for what lines hold beyond them."""
    quoted = b'"' in content
    if quoted and not is_well_quoted(content, separator):
        frame = slowly(content, separator, width)
        if frame is None or _swallows(frame):
            raise refuse("intake.unclosed_quote", file=file)
    else:
        try:
            frame = _fast(content, separator, width)
        except pl.exceptions.ComputeError as error:
            if "utf-8" not in str(error):
                raise
            return _parsed(from_windows(content, file), separator, width, file)
    blanks = quoted and has_doubled(content)
    return frame.with_columns(pl.when(pl.all() != "").then(pl.all())) if blanks else frame


def _fast(content: bytes, separator: str, width: int) -> pl.DataFrame:
    return pl.read_csv(
        content, has_header=False, separator=separator, schema={f"x{at}": pl.String for at in range(width + 1)},
        truncate_ragged_lines=True, missing_columns="insert",
    )  # fmt: skip


def _refuse_long_cells(frame: pl.DataFrame, file: str) -> None:
    """A cell longer than any spreadsheet keeps is named, whatever made it so."""
    lengths = frame.select(pl.all().str.len_bytes().max()).row(0)
    for at, length in enumerate(lengths):
        if length is not None and length > LONGEST_CELL:
            long = (frame[f"x{at}"].str.len_chars() > LONGEST_CELL).arg_true()
            if long.len():
                row = int(long[0]) + 1
                cell = f"{letter_of(at)}{row}"
                raise refuse("intake.too_long_cell", file=file, cell=cell, row=row, limit=vi_number(LONGEST_CELL))


def _swallows(frame: pl.DataFrame) -> bool:
    breaks = frame.select(pl.all().str.count_matches("\n").max()).row(0)
    return any(count is not None and count > MOST_BREAKS for count in breaks)


def _without_ragged(frame: pl.DataFrame, width: int, name: str) -> tuple[pl.DataFrame, list[Problem]]:
    """Rows that fit; the others' cells stand under wrong headings, so they are blanked and named."""
    beyond = frame[f"x{width}"].is_not_null()
    frame = frame.drop(f"x{width}")
    if not beyond.any():
        return frame, []
    rows = [int(row) + 1 for row in beyond.arg_true().head(MOST_SAID).to_list()]
    blanked = frame.select(pl.when(~beyond).then(pl.all()))
    return blanked, [Problem("intake.ragged_row", sheet=name, row=row, facts={"width": str(width)}) for row in rows]


def _without_apostrophes(frame: pl.DataFrame) -> pl.DataFrame:
    """Texts that were kept from being formulas by an apostrophe in front, as our own files have them, without it."""
    return frame.with_columns(pl.col(pl.String).str.replace(r"^'('*[=+\-@\t\r])", "$1"))
