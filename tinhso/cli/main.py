"""The command ``tinhso`` and its verbs."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from tinhso.cli import (
    areas,
    chain,
    citizens,
    figures,
    filling,
    grants,
    keys,
    output,
    privacy,
    proposing,
    quality,
    users,
)
from tinhso.cli.house import House, opened, pack_folder
from tinhso.cli.output import REFUSED, answering, as_json
from tinhso.foundation import parents
from tinhso.foundation.problems import catalogue, refuse
from tinhso.intake import river
from tinhso.intake import template as blanks
from tinhso.intake.desk import Desk
from tinhso.packs import apply as packs
from tinhso.registers import changes

app = typer.Typer(
    no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False,
    help="tinhso: the digital province on the terminal.",
)  # fmt: skip
app.add_typer(areas.app, name="areas")
app.add_typer(chain.app, name="chain")
app.add_typer(citizens.app, name="citizen")
app.add_typer(figures.app)
app.add_typer(grants.app, name="grant")
app.add_typer(privacy.app, name="privacy")
app.add_typer(users.app, name="user")
app.add_typer(keys.app, name="key")
users.app.command()(grants.why)
app.command()(proposing.propose)
app.command()(quality.quality)
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command()
@answering
def demo(
    scale: Annotated[float, typer.Option(help="Share of the province to make, 0.02 to 1.")] = 1.0,
    pack: Annotated[Path, typer.Option(help="Folder of the province.")] = Path("provinces/hagiang"),
    serve: Annotated[bool, typer.Option(help="Go on serving until interrupted.")] = True,
) -> None:
    """Make a synthetic province, take its workbooks in, and serve it."""
    if not 0.02 <= scale <= 1:
        raise typer.BadParameter("scale must lie between 0.02 and 1")
    filling.run(pack_folder(pack), scale, serve=serve)


@app.command()
@answering
def serve(
    with_parent: Annotated[bool, typer.Option("--with-parent", hidden=True, help="Stop with the demo.")] = False,
) -> None:
    """Serve the pages on this machine (TINHSO_PORT, 8000 where not set)."""
    if with_parent:
        parents.leave_with_parent()
    with opened() as house:
        port = house.settings.port
        users.greet_first(house)
    filling.serve_forever(port)


@app.command()
@answering
def apply(
    province: Annotated[Path, typer.Argument(help="Folder of the province's pack.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would change.")] = False,
    json: Json = False,
) -> None:
    """Apply a province's declarations: show what changes, then change it."""
    with opened() as house:
        applied = packs.apply(house.db, pack_folder(province), dry_run=dry_run)
        as_json(applied.as_json()) if json else output.console.print(
            "\n".join(applied.lines()) or "Không có gì thay đổi / nothing to change"
        )


@app.command()
@answering
def intake(
    register: str,
    files: Annotated[list[Path], typer.Argument(help="Files to take in: .xlsx, .xls or .csv.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check and compare, write nothing.")] = False,
    good_rows: Annotated[
        bool, typer.Option("--good-rows", help="Commit the good rows although others have errors.")
    ] = False,
    accept: Annotated[list[str] | None, typer.Option(help="Accept a repair, such as lost_zero.")] = None,
    sender: Annotated[str | None, typer.Option("--as", help="Take in as an officer of this area (code).")] = None,
    json: Json = False,
) -> None:
    """Take files into a register: read, check, compare, commit."""
    _expect_repairs(accept or [])
    with opened() as house:
        scope = house.over(sender) if sender else house.station()
        desk = Desk.open(house.db, house.files)
        choices = river.Choices(accept=tuple(accept or ()), only_good=good_rows)
        taken = []
        for path in files:
            if not path.is_file():
                raise refuse("cli.no_such_file", value=str(path))
            taken.append(
                river.take_in(
                    desk, path, path.name, register, scope=scope, sender=scope.actor, choices=choices, dry_run=dry_run
                )
            )
        shapes = [one.as_json() for one in taken]
        if json:
            as_json(shapes[0] if len(shapes) == 1 else shapes)
        else:
            _told(taken)
    if any(one.examined.errors or not one.examined.partly for one in taken):
        raise typer.Exit(REFUSED)


def _expect_repairs(asked: list[str]) -> None:
    known = sorted(code.removeprefix("intake.") for code, said in catalogue().items() if said.severity == "repair")
    for code in asked:
        if code.removeprefix("intake.") not in known:
            raise typer.BadParameter(f"{code}: {', '.join(known)}", param_hint="--accept")


def _told(taken: list[river.Taken]) -> None:
    for one in taken:
        shape = one.as_json()
        state = f"đợt {shape['change_set']}" if one.commit else "chưa ghi gì / nothing written"
        output.console.print(
            f"{shape['file']}: {shape['rows']} dòng, {shape['new']} mới, {shape['changed']} sửa,"
            f" {shape['same']} giữ nguyên, {shape['gone']} không có trong tệp; {state}"
        )
        output.problems(one.examined.problems)


@app.command()
@answering
def undo(
    change_set: int,
    reason: Annotated[str, typer.Option(help="Why it is taken back.")],
    json: Json = False,
) -> None:
    """Take a change set back by a new one."""
    if not reason.strip():
        raise refuse("cli.no_reason", value=change_set)
    with opened() as house:
        commit = changes.undo(house.db, change_set, reason=reason, scope=house.station())
        left = f"; {commit.erased} đã xóa, không trở lại / erased, not brought back" if commit.erased else ""
        as_json(commit) if json else output.console.print(f"Đã hoàn tác đợt {change_set} bằng đợt {commit.id}{left}")


@app.command()
@answering
def export(
    register: str,
    file: Annotated[Path, typer.Argument(help="Where to write: .csv, .xlsx, .parquet or .geojson.")],
    area: Annotated[str | None, typer.Option(help="Only this unit (code).")] = None,
    as_of: Annotated[datetime | None, typer.Option(help="As it was known at that moment (.csv).")] = None,
    search: Annotated[str, typer.Option(help="Only what is found by these words.")] = "",
    reason: Annotated[str, typer.Option(help="What the file is for; kept in the log.")] = "",
    json: Json = False,
) -> None:
    """Write a register's records to a file, its kind by its name; .csv is UTF-8 with BOM, so that Excel reads it."""
    from tinhso.registers import export as exporting

    kind = file.suffix.removeprefix(".") or "csv"
    form = next((each for each in exporting.FORMATS if each == kind), "csv" if kind in ("txt", "tsv") else None)
    if form is None or (as_of is not None and form != "csv"):
        raise refuse("registers.export_unknown_format", value=kind, known=", ".join(exporting.FORMATS))
    with opened() as house:
        scope = house.over(area) if area else house.station()
        if as_of is not None:
            rows = exporting.write_as_of(house.db, register, file, as_of, scope=scope)
        else:
            wish = exporting.Wish(register, form, search=search, named=form == "csv", reason=reason)
            rows = exporting.write(house.db, wish, file, scope=scope)
        shape: dict[str, Any] = {"register": register, "file": str(file), "rows": rows}
        as_json(shape) if json else output.console.print(f"{file}: {rows} bản ghi / records")


@app.command()
@answering
def template(
    register: str,
    file: Annotated[Path, typer.Option("-o", "--out", help="Where to write the workbook (.xlsx).")],
    area: Annotated[str | None, typer.Option(help="For an officer of this unit (code).")] = None,
    filled: Annotated[bool, typer.Option("--filled", help="With the records that are there, to correct.")] = False,
    json: Json = False,
) -> None:
    """Write a register's template: headings explained, choices to pick from; filled in, it needs no matching."""
    with opened() as house:
        scope = house.over(area) if area else house.station()
        desk = Desk.open(house.db, house.files)
        desk.declaration(register)
        span = scope.ranges(register, "propose")[0]
        rows = blanks.write(desk, blanks.Asked(register, span, filled), file, scope=scope)
        shape: dict[str, Any] = {"register": register, "file": str(file), "rows": rows}
        as_json(shape) if json else output.console.print(f"{file}: {rows} bản ghi / records")


def main() -> None:
    """Entry point of the command."""
    app()


__all__ = ["House", "main"]
