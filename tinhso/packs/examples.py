"""A register's examples: rows run through the same checking as a sender's file, and what comes of each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
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
"""The row of a sheet that the first example stands in, below the headings."""
TWICE = "intake.twice_in_file"
"""Examples are rows of their own: that two bear one key is no problem."""


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
        for number, found in sorted(_outcomes(pack, pack.registers[register], examples, places)):
            expected = _said(examples[number].expect, examples[number].reads)
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


def _outcomes(
    pack: Pack, declaration: Declaration, examples: Sequence[Example], places: PlaceIndex
) -> Iterator[tuple[int, str]]:
    """What comes of each example, by its number."""
    for numbers in _together(examples):
        group = [examples[number] for number in numbers]
        checked = checked_examples(pack, declaration, group, places)
        for row, number in enumerate(numbers, start=ROW):
            yield number, _outcome(checked, row, examples[number])


def _together(examples: Sequence[Example]) -> list[list[int]]:
    """Numbers of examples that can share a sheet: those of one day, unless the values kept are looked at.

    Examples often repeat a key; rows refused for that alone have no values kept.
    """
    groups: dict[object, list[int]] = defaultdict(list)
    for number, example in enumerate(examples):
        groups[number if example.reads else example.today].append(number)
    return list(groups.values())


def checked_examples(pack: Pack, declaration: Declaration, examples: Sequence[Example], places: PlaceIndex) -> Checked:
    """The examples' rows, checked as a file of them would be, on the day of the first."""
    sheet = sheet_of(declaration, examples)
    matched = matching.match(sheet, declaration, {}, {name: name for name in declaration.fields})
    return checking.check(
        [(sheet, matched)],
        declaration,
        pack.code_lists,
        places,
        scope=grants.station(),
        today=examples[0].today or clock.today(),
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


def _outcome(checked: Checked, row: int, example: Example) -> str:
    """What came of a row: the problems' codes (repairs only where expected) and the values asked for."""
    found = [problem for problem in checked.problems if problem.row in (row, None) and problem.code != TWICE]
    codes = {one.code for one in found if one.severity != "repair" or one.code in example.expect}
    kept = checked.frame.filter(pl.col("row") == row).rows(named=True) if example.reads else []
    return _said(codes, {name: kept[0].get(name) if kept else None for name in example.reads})


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else "" if value is None else str(value)


def _said(codes: Iterable[str], reads: Mapping[str, Any]) -> str:
    values = [f"{name} = {_plain(value) or '∅'}" for name, value in sorted(reads.items())]
    return ", ".join([*sorted(codes), *values]) or "ok"
