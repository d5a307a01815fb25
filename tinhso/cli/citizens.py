"""``tinhso citizen``: codes with which citizens see what is recorded about them."""

from __future__ import annotations

from typing import Annotated

import typer

from tinhso.access import citizens
from tinhso.access.people.door import Door
from tinhso.cli.house import opened
from tinhso.cli.output import answering, as_json, console

app = typer.Typer(no_args_is_help=True, help="Citizens who look at their own data.")


@app.callback()
def _group() -> None:
    """Commands stand below a name, also while there is one."""


@app.command()
@answering
def code(
    number: Annotated[str, typer.Argument(help="The citizen's number, read from the identity card at hand.")],
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Print a one-time code for a citizen whose identity card was checked; 15 minutes, one use, at /citizen."""
    with opened() as house:
        scope, door = house.station(), Door(house.db, house.settings.secret_key)
        with house.db.app(scope.settings()) as conn:
            given = citizens.issue_for(conn, door, number, scope=scope)
    as_json({"code": given, "minutes": 15}) if json else console.print(
        f"Mã / code: [bold]{given}[/bold]\n15 phút, dùng một lần, tại /citizen / 15 minutes, one use, at /citizen"
    )
