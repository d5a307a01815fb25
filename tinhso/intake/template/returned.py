"""A template that comes back: units written with their code, and blank cells that keep what their sender may not see.

Kept values are put into the rows before they are checked, and taken out of everything that is said about them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from tinhso.foundation.problems import Problem
from tinhso.intake.checking.findings import Repair
from tinhso.intake.matching import Matched
from tinhso.intake.reading.stamps import KEPT
from tinhso.intake.reading.workbook import Sheet
from tinhso.registers.declaration import KEY_SEPARATOR, Declaration

Pair = tuple[Sheet, Matched]
Recall = Callable[[Sequence[str], Sequence[str]], Mapping[str, Mapping[str, str | None]]]
"""What the register holds, as text: keys and fields -> key -> field -> value."""
_CODED = r"\(([0-9][0-9.\-]*)\)\s*$"


@dataclass(frozen=True, slots=True)
class Returned:
    """The sheets with kept cells filled; ``kept`` are (sheet, row, field) of those.

    ``problems`` name the rows that could not be filled, which are left out: blank they would empty what is kept.
    """

    pairs: list[Pair]
    kept: frozenset[tuple[str, int, str]] = frozenset()
    problems: tuple[Problem, ...] = ()


def prepared(pairs: Sequence[Pair], declaration: Declaration, recall: Recall | None) -> Returned:
    """The matched sheets as checking takes them. Sheets of other origin are left alone."""
    made: list[Pair] = []
    kept: set[tuple[str, int, str]] = set()
    problems: list[Problem] = []
    for sheet, matched in pairs:
        if sheet.stamp is not None:
            sheet = _coded(sheet, matched, declaration)
            wanted = _wanted(sheet, matched, declaration)
            if wanted:
                sheet, more, lost = _recalled(sheet, matched, declaration, wanted, recall)
                kept |= more
                problems += lost
        made.append((sheet, matched))
    return Returned(made, frozenset(kept), tuple(problems))


def unsaid(returned: Returned, problems: Sequence[Problem]) -> tuple[Problem, ...]:
    """Problems without the values of kept cells."""
    hidden = returned.kept
    return tuple(
        replace(each, value=None, facts={}) if (each.sheet, each.row, each.field) in hidden else each
        for each in problems
    )


def unshown(returned: Returned, repairs: Sequence[Repair]) -> tuple[Repair, ...]:
    """Repairs without examples of fields that have kept cells."""
    fields = {field for _, _, field in returned.kept}
    return tuple(replace(each, examples=(), lines=()) if each.field in fields else each for each in repairs)


def _coded(sheet: Sheet, matched: Matched, declaration: Declaration) -> Sheet:
    """Units chosen as ``Name (code)`` by their code."""
    areas = [f"c{place}" for name, place in matched.columns.items() if declaration.fields[name].type == "area"]
    named = (pl.coalesce(pl.col(name).str.extract(_CODED), pl.col(name)) for name in areas)
    return replace(sheet, frame=sheet.frame.with_columns(named))


def _wanted(sheet: Sheet, matched: Matched, declaration: Declaration) -> dict[int, tuple[str, list[str]]]:
    """By position in the frame: the row's key, and the blank fields it says are to be kept."""
    place = next((at for at, column in enumerate(sheet.columns) if column.field == KEPT), None)
    keys = [matched.columns.get(name) for name in declaration.primary_key]
    if place is None or None in keys:
        return {}
    found = {}
    for at, row in enumerate(sheet.frame.iter_rows(named=True)):
        named = [name for name in (row[f"c{place}"] or "").split(",") if name in matched.columns]
        blank = [name for name in named if row[f"c{matched.columns[name]}"] is None]
        if blank:
            found[at] = (KEY_SEPARATOR.join(str(row[f"c{key}"] or "").strip() for key in keys), blank)
    return found


def _recalled(
    sheet: Sheet, matched: Matched, declaration: Declaration, wanted: Mapping[int, tuple[str, list[str]]],
    recall: Recall | None,
) -> tuple[Sheet, set[tuple[str, int, str]], list[Problem]]:  # fmt: skip
    """The sheet with the kept cells filled from the register, and the rows whose record was not found."""
    fields = sorted({name for _, names in wanted.values() for name in names})
    known = recall([key for key, _ in wanted.values()], fields) if recall is not None else {}
    rows, kept, lost = sheet.frame["row"].to_list(), set(), []
    texts: dict[str, dict[int, str]] = {}
    for at, (key, names) in wanted.items():
        if key not in known:
            said = ", ".join(declaration.fields[name].title.vi for name in names)
            lost.append(Problem("intake.kept_unknown", sheet=sheet.name, row=rows[at], facts={"fields": said}))
            continue
        for name in names:
            kept.add((sheet.name, rows[at], name))
            texts.setdefault(name, {})[at] = _as_read(known[key].get(name), declaration, name)
    columns = [
        pl.Series(f"c{matched.columns[name]}", [
            put.get(at, text) or None for at, text in enumerate(sheet.frame[f"c{matched.columns[name]}"].to_list())
        ], dtype=pl.String)
        for name, put in texts.items()
    ]  # fmt: skip
    filled = sheet.frame.with_columns(columns)
    stay = ~filled["row"].is_in([each.row for each in lost])
    numeric = {place: marks.filter(stay) for place, marks in sheet.numeric.items()}
    return replace(sheet, frame=filled.filter(stay), numeric=numeric), kept, lost


def _as_read(value: str | None, declaration: Declaration, name: str) -> str:
    """A kept value as reading would tell it."""
    text = value or ""
    return text.replace(".", ",") if declaration.fields[name].type == "number" else text
