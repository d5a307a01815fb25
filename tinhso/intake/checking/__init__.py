"""Checking: texts of a file become rows of the register, or problems that each point to a cell.

The steps, each on whole columns::

    columns    all sheets below one another, texts cleaned      fields   every field by its plan (values, codes)
    rules      named checks, checks across fields               placing  units by code or name, the sender's scope
    duplicates keys and their doubles                           repairs  what can be mended, once accepted
    saying     the first thousand problems in words, all of them counted

A row with any error, or with a repair that waits for its sender, is kept back; the others are ready to be compared.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any

import polars as pl

from tinhso.access.scope import Ranges, Scope
from tinhso.areas.places import PlaceIndex
from tinhso.foundation.problems import Problem
from tinhso.intake.checking import columns, duplicates, fields, mending, placing, repairs, rules, saying
from tinhso.intake.checking.columns import Pairs
from tinhso.intake.checking.findings import Finding, Mended, Repair, blocked
from tinhso.intake.checking.values import Reader, plans
from tinhso.registers.checks import Context
from tinhso.registers.checks.rules import standing
from tinhso.registers.declaration import CodeList, Declaration

__all__ = ["Checked", "Mended", "Repair", "check"]


@dataclass(frozen=True, slots=True)
class Checked:
    """The good rows and what is wrong with the others.

    ``frame``: ``sheet`` (Int32, place in the file), ``row`` (Int64), every declared field in its type (numbers as
    canonical text, whole numbers and money Int64), ``area``, ``place`` (Int64), ``key``. ``problems`` are the first
    thousand in the order of the file, ``counts`` all by code. ``rows`` came in, ``refused`` are kept back; of these
    ``mendable`` only until a repair is accepted.
    """

    frame: pl.DataFrame
    problems: tuple[Problem, ...]
    counts: Mapping[str, int]
    repairs: tuple[Repair, ...]
    rows: int
    refused: int
    mendable: int = 0


def check(
    pairs: Pairs, declaration: Declaration, lists: Mapping[str, CodeList], places: PlaceIndex, *, scope: Scope,
    today: date, accept: Iterable[str] = (), decline: Iterable[str] = (), dated: Mapping[str, Any] | None = None,
) -> Checked:  # fmt: skip
    """Check the matched sheets of one file.

    ``accept`` and ``decline`` name repairs (``lost_zero``, ``old_number`` …). ``dated`` are the rules of named checks;
    those of the packs that come with the platform where none are given.
    """
    made = repairs.in_force(accept, decline)
    rows = columns.rows(pairs)
    read = fields.read(rows, declaration, plans(declaration, Reader(lists, today, made)))
    context = Context(today, rules=standing() if dated is None else dated, repairs=made)
    typed, faults, more = rules.named(rows, read.typed, declaration, context)
    own = scope.ranges(declaration.register, "propose")
    placed = placing.place(read.columns, rows.height, declaration, places, own)
    typed = typed.with_columns(list(placed.codes.values()))
    offered = [*read.offered, *more, *placed.repairs]
    waiting, summary = repairs.sorted_out(rows, offered, made)
    if offered:
        every = frozenset({*made, *(repairs.name(one.code) for one in offered)})
        again = partial(_typed, declaration=declaration, lists=lists, places=places, own=own, made=every,
                        context=replace(context, repairs=every))  # fmt: skip
        summary = mending.listed(rows, summary, offered, again)
    findings = [*read.findings, *faults, *placed.findings, *waiting]
    findings += rules.across(typed, declaration, _faulty(findings, rows.height), today)
    key = duplicates.keys(typed, declaration)
    findings += duplicates.twice(rows, key, declaration)
    frame = typed.select(rows.sheet, rows.row, pl.all(), placed.area, placed.place, key)
    bad = blocked(findings, rows.height)
    good = frame if bad is None else frame.filter(~bad)
    told = saying.problems(rows, declaration, findings, lists, today)
    wrong = blocked([one for one in findings if one.level != "repair"], rows.height)
    refused = rows.height - good.height
    mendable = refused - (int(wrong.sum()) if wrong is not None else 0)
    return Checked(good, told, saying.counts(findings), summary, rows.height, refused, mendable)


def _typed(
    pairs: Pairs, *, declaration: Declaration, lists: Mapping[str, CodeList], places: PlaceIndex, own: Ranges,
    made: frozenset[str], context: Context,
) -> pl.DataFrame:  # fmt: skip
    """Values as these repairs make them, whatever else is wrong with their rows."""
    rows = columns.rows(pairs)
    read = fields.read(rows, declaration, plans(declaration, Reader(lists, context.today, made)))
    typed, _, _ = rules.named(rows, read.typed, declaration, context)
    placed = placing.place(read.columns, rows.height, declaration, places, own)
    return typed.with_columns(rows.sheet, rows.row, *placed.codes.values())


def _faulty(findings: Sequence[Finding], height: int) -> dict[str, pl.Series]:
    """By field: where it has a fault of its own."""
    found: dict[str, pl.Series] = {}
    for name in {one.field for one in findings if one.field is not None and one.blocks}:
        mine = blocked([one for one in findings if one.field == name], height)
        if mine is not None:
            found[name] = mine
    return found
