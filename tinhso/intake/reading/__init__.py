"""Reading: a file of any of the kinds that offices send becomes sheets of texts, or a problem that says why not.

``kinds`` what the file is, by content · ``archives``, ``biff`` guards before parsing · ``excel``, ``old_excel``,
``delimited``, ``rows`` the readers · ``marks`` failed formulas, number cells and fonts · ``headings``, ``footers``,
``tables`` where the table stands.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tinhso.foundation.problems import Problem, Refused
from tinhso.intake.reading.delimited import read_delimited
from tinhso.intake.reading.excel import read_excel
from tinhso.intake.reading.kinds import kind_of
from tinhso.intake.reading.old_excel import read_old_excel
from tinhso.intake.reading.panics import guarded
from tinhso.intake.reading.rows import read_rows
from tinhso.intake.reading.workbook import Column, Sheet, Workbook

__all__ = ["MOST_ROWS", "Column", "Sheet", "Workbook", "read"]

MOST_ROWS = 1_000_000


def read(path: Path, name: str) -> Workbook:
    """Read the file at ``path``, called ``name`` by its sender.

    Never raises for what the file holds: a file that cannot be read gives no sheets and problems that say why.
    """
    try:
        return _judged(guarded(lambda: _read(Path(path), name), name), name)
    except Refused as refused:
        return Workbook((), refused.problems)


def _read(path: Path, name: str) -> Workbook:
    match kind_of(path, name):
        case "xlsx":
            return read_excel(path, name, MOST_ROWS)
        case "xls":
            return read_old_excel(path, name)
        case "delimited":
            return read_delimited(path, name, MOST_ROWS)
        case "rows":
            return read_rows(path, name)


def _judged(book: Workbook, name: str) -> Workbook:
    """Beside a sheet with a table, one without is a remark (a page of instructions); alone it is the error."""
    if book.sheets:
        return Workbook(book.sheets, tuple(_milder(problem) for problem in book.problems))
    if not any(problem.severity == "error" for problem in book.problems):
        return Workbook((), (*book.problems, Problem("intake.empty_file", facts={"file": name})))
    return book


def _milder(problem: Problem) -> Problem:
    return replace(problem, level="warning") if problem.code == "intake.no_header" else problem
