"""``tinhso figures``, ``explain`` and ``verify``: figures, why they are what they are, and whether they are true."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from tinhso.areas import tree
from tinhso.cli import chain as chain_printing
from tinhso.cli.house import House, opened
from tinhso.cli.output import REFUSED, answering, as_json, console
from tinhso.dashboards import boards, declared
from tinhso.indicators import explain as explaining
from tinhso.indicators import verify as verifying
from tinhso.registers import history
from tinhso.registers.chain import verify as chain_verifying

app = typer.Typer()
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Area = Annotated[str | None, typer.Option(help="Code of a unit; the province where none is given.")]


@app.command()
@answering
def figures(
    board: Annotated[str, typer.Option(help="The board.")] = "article",
    area: Area = None,
    as_of: Annotated[datetime | None, typer.Option(help="As it was known at that moment.")] = None,
    json: Json = False,
) -> None:
    """The figures of a board beside what was published."""
    with opened() as house:
        scope = house.station()
        with house.db.app(scope.settings()) as conn:
            leaf = history.leaf_at(conn, as_of) if as_of else None
            filled = boards.fill(conn, board, area or tree.root_code(conn), scope=scope, as_of=leaf)
    if json:
        as_json([row.as_json() for row in filled.rows])
        return
    for row in filled.rows:
        mark = {True: "=", False: "≠", None: " "}[row.agrees]
        console.print(f"{row.id}  {mark}  {row.value}  {row.title.vi}")


@app.command()
@answering
def explain(
    indicator: str,
    area: Area = None,
    board: Annotated[str, typer.Option(help="The board on whose day the figure is asked about.")] = "article",
    json: Json = False,
) -> None:
    """Where a figure comes from: definition, records, change sets, files, sheets and rows."""
    with opened() as house:
        scope = house.station()
        with house.db.app(scope.settings()) as conn:
            day = declared.one(conn, board).as_at
            shape = explaining.explain(conn, indicator, area or tree.root_code(conn), scope=scope, as_at=day)
    if json:
        as_json(shape.as_json())
        return
    console.print(f"{shape.figure.id}: {shape.figure.value}")
    for source in shape.sources[:20]:
        console.print(f"  đợt {source.change_set}  {source.file}  {source.sheet}  dòng {source.row}")
        if source.gone_at:
            console.print(f"    tệp đã xóa / file erased {source.gone_at:%d/%m/%Y}: {source.gone_why}", markup=False)


@app.command()
@answering
def verify(
    chain: Annotated[
        bool, typer.Option("--chain", help="Recount digests, ledgers and checkpoints instead: was anything altered?")
    ] = False,
    json: Json = False,
) -> None:
    """Recount every figure from the records by other code and compare."""
    with opened() as house:
        if chain:
            _verify_chain(house, json=json)
            return
        found = verifying.verify(house.db)
    as_json(found.as_json()) if json else console.print(
        f"{found.checked} phần đã đếm lại / parts recounted; {len(found.differences)} khác / differ"
    )
    if not found.ok:
        raise typer.Exit(REFUSED)


def _verify_chain(house: House, *, json: bool) -> None:
    found = chain_verifying.chain(house.db, house.settings.home)
    chain_printing.verified(found, json=json)
    if not found.ok:
        raise typer.Exit(REFUSED)
