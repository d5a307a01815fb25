"""What is done about the data: handed over, corrected, restricted, erased, kept no longer."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Annotated, Any

import polars as pl
import typer

from tinhso.access.scope import Scope
from tinhso.cli.house import House, opened
from tinhso.cli.output import answering, as_json, console
from tinhso.cli.privacy.telling import Json, Officer, led, scope_of, told, written
from tinhso.intake import forms
from tinhso.intake.desk import Desk
from tinhso.privacy import cases, correcting, erasing, restricting, retention, seeing
from tinhso.registers.declaration import Declaration

app = typer.Typer()


@app.command()
@answering
def see(
    case: int,
    html: Annotated[Path | None, typer.Option(help="Where to write the document to hand over.")] = None,
    officer: Officer = None,
    json: Json = False,
) -> None:
    """The person's own data of all registers, as JSON and as a document."""
    with opened() as house:
        scope, office = scope_of(house, officer), house.office()
        with house.db.app(scope.settings()) as conn:
            own = seeing.see(conn, office, case, scope=scope)
            if html is not None:
                written(html, seeing.document(own, cases.one(conn, office, case, scope=scope)))
    if json:
        as_json(own.as_json())
        return
    for each in own.registers:
        console.print(f"{each.title}: {len(each.records)} bản ghi / records")
    console.print("toàn bộ các sổ / all registers" if own.complete else "chỉ trong phạm vi / within the scope only")


@app.command()
@answering
def correct(
    case: int,
    register: Annotated[str | None, typer.Option(help="Register of the record to correct.")] = None,
    record: Annotated[int | None, typer.Option(help="Number of the record, as privacy see tells it.")] = None,
    values: Annotated[list[str] | None, typer.Option("--set", help="field=value, once for each.")] = None,
    carry_out: Annotated[bool, typer.Option("--carry-out", help="Make the corrections true.")] = False,
    officer: Officer = None,
    json: Json = False,
) -> None:
    """Keep what the person says is right; with --carry-out it becomes change sets."""
    said = dict(_pair(one) for one in values or [])
    with opened() as house:
        scope, office = scope_of(house, officer), house.office()
        with house.db.app(scope.settings()) as conn:
            if register is not None and record is not None and said:
                correcting.propose(conn, office, case, register, record, said, scope=scope)
            elif not carry_out:
                raise typer.BadParameter("--register, --record, --set or --carry-out")
            if carry_out:
                correcting.carry_out(conn, office, case, _check(house), scope=scope)
            known = cases.one(conn, office, case, scope=scope)
    told(known, json)


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise typer.BadParameter(f"{text}: field=value", param_hint="--set")
    return name, value


def _check(house: House) -> correcting.Check:
    desk = Desk.open(house.db, house.files)

    def check(
        declaration: Declaration, given: Mapping[str, Any], scope: Scope, kept: Collection[str]
    ) -> pl.DataFrame:
        return forms.checked(desk, declaration, given, scope=scope, kept=kept)

    return check


@app.command()
@answering
def restrict(case: int, officer: Officer = None, json: Json = False) -> None:
    """Hide the person's records from all but whoever handles the case."""
    led(officer, json, lambda conn, office, scope: restricting.restrict(conn, office, case, scope=scope))


@app.command()
@answering
def lift(
    case: int, reason: Annotated[str, typer.Option(help="Why it is lifted.")], officer: Officer = None,
    json: Json = False,
) -> None:  # fmt: skip
    """Let restricted records be seen again."""
    led(officer, json, lambda conn, office, scope: restricting.lift(conn, office, case, scope=scope, reason=reason))


@app.command()
@answering
def erase(
    case: int,
    sure: Annotated[bool, typer.Option("--for-good", help="It cannot be taken back.")] = False,
    officer: Officer = None,
    json: Json = False,
) -> None:
    """Erase the person of a case from registers, history and stored files."""
    if not sure:
        raise typer.BadParameter("erasing cannot be taken back; say --for-good", param_hint="--for-good")
    with opened() as house:
        done = erasing.erase(house.office(), case, scope=scope_of(house, officer))
    if json:
        as_json(done.as_json())
        return
    for act in done.acts:
        console.print(f"{act.register}: {act.versions} lần ghi đã xóa / versions erased, đợt {act.change_set}")
    console.print(f"{len(done.files)} tệp đã xóa / files erased, {len(done.kept)} tệp còn giữ / still held")
    if done.waiting:
        console.print(f"{done.waiting} dòng chờ đã xóa / waiting rows erased")
    if done.named_in:
        console.print(f"Còn nêu tên ở lý do hoặc tên tệp của đợt / named in: {', '.join(map(str, done.named_in))}")


@app.command()
@answering
def retain(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="List what has ended, do nothing.")] = False,
    json: Json = False,
) -> None:
    """Archive or erase records whose retention has ended."""
    with opened() as house:
        found = retention.retain(house.office(), scope=house.station(), dry_run=dry_run)
        unnamed = retention.retain_unnamed(house.office(), scope=house.station(), dry_run=dry_run)
    if json:
        as_json({"registers": [one.as_json() for one in found], "unnamed_files": unnamed})
        return
    for one in found:
        then = "xóa / erase" if one.retention.then == "erase" else "đưa ra khỏi sổ / archive"
        console.print(f"{one.declaration.register}: {len(one.records)} bản ghi / records, {then}")
        if one.waiting or one.uploads:
            rows = f"{one.waiting} dòng chờ / waiting rows"
            console.print(f"  {rows}, {one.uploads} tệp chờ / waiting files: xóa / erase")
    if unnamed:
        console.print(f"{len(unnamed)} tệp không gắn với đợt nào / files that nothing names: xóa / erase")
