"""The sender's own workbook of 5,000 rows, marked: from the file with its problems to the copy that goes back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl
import xlsxwriter

from bench.ground import Ground
from bench.material import REGISTER, Material
from bench.measuring import Measure, against, gathered, seconds
from tinhso.access import grants
from tinhso.intake import marking, river
from tinhso.intake.river import Choices

ROWS, EVERY = 5_000, 10
"""So many rows, and in every tenth of them a wrong cell."""
MOST = 10.0
"""Seconds."""
WRONG = "12345"


def all_of(ground: Ground, name: str, material: Material) -> Iterator[Measure]:
    """Looking at the file is part of it: the page does both."""
    path = _workbook(ground.folder / "marked.xlsx", material)
    with ground.desk(name) as desk:
        stored, scope = desk.files.put(path), grants.station()

        def marked() -> None:
            examined = river.examine(
                desk, stored, path.name, REGISTER, scope=scope, sender="bench", choices=Choices()
            )  # fmt: skip
            if not examined.errors or len(marking.marked(examined, "vi")) < path.stat().st_size // 2:
                raise RuntimeError("the workbook was not marked")

        timed = gathered(lambda: seconds(marked), 2)
    yield against(f"marked copy of {ROWS} rows", timed, timed.best, "s", ("fixed", MOST), 1.0)


def _workbook(path: Path, material: Material) -> Path:
    rows = pl.read_csv(material.whole, infer_schema=False, n_rows=ROWS)
    key = rows.columns[0]
    wrong = pl.when(pl.int_range(pl.len()) % EVERY == 0).then(pl.lit(WRONG)).otherwise(pl.col(key)).alias(key)
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("DS lao động")
        sheet.write_row(0, 0, rows.columns)
        for number, row in enumerate(rows.with_columns(wrong).iter_rows(), 1):
            for column, text in enumerate(row):
                if text is not None:
                    sheet.write_string(number, column, text)
    return path
