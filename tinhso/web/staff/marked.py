"""The problems of a file to hand back to its sender: its own workbook marked, or a list as CSV and as a workbook."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

import xlsxwriter
from litestar import Response, get

from tinhso.access.scope import Scope
from tinhso.foundation.problems import Problem
from tinhso.intake import batches, marking
from tinhso.web.kit.asked import AskedHouse, AskedScope, AskedSight, PathNumber
from tinhso.web.kit.house import House
from tinhso.web.kit.sight import Sight

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WIDTHS = (16, 8, 8, 28, 100)


@get("/intake/{batch:int}/problems.csv", sync_to_thread=True, opt={"verb": "propose"})
def as_csv(house: AskedHouse, sight: AskedSight, mine: AskedScope, batch: PathNumber) -> Response[bytes]:
    """UTF-8 with a byte order mark, so that Excel reads it."""
    out = io.StringIO()
    csv.writer(out).writerows([_plain(each) for each in row] for row in _rows(house, sight, batch, mine))
    return _sent(out.getvalue().encode("utf-8-sig"), "text/csv; charset=utf-8", f"problems-{batch}.csv")


@get("/intake/{batch:int}/problems.xlsx", sync_to_thread=True, opt={"verb": "propose"})
def as_workbook(house: AskedHouse, sight: AskedSight, mine: AskedScope, batch: PathNumber) -> Response[bytes]:
    """The same with columns wide enough to read."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet, head, body = book.add_worksheet(), book.add_format({"bold": True}), book.add_format({"text_wrap": True})
        for column, width in enumerate(WIDTHS):
            sheet.set_column(column, column, width)
        sheet.freeze_panes(1, 0)
        for number, row in enumerate(_rows(house, sight, batch, mine)):
            for column, text in enumerate(row):
                sheet.write_string(number, column, text, body if number else head)
    return _sent(out.getvalue(), WORKBOOK, f"problems-{batch}.xlsx")


@get("/intake/{batch:int}/marked.xlsx", sync_to_thread=True, opt={"verb": "propose"})
def as_sent(house: AskedHouse, sight: AskedSight, mine: AskedScope, batch: PathNumber) -> Response[bytes]:
    """The file as it was sent, its wrong cells filled and noted; only of .xlsx files that are not too large."""
    found = batches.review(house.desk(), batch, scope=mine, action="problems")
    return _sent(marking.marked(found.examined, sight.language), WORKBOOK, f"marked-{batch}.xlsx")


def _rows(house: House, sight: Sight, batch: int, mine: Scope) -> Iterator[list[str]]:
    found = batches.review(house.desk(), batch, scope=mine, action="problems")
    yield [sight.gettext(word) for word in ("Sheet", "Row", "Cell", "Value", "What is wrong and what to do")]
    for problem in found.examined.problems:
        yield _row(problem, sight)


def _row(problem: Problem, sight: Sight) -> list[str]:
    said = problem.vi if sight.language == "vi" else problem.en
    return [problem.sheet or "", str(problem.row or ""), problem.cell or "", problem.value or "", said]


def _plain(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def _sent(content: bytes, media_type: str, name: str) -> Response[bytes]:
    headers = {"content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store"}
    return Response(content, media_type=media_type, headers=headers)
