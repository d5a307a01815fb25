"""Measurements as a table for people and as JSON for everything else."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec
from rich.console import Console
from rich.table import Column, Table

from bench.measuring import Measure

RESULTS = Path(__file__).resolve().parent / "results"
COLUMNS = ("measured", "value", "held against", "ratio", "goal", "", "n", "load")


def write(measures: Sequence[Measure], folder: Path = RESULTS) -> Path:
    """Write ``latest.json``."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "latest.json"
    text = msgspec.json.format(msgspec.json.encode([measure.as_json() for measure in measures]), indent=2)
    path.write_bytes(text + b"\n")
    return path


def show(measures: Sequence[Measure], console: Console) -> None:
    """Print the table; a goal that is missed is marked in words."""
    table = Table(*(Column(name, no_wrap=True) for name in COLUMNS), title="tinhso bench")
    for measure in measures:
        table.add_row(*_cells(measure))
    console.print(table)


def _cells(measure: Measure) -> tuple[str, ...]:
    verdict = {True: "reached", False: "[bold]MISSED[/bold]", None: ""}[measure.kept]
    limit = f"{measure.limit_name} {_amount(measure.limit_value, measure.unit)}" if measure.limit_name else ""
    ratio = f"{measure.ratio:.2f}x" if measure.ratio is not None else ""
    goal = f"≤ {measure.goal:g}x" if measure.goal is not None else ""
    loads = f"{measure.load_before:.1f} > {measure.load_after:.1f}"
    return (
        measure.name,
        _amount(measure.value, measure.unit),
        limit,
        ratio,
        goal,
        verdict,
        str(measure.repeats),
        loads,
    )


def _amount(value: float | None, unit: str) -> str:
    if value is None:
        return ""
    return f"{value:,.0f} {unit}" if value >= 100 else f"{value:.2f} {unit}"
