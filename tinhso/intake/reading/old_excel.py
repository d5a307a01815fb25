"""Excel workbooks of before 2007 (.xls): at most 65,536 rows a sheet, read cell by cell."""

from __future__ import annotations

import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import python_calamine

from tinhso.foundation.problems import Problem, refuse
from tinhso.intake.reading.tables import Raw, table_of
from tinhso.intake.reading.workbook import Sheet, Workbook

_Cell = str | int | float | bool | datetime.date | datetime.time | datetime.timedelta


def read_old_excel(path: Path, file: str) -> Workbook:
    """All visible worksheets; a password is refused as ``intake.encrypted``."""
    sheets: list[Sheet] = []
    problems: list[Problem] = []
    for meta, rows, merges in opened(path, file):
        if meta.visible != python_calamine.SheetVisibleEnum.Visible:
            problems.append(Problem("intake.hidden_sheet", sheet=meta.name))
            continue
        sheet, said = table_of(_raw(meta.name, rows, merges))
        sheets += [sheet] if sheet is not None else []
        problems += said
    return Workbook(tuple(sheets), tuple(problems))


def opened(path: Path, file: str) -> list[tuple[Any, list[list[_Cell]], Any]]:
    """Every worksheet as it was parsed, hidden ones too: what it is, its cells from A1 on, its merged cells."""
    try:
        with python_calamine.CalamineWorkbook.from_path(path) as book:
            sheets = [meta for meta in book.sheets_metadata if meta.typ == python_calamine.SheetTypeEnum.WorkSheet]
            opened = [(meta, book.get_sheet_by_name(meta.name)) for meta in sheets]
            return [(meta, sheet.to_python(skip_empty_area=False), sheet.merged_cell_ranges) for meta, sheet in opened]
    except python_calamine.PasswordError as error:
        raise refuse("intake.encrypted", file=file) from error


def _raw(name: str, rows: list[list[_Cell]], merges: Any) -> Raw:
    columns = list(zip(*rows, strict=True))
    texts = {f"x{at}": [_text(cell) for cell in column] for at, column in enumerate(columns)}
    numbers = {at: pl.Series([_is_number(cell) for cell in column]) for at, column in enumerate(columns)}
    frame = pl.DataFrame(texts, schema=dict.fromkeys(texts, pl.String))
    found = [(top + 1, left, bottom + 1, right) for (top, left), (bottom, right) in merges or ()]
    return Raw(name, frame, merges=found, numbers={at: flags for at, flags in numbers.items() if flags.any()})


def _is_number(cell: _Cell) -> bool:
    return isinstance(cell, int | float | datetime.date) and not isinstance(cell, bool)


def _text(cell: _Cell) -> str | None:
    """A cell as text, by the rules that ``Sheet`` promises."""
    if isinstance(cell, str):
        return cell if cell.strip() else None
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, int | float):
        return format(Decimal(f"{cell:.15g}"), "f").replace(".", ",")
    if isinstance(cell, datetime.datetime) and cell.time() == datetime.time():
        return cell.date().isoformat()
    return cell.isoformat(" ") if isinstance(cell, datetime.datetime) else str(cell)
