"""The files that are taken in: the demo's labour workbooks, and the same rows as one CSV in several guises."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from bench.ground import PACK
from tinhso import demo
from tinhso.intake import reading
from tinhso.packs.read import read

REGISTER = "workers"
EVERY_TENTH, EVERY_HUNDREDTH = 10, 100
TOUCHED = "workplace"
"""A field of free text that is different in the changed rows."""


@dataclass(frozen=True)
class Material:
    """Paths of the files, and how many rows and columns the whole has."""

    workbooks: tuple[Path, ...]
    others: tuple[tuple[Path, str], ...]
    """The workbooks of all other registers, each with its register, for the board needs them."""
    whole: Path
    tenth: Path
    """Every tenth row of the whole."""
    resaved: Path
    """The whole with other bytes: semicolons, all values quoted, other line ends."""
    changed: Path
    """The whole with one row in a hundred changed."""
    few: Path
    """The first rows only, to warm a process up."""
    rows: int
    columns: int


def made(folder: Path, scale: float) -> Material:
    """Write what is not written yet; the demo's own rules tell when workbooks have to be made anew."""
    every = list(demo.write(PACK, folder / "demo", scale))
    books = [book for book in every if book.register == REGISTER]
    others = tuple((book.path, book.register) for book in every if book.register != REGISTER)
    fields = list(read(PACK).registers[REGISTER].fields)
    rows = pl.concat([_rows(book, fields) for book in books])
    files = _csv_files(rows, folder)
    return Material(tuple(book.path for book in books), others, **files, rows=rows.height, columns=rows.width)


def _rows(book: demo.Workbook, fields: list[str]) -> pl.DataFrame:
    """A workbook's rows under the fields' names; the commune by its code, for names repeat in the province."""
    (sheet,) = reading.read(book.path, book.path.name).sheets
    named = sheet.frame.select(pl.col("^c[0-9]+$"))
    if named.width != len(fields):
        raise ValueError(f"{book.path.name} has {named.width} columns, the register {len(fields)} fields")
    named.columns = fields
    return named.with_columns(pl.lit(book.area).alias("commune"))


def _csv_files(rows: pl.DataFrame, folder: Path) -> dict[str, Path]:
    changed = pl.when(pl.int_range(pl.len()) % EVERY_HUNDREDTH == 0).then(pl.lit("Nơi làm việc mới"))
    touched = rows.with_columns(changed.otherwise(pl.col(TOUCHED)).alias(TOUCHED))
    guises = {
        "whole": rows, "tenth": rows.gather_every(EVERY_TENTH), "resaved": rows, "changed": touched,
        "few": rows.head(200),
    }  # fmt: skip
    files = {name: folder / f"{name}.csv" for name in guises}
    for name, content in guises.items():
        if name == "resaved":
            content.write_csv(files[name], separator=";", quote_style="always", line_terminator="\r\n")
        else:
            content.write_csv(files[name])
    return files
