"""Cases: open, list, show, and lead on step by step."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, cast

import typer

from tinhso.areas import tree
from tinhso.cli.house import opened
from tinhso.cli.output import answering, as_json, console
from tinhso.cli.privacy.telling import Json, Officer, led, scope_of, told
from tinhso.foundation import clock
from tinhso.foundation.clock import VIETNAM
from tinhso.privacy import cases, closing
from tinhso.privacy.cases import Action, Subject
from tinhso.privacy.declaration import Kind

app = typer.Typer()
STEPS: tuple[Action, ...] = ("identified", "assigned", "shared", "answered", "noted")
"""The steps that need no more than words; the others have commands of their own."""


@app.command("open")
@answering
def open_case(
    kind: Annotated[str, typer.Argument(help="see, correct, restrict, delete, withdraw, object.")],
    citizen_id: Annotated[str, typer.Option(help="Personal number of whoever asks.")],
    name: Annotated[str, typer.Option(help="Name of whoever asks.")] = "",
    contact: Annotated[str, typer.Option(help="How to answer: telephone, address.")] = "",
    request: Annotated[str, typer.Option(help="What is asked, in their words.")] = "",
    area: Annotated[str | None, typer.Option(help="Code of the unit in charge; the province if not given.")] = None,
    channel: Annotated[str, typer.Option(help="counter, paper, mail, portal.")] = "counter",
    purpose: Annotated[str | None, typer.Option(help="For withdraw: which consent; all where not given.")] = None,
    received: Annotated[datetime | None, typer.Option(help="When it came in; now where not given.")] = None,
    officer: Officer = None,
    json: Json = False,
) -> None:
    """Open a case for what a person asks; its terms begin."""
    subject = Subject(citizen_id, name or None, contact or None, request or None)
    with opened() as house:
        scope = scope_of(house, officer)
        with house.db.app(scope.settings()) as conn:
            unit = area or officer or tree.root_code(conn)
        at = received.replace(tzinfo=VIETNAM) if received else clock.now()
        case = cases.receive(
            house.office(), cast(Kind, kind), scope=scope, area=unit, channel=channel, subject=subject, received_at=at,
            purpose=purpose,
        )
    told(case, json)


@app.command("list")
@answering
def list_cases(
    every: Annotated[bool, typer.Option("--all", help="Closed ones too.")] = False,
    officer: Officer = None,
    json: Json = False,
) -> None:
    """Open cases, what is due first on top."""
    with opened() as house:
        scope, office = scope_of(house, officer), house.office()
        with house.db.app(scope.settings()) as conn:
            found = cases.every(conn, office, scope=scope, open_only=not every)
    if json:
        as_json([case.as_json() for case in found])
        return
    for case in found:
        told(case, json=False)
    if not found:
        console.print("Không có hồ sơ nào / no cases")


@app.command()
@answering
def show(case: int, officer: Officer = None, json: Json = False) -> None:
    """One case with its terms; with --json also its steps."""
    led(officer, json, lambda conn, office, scope: cases.one(conn, office, case, scope=scope))


@app.command()
@answering
def step(
    case: int,
    action: Annotated[str, typer.Argument(help=", ".join(STEPS))],
    words: Annotated[str | None, typer.Option(help="What to note.")] = None,
    to: Annotated[str | None, typer.Option(help="For assigned: to whom (login).")] = None,
    officer: Officer = None,
    json: Json = False,
) -> None:
    """Add a step: papers checked, assigned, others must act too, answered, a note."""
    taken = next((each for each in STEPS if each == action), None)
    if taken is None:
        raise typer.BadParameter(", ".join(STEPS), param_hint="ACTION")
    if (action == "assigned") != (to is not None):
        raise typer.BadParameter("assigned needs --to, nothing else does", param_hint="--to")
    facts: dict[str, Any] = {"to": to} if to else {}
    led(officer, json, lambda conn, office, scope: cases.step(
        conn, office, case, taken, scope=scope, facts=facts, words=words))  # fmt: skip


@app.command()
@answering
def extend(
    case: int, reason: Annotated[str, typer.Option(help="Why more time is needed.")], officer: Officer = None,
    json: Json = False,
) -> None:  # fmt: skip
    """Extend the term to carry out, once."""
    led(officer, json, lambda conn, office, scope: cases.extend(conn, office, case, reason, scope=scope))


@app.command()
@answering
def refuse(
    case: int,
    basis: Annotated[str, typer.Option(help="The article of the law.")],
    words: Annotated[str, typer.Option(help="What the person is told.")] = "",
    officer: Officer = None,
    json: Json = False,
) -> None:
    """Refuse what is asked, with the legal basis."""
    led(officer, json, lambda conn, office, scope: cases.decline(conn, office, case, basis, scope=scope, words=words))


@app.command()
@answering
def close(case: int, officer: Officer = None, json: Json = False) -> None:
    """Close a case; of a deletion carried out, who asked is erased too, and a consent withdrawn is withdrawn."""
    led(officer, json, lambda conn, office, scope: closing.close(conn, office, case, scope=scope))
