"""``tinhso areas``: find units, load real boundaries."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from tinhso.areas import find as finding
from tinhso.areas import shapes
from tinhso.cli.house import opened
from tinhso.cli.output import answering, as_json, console
from tinhso.foundation.problems import refuse

app = typer.Typer(no_args_is_help=True, help="Administrative units.")
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command()
@answering
def find(
    text: Annotated[str, typer.Argument(help="Code or name, with or without marks.")],
    at: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="As at that day.")] = None,
    json: Json = False,
) -> None:
    """Find units by code, name or older spelling."""
    with opened() as house, house.db.app() as conn:
        found = finding.find(conn, text, at.date() if at else None)
    if json:
        as_json([unit.as_json() for unit in found])
    else:
        for unit in found:
            console.print(f"{unit.code}  {unit.name}")


@app.command()
@answering
def boundaries(
    file: Annotated[Path, typer.Argument(help="GeoJSON with a code for each unit.")], json: Json = False
) -> None:
    """Replace the approximate cells by real boundaries."""
    if not file.is_file():
        raise refuse("cli.no_such_file", value=file)
    with opened() as house, house.db.owner() as conn:
        count = shapes.boundaries(conn, file).taken
    as_json({"file": str(file), "loaded": count}) if json else console.print(f"{count} ranh giới / boundaries")
