"""Checking: texts of a file become rows of the register, or problems that each point to a cell.

The steps, each on whole columns::

    columns    all sheets below one another, texts cleaned            values     types, codes, constraints
    placing    units by code or name, within the sender's scope       rules      named checks, checks across fields
    duplicates keys and their doubles                                 repairs    what can be mended, once accepted
    saying     the first thousand problems in words, all of them counted

A row with any error, or with a repair that waits for its sender, is kept back; the others are ready to be compared.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from tinhso.access.scope import Scope
from tinhso.areas.places import PlaceIndex
from tinhso.foundation.problems import Problem
from tinhso.intake.checking import duplicates, placing, repairs, rules, saying
from tinhso.intake.checking.columns import Pairs, Rows, each, gather, spread
from tinhso.intake.checking.findings import Finding, Repair, blocked, numbered
from tinhso.intake.checking.values import Reader, plan
from tinhso.registers.checks import Context
from tinhso.registers.checks.rules import standing
from tinhso.registers.declaration import CodeList, Declaration

__all__ = ["Checked", "Repair", "check"]


@dataclass(frozen=True, slots=True)
class Checked:
    """The good rows and what is wrong with the others.

    ``frame``: ``sheet`` (Int32, place in the file), ``row`` (Int64), every declared field in its type (numbers as
    canonical text, whole numbers and money Int64), ``area``, ``place`` (Int64), ``key``. ``problems`` are the first
    thousand in the order of the file, ``counts`` all by code. ``rows`` came in, ``refused`` are kept back.
    """

    frame: pl.DataFrame
    problems: tuple[Problem, ...]
    counts: Mapping[str, int]
    repairs: tuple[Repair, ...]
    rows: int
    refused: int


def check(
    pairs: Pairs, declaration: Declaration, lists: Mapping[str, CodeList], places: PlaceIndex, *, scope: Scope,
    today: date, accept: Iterable[str] = (), decline: Iterable[str] = (), dated: Mapping[str, Any] | None = None,
) -> Checked:  # fmt: skip
    """Check the matched sheets of one file.

    ``accept`` and ``decline`` name repairs (``lost_zero``, ``old_number`` …). ``dated`` are the rules of named checks;
    those of the packs that come with the platform where none are given.
    """
    made = repairs.in_force(accept, decline)
    rows = gather(pairs, declaration)
    typed, findings, offered = _typed(rows, declaration, Reader(lists, today, made))
    context = Context(today, rules=standing() if dated is None else dated, repairs=made)
    typed, faults, more = rules.named(rows, typed, declaration, context)
    placed = placing.place(rows.texts, declaration, places, scope, made)
    typed = typed.with_columns(list(placed.codes.values()))
    findings, offered = [*findings, *faults, *placed.findings], [*offered, *more, *placed.repairs, *_decoded(rows)]
    waiting, summary = repairs.sorted_out(rows, offered, made)
    findings += waiting
    findings += rules.across(typed, declaration, _faulty(findings, rows.height), today)
    key = duplicates.keys(typed, declaration)
    findings += duplicates.twice(rows, key, declaration)
    frame = typed.select(rows.sheet, rows.row, pl.all(), placed.area, placed.place, key)
    bad = blocked(findings, rows.height)
    good = frame if bad is None else frame.filter(~bad)
    told = saying.problems(rows, declaration, findings, lists)
    return Checked(good, told, saying.counts(findings), summary, rows.height, rows.height - good.height)


def _typed(
    rows: Rows, declaration: Declaration, reader: Reader
) -> tuple[pl.DataFrame, list[Finding], list[Finding]]:  # fmt: skip
    """Each field by its own plan; findings and possible repairs in the order of fields."""
    plans = {name: plan(field, reader) for name, field in declaration.fields.items()}
    answers = each(lambda name: spread(rows.texts[name], plans[name].run), list(plans), rows.height)
    findings, offered, broken = [], [], _broken_cells(rows)
    for (name, one), answer in zip(plans.items(), answers, strict=True):
        faults = answer["fault"] if name not in broken else answer["fault"].scatter(broken[name].at, 0)
        findings += numbered([code for code, _ in one.faults], faults, name)
        offered += numbered([code for code, _ in one.repairs], answer["repair"], name, prefix="intake.")
    typed = pl.DataFrame([answer["value"].alias(name) for name, answer in zip(plans, answers, strict=True)])
    return typed, [*findings, *broken.values()], offered


def _broken_cells(rows: Rows) -> dict[str, Finding]:
    """Cells whose formula failed (``#DIV/0!``)."""
    at: dict[str, dict[int, str]] = {}
    for number, (sheet, matched) in enumerate(rows.pairs):
        if not sheet.error_cells:
            continue
        fields = {column: name for name, column in matched.columns.items()}
        places = {row: place for place, row in enumerate(sheet.frame["row"], rows.first(number))}
        for (row, column), text in sheet.error_cells.items():
            if column in fields and row in places:
                at.setdefault(fields[column], {})[places[row]] = text
    return {name: _broken(name, cells) for name, cells in at.items()}


def _broken(name: str, cells: Mapping[int, str]) -> Finding:
    positions = pl.Series(sorted(cells), dtype=pl.UInt32)
    return Finding("intake.formula_error", name, positions, facts=lambda position: {"error": cells[position]})


def _decoded(rows: Rows) -> list[Finding]:
    return [Finding("intake.legacy_font", name, marks.arg_true()) for name, marks in rows.decoded.items()]


def _faulty(findings: Sequence[Finding], height: int) -> dict[str, pl.Series]:
    """By field: where it has a fault of its own."""
    found: dict[str, pl.Series] = {}
    for name in {one.field for one in findings if one.field is not None and one.blocks}:
        mine = blocked([one for one in findings if one.field == name], height)
        if mine is not None:
            found[name] = mine
    return found
