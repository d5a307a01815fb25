"""A register's examples: rows run through the same checking as a sender's file, and what comes of each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl

from tinhso.access import grants
from tinhso.areas import load, tree
from tinhso.areas.places import PlaceIndex
from tinhso.foundation import clock
from tinhso.foundation.problems import Problem, Refused
from tinhso.intake import checking, matching
from tinhso.intake.checking import Checked
from tinhso.intake.reading.workbook import Column, Sheet, letter_of
from tinhso.packs.declaration import Example
from tinhso.packs.read import Pack
from tinhso.registers.declaration import Declaration

ROW = 2
"""The row of a sheet that an example stands in, below its headings."""


def check(pack: Pack) -> None:
    """Refuse a pack whose examples come out otherwise than they expect."""
    problems = list(failures(pack))
    if problems:
        raise Refused(problems)


def failures(pack: Pack) -> Iterator[Problem]:
    """One problem for each example that comes out otherwise. The pack must be consistent. Needs no database."""
    if not pack.examples:
        return
    places = place_index(pack.areas)
    for register, examples in pack.examples.items():
        for number, example in enumerate(examples):
            checked = checked_example(pack, pack.registers[register], example, places)
            found, expected = _outcome(checked, example)
            if found != expected:
                place = pack.places["examples", f"{register} {number}"]
                facts = {"expected": expected, "found": found}
                yield Problem("packs.example_failed", sheet=place.document.file, row=place.line(), facts=facts)


def place_index(folder: Path | None) -> PlaceIndex:
    """The places of a pack's CSV files, with numbers of their own, for checking without a database."""
    if folder is None:
        return PlaceIndex.of([])
    rows = load.read(folder).sort("level", "code").rows(named=True)
    numbers = {row["code"]: number for number, row in enumerate(rows, start=1)}
    spans = tree.numbered([(numbers[row["code"]], numbers.get(row["parent"])) for row in rows])
    units = [
        (number, numbers.get(row["parent"]), row["level"], spans[number][0], row["code"], row["name"], row["kind"])
        for number, row in enumerate(rows, start=1)
    ]
    aliases = [(numbers[code], alias) for code, alias in load.read_aliases(folder) if code in numbers]
    return PlaceIndex.of(units, aliases)


def checked_example(pack: Pack, declaration: Declaration, example: Example, places: PlaceIndex) -> Checked:
    """The example's row, checked as a file of one row would be."""
    sheet = sheet_of(declaration, [example])
    matched = matching.match(sheet, declaration, {}, {name: name for name in declaration.fields})
    today = example.today or clock.today()
    return checking.check(
        [(sheet, matched)],
        declaration,
        pack.code_lists,
        places,
        scope=grants.station(),
        today=today,
        dated=pack.rules or None,
    )


def sheet_of(declaration: Declaration, examples: Sequence[Example]) -> Sheet:
    """A sheet with a column for every field, headed by the field's name, and a row for each example."""
    names = list(declaration.fields)
    columns = tuple(Column(letter_of(place), name) for place, name in enumerate(names))
    cells = {f"c{place}": [_cell(example.given.get(name)) for example in examples] for place, name in enumerate(names)}
    frame = pl.DataFrame(cells, schema=dict.fromkeys(cells, pl.String))
    return Sheet("examples", 1, columns, frame.with_columns(pl.int_range(ROW, ROW + len(examples)).alias("row")))


def _cell(value: Any) -> str | None:
    """The text under which reading hands on a cell: ISO dates, decimal commas, true and false."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(Decimal(repr(value))).replace(".", ",") if isinstance(value, float) else str(value)


def _outcome(checked: Checked, example: Example) -> tuple[str, str]:
    """What came of the row and what should have, said alike."""
    codes = {problem.code for problem in checked.problems
             if problem.severity != "repair" or problem.code in example.expect}  # fmt: skip
    kept = checked.frame.rows(named=True)[0] if checked.frame.height else {}
    reads = {name: _plain(kept.get(name)) for name in example.reads}
    return _said(codes, reads), _said(example.expect, {name: _plain(value) for name, value in example.reads.items()})


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else "" if value is None else str(value)


def _said(codes: Any, reads: dict[str, str]) -> str:
    values = [f"{name} = {value or '∅'}" for name, value in sorted(reads.items())]
    return ", ".join([*sorted(codes), *values]) or "ok"
