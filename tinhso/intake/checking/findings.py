"""What was found wrong: a code, a field and the positions of the rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from tinhso.foundation.problems import Severity

Facts = Callable[[int], Mapping[str, str]]


def no_facts(position: int) -> Mapping[str, str]:
    return {}


@dataclass(frozen=True, slots=True)
class Finding:
    """One kind of problem in one field, at these positions (UInt32, ascending).

    ``blocks`` says whether the rows are kept back; ``facts`` adds what the sentence needs about a position.
    """

    code: str
    field: str | None
    at: pl.Series
    blocks: bool = True
    level: Severity | None = None
    facts: Facts = no_facts


@dataclass(frozen=True, slots=True)
class Mended:
    """A value as it stands in the file, and as a repair makes it; None where it cannot be told beforehand."""

    sheet: str
    row: int
    cell: str | None
    before: str | None
    after: Any


@dataclass(frozen=True, slots=True)
class Repair:
    """A group of values that can be mended alike; ``accepted`` ones are already mended in the rows."""

    code: str
    field: str
    count: int
    accepted: bool
    examples: tuple[str, ...]
    """Some of the values as they stand in the file."""
    lines: tuple[Mended, ...] = ()
    """The first of the values, before and after."""


SURE = frozenset({"old_number", "legacy_font", "area_spelling"})
"""Repairs made unless the sender declines them; all others wait until they are accepted."""


def numbered(codes: Iterable[str], numbers: pl.Series, field: str | None) -> list[Finding]:
    """Findings from a column of numbers, where n stands for the n-th code and 0 for nothing wrong."""
    if not numbers.max():
        return []
    found = []
    for number, code in enumerate(codes, 1):
        at = (numbers == number).arg_true()
        if at.len():
            found.append(Finding(code, field, at))
    return found


def blocked(findings: Iterable[Finding], height: int) -> pl.Series | None:
    """Which rows are kept back; None where none is."""
    at = [one.at for one in findings if one.blocks]
    if not at:
        return None
    return pl.int_range(height, eager=True, dtype=pl.UInt32).is_in(pl.concat(at).unique().implode())
