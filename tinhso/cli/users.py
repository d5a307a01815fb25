"""``tinhso user``: accounts, as whoever sits at the machine keeps them. Links are printed, to be handed over safely."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from tinhso.access import founding
from tinhso.access.grants import STATION
from tinhso.access.people import FIRST, accounts, first_administrator, outside
from tinhso.cli.house import House, opened
from tinhso.cli.output import answering, as_json, console
from tinhso.foundation.problems import refuse

app = typer.Typer(no_args_is_help=True, help="People's accounts.")
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Login = Annotated[str, typer.Argument(help="Login of the account.")]


@app.command()
@answering
def add(
    login: Annotated[str, typer.Argument(help="What the person types to sign in.")],
    name: Annotated[str, typer.Option(help="Full name.")],
    mail: Annotated[str | None, typer.Option(help="Mail address.")] = None,
    json: Json = False,
) -> None:
    """Make an account and print the link of its invitation."""
    with opened() as house, house.db.owner() as conn:
        kept = accounts.add(conn, login, name, mail, actor=STATION)
        link = accounts.invite(conn, kept, actor=STATION)
        _link(house, kept, link, json=json)


@app.command("list")
@answering
def every(json: Json = False) -> None:
    """List all accounts."""
    with opened() as house, house.db.owner() as conn:
        found = accounts.every(conn)
    if json:
        as_json([account.as_json() for account in found])
        return
    for account in found:
        console.print(f"{account.login}  {account.state}  {account.name}", markup=False)


@app.command()
@answering
def invite(login: Login, json: Json = False) -> None:
    """Print a new link of invitation; the earlier one is over."""
    with opened() as house, house.db.owner() as conn:
        _link(house, login, accounts.invite(conn, login, actor=STATION), json=json)


@app.command()
@answering
def reset(
    login: Login,
    second_factor: Annotated[
        bool, typer.Option("--second-factor", help="Take the second factor away too, where it was lost.")
    ] = False,
    json: Json = False,
) -> None:
    """Take the password away, end all sessions, and print a link to set a new one."""
    with opened() as house, house.db.owner() as conn:
        _link(house, login, accounts.reset(conn, login, actor=STATION, second_factor=second_factor), json=json)


@app.command()
@answering
def link(
    login: Login,
    subject: Annotated[str, typer.Option(help="Who the person is at the provider: its claim sub.")],
    json: Json = False,
) -> None:
    """Link an account with the province's single sign-on (TINHSO_OIDC_ISSUER)."""
    with opened() as house, house.db.owner() as conn:
        issuer = house.settings.oidc_issuer
        if not issuer:
            raise refuse("access.no_provider")
        outside.link_for(conn, login, issuer, subject, actor=STATION)
    as_json({"login": login, "issuer": issuer, "subject": subject}) if json else console.print(
        f"{login} = {subject} · {issuer}", markup=False
    )


@app.command()
@answering
def disable(login: Login, json: Json = False) -> None:
    """Shut an account; its sessions end at once."""
    with opened() as house, house.db.owner() as conn:
        _ended(login, accounts.disable(conn, login, actor=STATION), json=json)


@app.command()
@answering
def enable(login: Login, json: Json = False) -> None:
    """Open a disabled account again."""
    with opened() as house, house.db.owner() as conn:
        accounts.enable(conn, login, actor=STATION)
        _ended(login, 0, json=json)


@app.command("end-sessions")
@answering
def end_sessions(login: Login, json: Json = False) -> None:
    """Sign a person out everywhere."""
    with opened() as house, house.db.owner() as conn:
        _ended(login, accounts.end_sessions(conn, login, actor=STATION), json=json)


def greet_first(house: House) -> str | None:
    """At the first start of all: make the administrator with the grant to let others in, and print the one-time
    password, this once. Gives it, else None."""
    password = first_administrator(house.db)
    founding.first_grant(house.db)
    if password is not None:
        console.print(f"Người quản trị đầu tiên / the first administrator: [bold]{FIRST}[/bold]")
        console.print(f"Mật khẩu dùng một lần / one-time password: [bold]{password}[/bold]")
        console.print("Chỉ hiện lần này, phải đổi khi đăng nhập / shown once, to be changed at sign-in")
    return password


def _link(house: House, login: str, path: str, *, json: bool) -> None:
    shape: dict[str, Any] = {"login": login, "link": house.settings.own_address + path}
    if json:
        as_json(shape)
    else:
        console.print("Gửi liên kết này cho đúng người, bằng cách kín đáo / hand this link over privately:")
        console.print(shape["link"], soft_wrap=True, markup=False)


def _ended(login: str, count: int, *, json: bool) -> None:
    as_json({"login": login, "ended": count}) if json else console.print(
        f"{login}: {count} phiên đã kết thúc / sessions ended", markup=False
    )
