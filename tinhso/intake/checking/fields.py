"""Every field read by its plan: typed values on the rows, what was found wrong, which repairs are possible."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from tinhso.intake.checking.columns import MANY, Column, Rows, column, each
from tinhso.intake.checking.findings import Finding, numbered
from tinhso.intake.checking.values import Plan
from tinhso.registers.declaration import Declaration


@dataclass(slots=True)
class Fields:
    """Typed columns by field, the texts they come from, findings, and repairs that were found possible."""

    typed: pl.DataFrame
    columns: Mapping[str, Column]
    findings: list[Finding] = field(default_factory=list)
    offered: list[Finding] = field(default_factory=list)


def read(rows: Rows, declaration: Declaration, plans: Mapping[str, Plan]) -> Fields:
    """Read all fields of all rows."""
    names = list(declaration.fields)
    answers = _side_by_side(rows, names, plans) if rows.height >= MANY else _at_once(rows, names, plans)
    made = Fields(
        pl.DataFrame([columns.laid(_sound(answer)).alias(name) for name, (columns, answer) in answers.items()]),
        {name: columns for name, (columns, _) in answers.items()},
    )
    broken = _broken_cells(rows)
    for name, (columns, answer) in answers.items():
        _judge(made, name, plans[name], columns, answer, broken.get(name))
    made.findings += broken.values()
    return made


Answers = dict[str, tuple[Column, pl.DataFrame]]


def _side_by_side(rows: Rows, names: list[str], plans: Mapping[str, Plan]) -> Answers:
    def one(name: str) -> tuple[Column, pl.DataFrame]:
        texts = column(rows.pairs, name)
        return texts, plans[name].run(texts.texts)

    return dict(zip(names, each(one, names, rows.height), strict=True))


def _at_once(rows: Rows, names: list[str], plans: Mapping[str, Plan]) -> Answers:
    """All fields in one query: for few rows the number of queries is the cost."""
    columns = {name: column(rows.pairs, name) for name in names}
    texts = pl.DataFrame([columns[name].laid(columns[name].texts).alias(name) for name in names])
    return {name: (Column(texts[name], None, columns[name].decoded), plans[name].run(texts[name])) for name in names}


def _sound(answer: pl.DataFrame) -> pl.Series:
    """Values without those at fault, so that no later rule judges them again."""
    return answer["value"].set(answer["fault"] > 0, None) if answer["fault"].max() else answer["value"]


def _judge(made: Fields, name: str, plan: Plan, columns: Column, answer: pl.DataFrame, broken: Finding | None) -> None:
    """Add what the plan of one field found. A cell whose formula failed is told as that only."""
    if answer["fault"].max():
        faults = columns.laid(answer["fault"])
        faults = faults if broken is None else faults.scatter(broken.at, 0)
        made.findings += numbered([code for code, _ in plan.faults], faults, name)
    if answer["repair"].max():
        repairs = columns.laid(answer["repair"])
        made.offered += numbered([code for code, _ in plan.repairs], repairs, name, prefix="intake.")
    if columns.decoded is not None and columns.decoded.any():
        made.offered.append(Finding("intake.legacy_font", name, columns.decoded.arg_true()))


def _broken_cells(rows: Rows) -> dict[str, Finding]:
    """Cells whose formula failed (``#DIV/0!``), by field."""
    at: dict[str, dict[int, str]] = {}
    for number, (sheet, matched) in enumerate(rows.pairs):
        if sheet.error_cells:
            fields = {place: name for name, place in matched.columns.items()}
            places = {row: place for place, row in enumerate(sheet.frame["row"], rows.first(number))}
            for (row, place), text in sheet.error_cells.items():
                if place in fields and row in places:
                    at.setdefault(fields[place], {})[places[row]] = text
    return {name: _broken(name, cells) for name, cells in at.items()}


def _broken(name: str, cells: Mapping[int, str]) -> Finding:
    positions = pl.Series(sorted(cells), dtype=pl.UInt32)
    return Finding("intake.formula_error", name, positions, facts=lambda position: {"error": cells[position]})
