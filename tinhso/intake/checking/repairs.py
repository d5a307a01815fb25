"""Repairs: which are in force, which wait for the sender, and what they are called."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from tinhso.intake.checking.columns import Rows
from tinhso.intake.checking.findings import SURE, Finding, Repair

EXAMPLES = 3


def in_force(accept: Iterable[str], decline: Iterable[str]) -> frozenset[str]:
    """The repairs to be made: the sure ones and the accepted ones, without the declined."""
    return (SURE | {name(one) for one in accept}) - {name(one) for one in decline}


def name(code: str) -> str:
    """``lost_zero`` for ``intake.lost_zero``."""
    return code.removeprefix("intake.")


def sorted_out(
    rows: Rows, offered: Iterable[Finding], made: frozenset[str]
) -> tuple[list[Finding], tuple[Repair, ...]]:  # fmt: skip
    """Findings for the repairs that wait (they keep their rows back), and the summary of all repairs."""
    waiting, summary = [], []
    for one in offered:
        accepted = name(one.code) in made
        assert one.field is not None
        examples = tuple(rows.raw(int(position), one.field) or "" for position in one.at.head(EXAMPLES))
        summary.append(Repair(one.code, one.field, one.at.len(), accepted, examples))
        if not accepted:
            waiting.append(replace(one, level="repair"))
    return waiting, tuple(summary)
