"""``tinhso key``: keys of programs, as whoever sits at the machine gives and takes them. A key is printed once."""

from __future__ import annotations

from typing import Annotated

import typer

from tinhso.access.grants import STATION
from tinhso.access.keys import making
from tinhso.access.keys.making import LONGEST, PER_MINUTE, Wish
from tinhso.cli.house import opened
from tinhso.cli.output import answering, as_json, console

app = typer.Typer(no_args_is_help=True, help="Keys with which programs ask the API.")
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Login = Annotated[str, typer.Argument(help="Login of the account that the key stands for.")]


@app.command()
@answering
def client(
    login: Login,
    name: Annotated[str, typer.Option(help="What the program is and whose.")],
    json: Json = False,
) -> None:
    """Make an account for a program: it is given grants and keys, and nobody can sign in as it."""
    with opened() as house, house.db.owner() as conn:
        kept = making.client(conn, login, name, actor=STATION)
    as_json({"login": kept}) if json else console.print(kept, markup=False)


@app.command()
@answering
def add(
    login: Login,
    name: Annotated[str, typer.Option(help="What it is for: small letters a to z, digits, hyphens.")],
    verb: Annotated[list[str] | None, typer.Option(help="read (the default), propose, approve or export.")] = None,
    register: Annotated[list[str] | None, typer.Option(help="Only this register; may be repeated.")] = None,
    area: Annotated[str | None, typer.Option(help="Only this unit (code).")] = None,
    clear: Annotated[
        bool, typer.Option("--clear", help="Show sensitive fields where the account sees them; else they are masked.")
    ] = False,
    days: Annotated[int, typer.Option(help=f"Days until it is over, {LONGEST} at most.")] = 90,
    per_minute: Annotated[int, typer.Option(help="Requests a minute.")] = PER_MINUTE,
    json: Json = False,
) -> None:
    """Make a key and print it, this once. It never opens more than the account's grants do at that moment."""
    wish = Wish(name, tuple(verb or ("read",)), tuple(register or ()), area, clear, days, per_minute)
    with opened() as house, house.db.owner() as conn:
        made = making.add(conn, login, wish, actor=STATION)
    if json:
        as_json({"key": made.id, "login": login, "name": name, "token": made.token})
        return
    console.print("Chỉ hiện lần này, cất ở nơi an toàn / shown once, keep it safe:")
    console.print(made.token, soft_wrap=True, markup=False)


@app.command("list")
@answering
def every(
    login: Annotated[str | None, typer.Argument(help="Only the keys of this account.")] = None, json: Json = False
) -> None:
    """List keys with their limits and when they were last used."""
    with opened() as house, house.db.owner() as conn:
        found = making.every(conn, login)
    if json:
        as_json([key.as_json() for key in found])
        return
    for key in found:
        state = "còn hạn / open" if key.open else "hết / over"
        used = f"{key.used_at:%Y-%m-%d %H:%M}" if key.used_at else "–"
        console.print(
            f"{key.id}  {key.login}/{key.name}  {','.join(key.verbs)}  {key.until:%Y-%m-%d}  {state}  {used}",
            markup=False,
        )


@app.command()
@answering
def revoke(
    number: Annotated[int, typer.Argument(metavar="KEY", help="The key's number, as list shows it.")],
    json: Json = False,
) -> None:
    """End a key at once."""
    with opened() as house, house.db.owner() as conn:
        making.revoke(conn, number, actor=STATION)
    as_json({"key": number, "revoked": True}) if json else console.print(
        f"Khoá {number} đã bị thu hồi / key {number} was revoked", markup=False
    )
