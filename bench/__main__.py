"""``python -m bench [--scale S] [--repeats N]``: measure, print a table, write results/latest.json."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console

from bench import ground, limits, material, report
from bench.cases import carrying, marking
from bench.cases.entering import Entering
from bench.cases.live import commit_to_figure
from bench.cases.loading import Loading
from bench.cases.reading import Reading
from bench.cases.served import Served
from bench.ground import Ground
from bench.material import Material
from bench.measuring import Measure, plain

console = Console(width=None if sys.stdout.isatty() else 150)
"""Wide enough for the table where the output goes to a file."""


def main() -> int:
    """Run the measurements; 1 where a goal was missed at full size, else 0."""
    asked = _arguments()
    console.print(f"Writing {asked.scale:g} of the labour workbooks into {asked.material} ...")
    files = material.made(asked.material / f"scale-{asked.scale:g}", asked.scale)
    console.print(f"{files.rows:,} rows x {files.columns} columns, {len(files.workbooks)} workbooks.")
    measures = []
    with ground.laid() as land:
        for measure in _measured(land, files, asked.repeats):
            console.print(f"  {measure.name}: {measure.value:.2f} {measure.unit}")
            measures.append(measure)
    report.show(measures, console)
    console.print(f"Written to {report.write(measures)}")
    missed = [measure.name for measure in measures if measure.kept is False]
    return 1 if missed and asked.scale == 1 else 0


def _measured(land: Ground, files: Material, repeats: int) -> Iterator[Measure]:
    copied = limits.raw_copy(land, files)
    yield plain("raw COPY", copied)
    yield plain("Polars reading the CSV alone", limits.polars_alone(files.whole))
    loading = Loading(land, files, repeats)
    yield from loading.from_csv(("raw COPY", copied.best))
    calamine = limits.calamine_alone(files.workbooks)
    yield plain("calamine reading the workbooks alone", calamine)
    yield loading.from_workbooks(("calamine", calamine.best))
    yield loading.memory()
    province = loading.province()
    with Reading(land, province) as reading:
        yield from reading.all()
    yield from carrying.all_of(land, province)
    yield from marking.all_of(land, province, files)
    with Served(land, province) as served:
        yield from served.all()
        yield from Entering(served).all()
    yield commit_to_figure(land, province, files, repeats)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--scale", type=float, default=1.0, help="share of the workers; 1 is the province")
    parser.add_argument("--repeats", type=int, default=3, help="times each loading is done; the best counts")
    parser.add_argument("--material", type=Path, default=report.RESULTS / "material", help="where the files are kept")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
