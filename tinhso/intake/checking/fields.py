"""Every field read by its plan: typed values on the rows, what was found wrong, which repairs are possible."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from tinhso.intake.checking import quick, spells, thousands
from tinhso.intake.checking.columns import MANY, Column, Rows, column, columns_at_once, each
from tinhso.intake.checking.findings import Finding, numbered
from tinhso.intake.checking.values import Plan
from tinhso.registers.declaration import Declaration

Answer = tuple[Column, pl.DataFrame | None, pl.Series]
"""A field's texts, what its plan says of them (None where all are plainly right), and its values on the rows."""


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
    given = None if rows.height >= MANY else columns_at_once(rows, names)
    plain = quick.read({name: one.texts for name, one in (given or {}).items() if one.at is None}, plans)

    def one(name: str) -> Answer:
        texts = column(rows, name) if given is None else given[name]
        if name in plain:
            return texts, None, plain[name]
        answer = plans[name].run(texts.texts)
        return texts, answer, texts.laid(_sound(answer)).alias(name)

    answers = dict(zip(names, each(one, names, rows.height), strict=True))
    answers |= {name: _by_day(name, plans[name], answers) for name in names if plans[name].spells}
    made = Fields(
        pl.DataFrame([values for _, _, values in answers.values()]),
        {name: texts for name, (texts, _, _) in answers.items()},
    )
    broken = _broken_cells(rows)
    for name, (texts, answer, _) in answers.items():
        _judge(made, name, plans[name], texts, answer, broken.get(name))
        made.findings += thousands.asked(rows, name, declaration.fields[name], texts)
    made.findings = [spells.told(one, plans[one.field or ""], made.typed) for one in made.findings]
    made.findings += broken.values()
    return made


def _by_day(name: str, plan: Plan, answers: Mapping[str, Answer]) -> Answer:
    """A field whose codes are read as of the day that another field says."""
    assert plan.spells is not None
    texts, (on, _, days) = answers[name][0], answers[plan.spells.on]
    answer = spells.read(plan, texts, on, days)
    return Column(texts.laid(texts.texts), None, texts.decoded), answer, _sound(answer).alias(name)


def _sound(answer: pl.DataFrame) -> pl.Series:
    """Values without those at fault, so that no later rule judges them again."""
    return answer["value"].set(answer["fault"] > 0, None) if answer["fault"].max() else answer["value"]


def _judge(
    made: Fields, name: str, plan: Plan, columns: Column, answer: pl.DataFrame | None, broken: Finding | None
) -> None:  # fmt: skip
    """Add what the plan of one field found. A cell whose formula failed is told as that only."""
    if answer is not None and answer["fault"].max():
        faults = columns.laid(answer["fault"])
        faults = faults if broken is None else faults.scatter(broken.at, 0)
        made.findings += numbered([code for code, _ in plan.faults], faults, name)
    if answer is not None and answer["repair"].max():
        repairs = columns.laid(answer["repair"])
        made.offered += numbered([code for code, _ in plan.repairs], repairs, name)
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
