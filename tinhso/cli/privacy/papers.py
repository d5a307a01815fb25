"""Consents, breaches and the register of processing activities."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from tinhso.areas import tree
from tinhso.cli.house import opened
from tinhso.cli.output import answering, as_json, console
from tinhso.cli.privacy.telling import Json, Officer, scope_of, told, written
from tinhso.foundation.clock import VIETNAM
from tinhso.foundation.problems import refuse
from tinhso.privacy import activities as processing
from tinhso.privacy import breach as breaches
from tinhso.privacy import cases, closing
from tinhso.privacy import consent as consents

app = typer.Typer()


@app.command()
@answering
def activities(
    html: Annotated[Path | None, typer.Option(help="Where to write the document.")] = None,
    controller: Annotated[str | None, typer.Option(help="Who answers for it; the province where not given.")] = None,
    json: Json = False,
) -> None:
    """The register of processing activities, from the declarations in force."""
    with opened() as house, house.db.app(house.station().settings()) as conn:
        found = processing.activities(conn)
        name = controller or tree.root_name(conn)
    if html is not None:
        written(html, processing.document(found, name))
    if json:
        as_json([one.as_json() for one in found])
        return
    for one in found:
        said = ", ".join(purpose.title.vi for purpose in one.purposes) or "CHƯA CÓ MỤC ĐÍCH / NO PURPOSE"
        console.print(f"{one.title.vi}: {said}")


@app.command()
@answering
def consent(
    citizen_id: str,
    give: Annotated[str | None, typer.Option(help="Purpose that the person agrees to.")] = None,
    withdraw: Annotated[str | None, typer.Option(help="Purpose that the person withdraws from.")] = None,
    channel: Annotated[str, typer.Option(help="counter, paper, mail, portal.")] = "counter",
    officer: Officer = None,
    json: Json = False,
) -> None:
    """A person's consents: all ever said, after one given or withdrawn (by a case of its own)."""
    with opened() as house:
        scope, office = scope_of(house, officer), house.office()
        if withdraw is not None:
            with house.db.app(scope.settings()) as conn:
                area = officer or tree.root_code(conn)
                if not consents.holds(conn, office, citizen_id, withdraw, scope=scope):
                    raise refuse("privacy.no_consent", value=withdraw)
            closing.withdraw(office, citizen_id, withdraw, channel, area=area, scope=scope)
        with house.db.app(scope.settings()) as conn:
            if give is not None:
                consents.give(conn, office, citizen_id, give, channel, scope=scope)
            found = consents.ledger(conn, office, citizen_id, scope=scope)
    if json:
        as_json([one.as_json() for one in found])
        return
    for one in found:
        word = "đồng ý / given" if one.action == "given" else "rút lại / withdrawn"
        console.print(f"{one.at:%d/%m/%Y %H:%M}  {one.purpose}  {word}  {one.channel}")


@app.command()
@answering
def breach(
    what: Annotated[str, typer.Argument(help="What happened.")],
    persons: Annotated[int, typer.Option(help="How many persons.")],
    registers: Annotated[list[str], typer.Option("--register", help="A register concerned, once for each.")],
    measures: Annotated[str, typer.Option(help="What was and will be done.")] = "",
    occurred: Annotated[datetime | None, typer.Option(help="When it happened, if known.")] = None,
    detected: Annotated[datetime | None, typer.Option(help="When it was found; now where not given.")] = None,
    area: Annotated[str | None, typer.Option(help="Code of the unit; the province where none is given.")] = None,
    officer: Officer = None,
    json: Json = False,
) -> None:
    """Open the case of a breach; the 72 hours run from its detection."""
    finding = breaches.Finding(what, persons, tuple(registers), _here(occurred), measures)
    with opened() as house:
        scope = scope_of(house, officer)
        with house.db.app(scope.settings()) as conn:
            unit = area or officer or tree.root_code(conn)
        case = breaches.report(house.office(), finding, scope=scope, area=unit, detected_at=_here(detected))
    told(case, json)


def _here(moment: datetime | None) -> datetime | None:
    return moment.replace(tzinfo=VIETNAM) if moment else None


@app.command()
@answering
def notice(
    case: int,
    html: Annotated[Path | None, typer.Option(help="Where to write the notice to the authority.")] = None,
    sent: Annotated[bool, typer.Option("--sent", help="Note that it was sent.")] = False,
    reason: Annotated[str, typer.Option(help="Why it is late, after 72 hours.")] = "",
    officer: Officer = None,
    json: Json = False,
) -> None:
    """The notice of a breach as a document, and that it was sent."""
    if html is None and not sent:
        raise typer.BadParameter("--html FILE, --sent or both")
    with opened() as house:
        scope, office = scope_of(house, officer), house.office()
        with house.db.app(scope.settings()) as conn:
            known = (
                breaches.notify(conn, office, case, scope=scope, reason=reason)
                if sent else cases.one(conn, office, case, scope=scope)
            )  # fmt: skip
            text = breaches.notice(conn, office, case, scope=scope)
    if html is not None:
        written(html, text)
    told(known, json)
