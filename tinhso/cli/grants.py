"""``tinhso grant`` and ``tinhso user why``: who may do what, where, until when and what for."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from tinhso.access import giving, grants
from tinhso.access import why as reasons
from tinhso.cli.house import opened
from tinhso.cli.output import answering, as_json, console
from tinhso.foundation.clock import VIETNAM
from tinhso.foundation.database import Connection
from tinhso.foundation.problems import refuse
from tinhso.registers import declared, records

app = typer.Typer(no_args_is_help=True, help="Grants: roles for people over areas, for a time and a purpose.")
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Login = Annotated[str, typer.Argument(help="Login of the person.")]


@app.command()
@answering
def add(
    login: Login,
    role: Annotated[str, typer.Argument(help="Name of the role.")],
    area: Annotated[str, typer.Option(help="Code of the unit; all that lies in it is meant too.")],
    purpose: Annotated[str, typer.Option(help="What for; its law is kept with the grant.")],
    begins: Annotated[datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="First day.")] = None,
    ends: Annotated[datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="First day without it.")] = None,
    json: Json = False,
) -> None:
    """Give a person a role over an area."""
    with opened() as house, house.db.app(house.station().settings()) as conn:
        number = giving.give(conn, login, role, area, purpose, begins=_begin(begins), ends=_begin(ends))
    as_json({"grant": number, "login": login}) if json else console.print(f"{login}: quyền số / grant {number}")


@app.command()
@answering
def revoke(
    grant: Annotated[int, typer.Argument(help="Number of the grant.")],
    reason: Annotated[str, typer.Option(help="Why it is taken back.")],
    json: Json = False,
) -> None:
    """Take a grant back; it stays on record."""
    if not reason.strip():
        raise refuse("cli.no_reason", value=grant)
    with opened() as house, house.db.app(house.station().settings()) as conn:
        giving.revoke(conn, grant, reason=reason.strip())
    as_json({"grant": grant}) if json else console.print(f"Đã thu hồi quyền số / revoked grant {grant}")


@app.command("list")
@answering
def every(
    login: Annotated[str | None, typer.Argument(help="Only this person's.")] = None,
    ended: Annotated[bool, typer.Option("--ended", help="Those that ended or were revoked too.")] = False,
    json: Json = False,
) -> None:
    """List grants."""
    with opened() as house, house.db.app(house.station().settings()) as conn:
        found = giving.every(conn, login, ended=ended)
    if json:
        as_json([each.as_json() for each in found])
        return
    for each in found:
        until = f" → {each.valid_to:%Y-%m-%d}" if each.valid_to else ""
        console.print(
            f"{each.id}  {each.login}  {each.role}  {each.area or '–'}  {each.purpose}{until}"
            f"{'  đã thu hồi / revoked' if each.revoked_at else ''}", markup=False
        )  # fmt: skip


@answering
def why(
    login: Login,
    verb: Annotated[str, typer.Argument(help="read, propose, approve, export, declare or administer.")],
    register: Annotated[str, typer.Argument(help="Name of the register; * for any.")] = "*",
    record: Annotated[int | None, typer.Option(help="Id of a record.")] = None,
    area: Annotated[str | None, typer.Option(help="Code of a unit.")] = None,
    field: Annotated[str | None, typer.Option(help="A sensitive field to be shown as it is.")] = None,
    json: Json = False,
) -> None:
    """Say why a person can or cannot do something, grant by grant."""
    with opened() as house, house.db.app(house.station().settings()) as conn:
        place = _place(conn, register, record) if record is not None else None
        told = reasons.explained(conn, login, verb, register, place=place, area=area, field=field)
    if json:
        as_json(told.as_json())
        return
    console.print(f"{login} {verb} {register}: {'được / yes' if told.allowed else 'không / no'}", markup=False)
    for each in told.reasons:
        console.print(f"  {each.grant}  {each.said.vi}\n     {each.said.en}", markup=False)


def _place(conn: Connection, register: str, record: int) -> int:
    found = records.one(conn, declared.one(conn, register), record, scope=grants.station())
    return int(found["place"])


def _begin(day: datetime | None) -> datetime | None:
    return day.replace(tzinfo=VIETNAM) if day else None
