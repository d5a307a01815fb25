"""``tinhso propose``: the declaration that a workbook proposes, with its evidence or as a pack's YAML."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from tinhso.cli.house import House, opened
from tinhso.cli.output import answering, as_json, console
from tinhso.foundation.problems import refuse
from tinhso.intake import reading
from tinhso.intake.desk import Desk
from tinhso.intake.sketching import kept, making
from tinhso.intake.sketching.proposing import Sketch
from tinhso.registers import written

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@answering
def propose(
    file: Annotated[Path, typer.Argument(help="A workbook: .xlsx, .xls or .csv.")],
    yaml: Annotated[bool, typer.Option("--yaml", help="Print the files of a pack, one document each.")] = False,
    json: Json = False,
) -> None:
    """Propose a register from a workbook: what its columns seem to be, and how many values say so."""
    if not file.is_file():
        raise refuse("cli.no_such_file", value=str(file))
    with opened() as house:
        _told(house, file, yaml=yaml, json=json)


def _told(house: House, file: Path, *, yaml: bool, json: bool) -> None:
    desk = Desk.open(house.db, house.files)
    found = kept.sketched(desk, reading.read(file, file.name), file.name, scope=house.station())
    if json:
        as_json(_shape(found, file.name))
    elif yaml:
        values = {letter: each.filled.unique().to_list() for letter, each in found.texts.items()}
        made = making.made(found.wish, values, desk.declarations, desk.lists)
        files = [written.as_yaml(made.declaration), *(written.as_yaml(each) for each in made.lists.values())]
        typer.echo("---\n".join(files), nl=False)
    else:
        _lines(found)


def _shape(found: Sketch, name: str) -> dict[str, Any]:
    """The shape promised by ``tinhso propose --json``."""
    columns = []
    for entry in found.wish.entries:
        guess = found.guesses[entry.letter]
        fit = guess.fits[0]
        columns.append({
            "column": entry.letter, "heading": entry.heading, "field": entry.name, "kind": entry.kind,
            "keep": entry.keep, "key": entry.key, "required": entry.required, "sensitive": entry.sensitive,
            "filled": fit.filled, "fits": fit.fits, "distinct": guess.distinct, "blank": guess.blank,
            "misfits": [{"cell": cell, "value": value} for cell, value in fit.misfits],
        })  # fmt: skip
    wish = found.wish
    return {
        "file": name, "register": wish.register, "title": wish.vi, "label": wish.label, "columns": columns,
        "problems": [each.as_json() for each in found.problems],
    }  # fmt: skip


def _lines(found: Sketch) -> None:
    console.print(f"{found.wish.register}: {found.wish.vi}", markup=False)
    for entry in found.wish.entries:
        fit = found.guesses[entry.letter].fits[0]
        marks = [word for word in ("key", "required", "sensitive") if getattr(entry, word)]
        left = "" if entry.keep else " (để ngoài / left out)"
        said = f"  {entry.letter} {entry.heading} -> {entry.name}: {entry.kind}, {fit.fits}/{fit.filled}"
        console.print(" ".join([said, *marks]) + left, markup=False)
    for problem in found.problems:
        console.print(f"  {problem.vi}", markup=False)
