"""One row from a form: checked like a row of a file."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl

from tinhso.access.scope import Scope
from tinhso.foundation import clock
from tinhso.foundation.problems import Refused
from tinhso.intake import checking, matching
from tinhso.intake.desk import Desk
from tinhso.intake.reading.workbook import Column, Sheet, letter_of
from tinhso.registers.declaration import Declaration

ROW = 1


def checked(desk: Desk, declaration: Declaration, given: Mapping[str, Any], *, scope: Scope) -> pl.DataFrame:
    """The checked row of values as written or as kept; refused with every error in it."""
    names = list(declaration.fields)
    columns = tuple(Column(letter_of(place), name) for place, name in enumerate(names))
    cells = {f"c{place}": [_cell(given.get(name))] for place, name in enumerate(names)}
    frame = pl.DataFrame(cells, schema=dict.fromkeys(cells, pl.String)).with_columns(row=pl.lit(ROW, pl.Int64))
    sheet = Sheet("form", 0, columns, frame)
    matched = matching.match(sheet, declaration, {}, {name: name for name in names})
    found = checking.check(
        [(sheet, matched)], declaration, desk.lists, desk.places, scope=scope, today=clock.today()
    )
    if found.frame.is_empty():
        raise Refused([problem for problem in found.problems if problem.severity != "warning"])
    return found.frame


def _cell(value: Any) -> str | None:
    """The text under which reading hands on a cell: ISO dates, decimal commas, true and false."""
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return value.isoformat()
    return str(value).replace(".", ",") if isinstance(value, float | Decimal) else str(value)
