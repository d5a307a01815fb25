"""A table of records -> the workbook that an office would send: its name above, a title, headings, then the rows.

Codes become the words people write, days are real Excel dates, identification numbers are text. A sheet is put
together in columns, which is many times faster than cell by cell; the bytes depend on the table alone.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from xml.sax.saxutils import escape

import polars as pl

from tinhso.demo import parts
from tinhso.registers.declaration import CodeList, Declaration, Field, Text

FIRST_ROW = 7
"""The row of the headings, counted from 1; the rows above hold the sender and the title."""
EXCEL_BEGINS = date(1899, 12, 30)
TEXT, DATE, WHOLE, HEADING, SENDER, TITLE, NOTE, PLAIN = 1, 2, 3, 4, 5, 6, 7, 8
"""Numbers of cell formats in ``parts.STYLES``; 0 is that of cells outside the table."""
YES, NO = "Có", "Không"
NUMBER = Field("integer", Text("STT", "No."))


@dataclass(frozen=True)
class Table:
    """Records of one sender: columns are fields of the register, codes as codes, areas as they are to be written."""

    register: str
    frame: pl.DataFrame
    sender: str
    above: str
    """The authority over the sender, written above it."""
    headings: int = 0
    """Which of a field's headings the sender uses: 0 its title, n its nth other heading."""
    numbered: bool = False
    """Whether the rows are counted in a first column, as most senders do."""


def write(table: Table, path: Path, declaration: Declaration, lists: Mapping[str, CodeList]) -> None:
    """Write the table to ``path``, as .csv (UTF-8 with mark, semicolons) or .xlsx by its name."""
    named = {name: declaration.fields[name] for name in declaration.fields if name in table.frame.columns}
    headings = [_heading(one, table.headings) for one in named.values()]
    words = pl.DataFrame([_words(table.frame[name], one, lists).alias(name) for name, one in named.items()])
    if table.numbered:
        named, headings = {"": NUMBER, **named}, [NUMBER.title.vi, *headings]
        words = words.insert_column(0, pl.int_range(1, words.height + 1, eager=True).alias(""))
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".draft")
    if path.suffix == ".csv":
        draft.write_bytes(_csv(words, headings))
    else:
        draft.write_bytes(_xlsx(words, list(named.values()), headings, table, declaration.title.vi))
    draft.replace(path)


def _heading(one: Field, style: int) -> str:
    ways = (one.title.vi, *one.headings)
    return ways[style % len(ways)]


def _words(values: pl.Series, one: Field, lists: Mapping[str, CodeList]) -> pl.Series:
    """The values as people write them; days, numbers and texts stay."""
    if one.codes is not None:
        titles = {code: entry.title.vi for code, entry in lists[one.codes].codes.items()}
        return values.replace_strict(titles, return_dtype=pl.String)
    if one.type == "boolean":
        return values.replace_strict({True: YES, False: NO}, return_dtype=pl.String)
    return values.cast(pl.String) if values.dtype == pl.Null else values


def _csv(words: pl.DataFrame, headings: Sequence[str]) -> bytes:
    named = words.rename(dict(zip(words.columns, headings, strict=True)))
    buffer = io.BytesIO()
    named.write_csv(
        buffer, separator=";", include_bom=True, date_format="%d/%m/%Y", line_terminator="\r\n", decimal_comma=True
    )
    return buffer.getvalue()


def _xlsx(words: pl.DataFrame, fields: Sequence[Field], headings: Sequence[str], table: Table, title: str) -> bytes:
    columns = [
        _Column(words[name], one, _letters(number))
        for number, (name, one) in enumerate(zip(words.columns, fields, strict=True))
    ]
    top = [
        (1, SENDER, table.above),
        (2, SENDER, table.sender),
        (4, TITLE, f"DANH SÁCH {title.upper()}"),
        (5, NOTE, f"(Số liệu của {table.sender})"),
    ]
    texts = (
        pl.concat(
            [pl.Series([*(text for _, _, text in top), *headings], dtype=pl.String), *(one.text for one in columns)]
        )
        .drop_nulls()
        .unique(maintain_order=True)
    )
    shared = pl.DataFrame({"text": texts}).with_row_index("index")
    wanted = [*(text for _, _, text in top), *headings]
    place = dict(shared.filter(pl.col("text").is_in(wanted)).select("text", "index").iter_rows())
    last = columns[-1].letters
    head = "".join(
        f'<row r="{row}"><c r="A{row}" s="{style}" t="s"><v>{place[text]}</v></c></row>' for row, style, text in top
    )
    head += (
        f'<row r="{FIRST_ROW}">'
        + "".join(
            f'<c r="{one.letters}{FIRST_ROW}" s="{HEADING}" t="s"><v>{place[text]}</v></c>'
            for one, text in zip(columns, headings, strict=True)
        )
        + "</row>"
    )
    merged = [f"A{row}:{last if style != SENDER else _letters(min(3, len(columns) - 1))}{row}" for row, style, _ in top]
    sheet = parts.sheet(head + _rows(columns, shared), [one.width for one in columns], merged, FIRST_ROW)
    return _zipped({**parts.FIXED, "xl/worksheets/sheet1.xml": sheet, "xl/sharedStrings.xml": _shared(texts)})


class _Column:
    """One column of the sheet, its values parted into shared texts and numbers (days counted as Excel does)."""

    def __init__(self, values: pl.Series, one: Field, letters: str) -> None:
        self.letters, self.format = letters, TEXT
        self.text = pl.Series([None] * len(values), dtype=pl.String)
        self.number: pl.Series | None = None
        if one.type == "date":
            self.number, self.format = _days(values.cast(pl.Date)), DATE
        elif one.type == "partialDate":
            whole = values.str.len_chars() == 10
            self.number, self.format = _days(values.set(~whole, None).str.to_date("%Y-%m-%d")), DATE
            self.text = _reversed_month(values.set(whole, None))
        elif values.dtype.is_numeric():
            self.number = values.cast(pl.String)
            self.format = PLAIN if values.dtype.is_float() else WHOLE
        else:
            self.text = values
        self.width = {DATE: 12, WHOLE: 16, PLAIN: 11}.get(self.format, 24)

    def cells(self, rows: pl.Series, shared: pl.DataFrame) -> pl.Series:
        """The XML of each cell; an empty text for an empty cell."""
        index = pl.DataFrame({"text": self.text}).join(shared, on="text", how="left", maintain_order="left")["index"]
        start = pl.lit(f'<c r="{self.letters}') + rows
        cell = start + pl.lit(f'" s="{TEXT}" t="s"><v>') + index.cast(pl.String) + pl.lit("</v></c>")
        if self.number is not None:
            number = start + pl.lit(f'" s="{self.format}"><v>') + self.number + pl.lit("</v></c>")
            cell = pl.coalesce(number, cell)
        return pl.select(cell.fill_null("")).to_series()


def _days(values: pl.Series) -> pl.Series:
    return (values - EXCEL_BEGINS).dt.total_days().cast(pl.String)


def _reversed_month(values: pl.Series) -> pl.Series:
    """``2023-05`` as people write it: 05/2023. A year alone stays."""
    return values.str.replace(r"^(\d{4})-(\d{2})$", "$2/$1")


def _rows(columns: Sequence[_Column], shared: pl.DataFrame) -> str:
    size = len(columns[0].text)
    rows = pl.Series("row", range(FIRST_ROW + 1, FIRST_ROW + 1 + size), dtype=pl.Int64).cast(pl.String)
    cells = [one.cells(rows, shared) for one in columns]
    joined = pl.select(pl.lit('<row r="') + rows + pl.lit('">') + pl.concat_str(cells) + pl.lit("</row>")).to_series()
    return "".join(joined)


def _shared(texts: pl.Series) -> str:
    items = "".join(f"<si><t>{escape(text)}</t></si>" for text in texts)
    return f'{parts.XML}<sst xmlns="{parts.MAIN}" uniqueCount="{len(texts)}">{items}</sst>'


def _letters(number: int) -> str:
    """The letters of a column counted from 0: 0 is A, 26 is AA."""
    return (_letters(number // 26 - 1) if number >= 26 else "") + chr(65 + number % 26)


def _zipped(files: Mapping[str, str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=4) as archive:
        for name, text in files.items():
            # A fixed day, so that the same table gives the same bytes.
            archive.writestr(zipfile.ZipInfo(name, (2023, 12, 1, 0, 0, 0)), text, zipfile.ZIP_DEFLATED, compresslevel=4)
    return buffer.getvalue()


def sha256(path: Path) -> str:
    """The fingerprint of a file's bytes, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
