"""``tinhso chain ...``: checkpoints of the ledgers, and proofs to carry out of the house."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from tinhso.cli.house import opened
from tinhso.cli.output import answering, as_json, console, errors
from tinhso.foundation.problems import refuse
from tinhso.ledgers import judging, keys, proofs, sealing
from tinhso.ledgers.checkpoints import ASKED, Checkpoint
from tinhso.ledgers.ledger import Ledger
from tinhso.registers.chain.ledgers import CHANGES, LEDGERS
from tinhso.registers.chain.verify import Verified

app = typer.Typer(no_args_is_help=True, help="Checkpoints of the ledgers, and proofs for outsiders.")
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Name = Annotated[str, typer.Option("--ledger", help="The ledger.")]
Target = Annotated[Path, typer.Argument(help="Where to write the proof (JSON).")]


@app.command()
@answering
def checkpoint(
    period: Annotated[str | None, typer.Option(help="Made because this period was closed, such as 2026-Q3.")] = None,
    json: Json = False,
) -> None:
    """Sign how far every ledger has come, now."""
    with opened() as house:
        occasion = ASKED if period is None else f"period {period}"
        made = {each.name: sealing.seal(house.db, house.settings.home, each, occasion=occasion) for each in LEDGERS}
    if json:
        as_json([_shape(name, one) for name, one in made.items()])
        return
    for name, one in made.items():
        console.print(f"[bold]{name}[/bold]\n{one.text}")


@app.command()
@answering
def checkpoints(name: Name = CHANGES.name, json: Json = False) -> None:
    """List a ledger's checkpoints that bear a good signature, oldest first."""
    with opened() as house, house.db.owner() as conn:
        signed, _ = judging.gathered(conn, house.settings.home, _known(name).name)
    shapes = [_shape(name, each.checkpoint) for each in signed]
    if json:
        as_json(shapes)
        return
    for shape in shapes:
        console.print("  ".join(str(shape[column]) for column in ("number", "size", "time", "occasion", "root")))


@app.command()
@answering
def key(
    file: Annotated[Path | None, typer.Argument(help="Where to write it; printed where none is named.")] = None,
    name: Name = CHANGES.name,
    json: Json = False,
) -> None:
    """The public key by which others check a ledger's checkpoints; made now if there is none."""
    with opened() as house:
        line = str(keys.signer(house.settings.home, _known(name).name).verifier)
    if file is not None:
        _write(file, f"{line}\n".encode())
    as_json({"ledger": name, "key": line}) if json else console.print(line, soft_wrap=True)


@app.command()
@answering
def proof(
    row: Annotated[int, typer.Argument(help="The change set (in another ledger: the row).")],
    file: Target,
    name: Name = CHANGES.name,
    json: Json = False,
) -> None:
    """Write a proof that a change set stands in the ledger under the newest checkpoint."""
    with opened() as house, house.db.owner() as conn:
        made = proofs.inclusion(conn, house.settings.home, _known(name), row)
    _written(file, made, json=json)


@app.command()
@answering
def consistency(
    first: Annotated[int, typer.Argument(help="Number of the older checkpoint.")],
    second: Annotated[int, typer.Argument(help="Number of the newer one.")],
    file: Target,
    name: Name = CHANGES.name,
    json: Json = False,
) -> None:
    """Write a proof that between two checkpoints the ledger only grew."""
    with opened() as house, house.db.owner() as conn:
        made = proofs.consistency(conn, house.settings.home, _known(name), first, second)
    _written(file, made, json=json)


def verified(found: Verified, *, json: bool) -> None:
    """Print what ``tinhso verify --chain`` found."""
    if json:
        as_json(found.as_json())
        return
    console.print(
        f"{found.versions} phiên bản, {found.change_sets} đợt, {found.leaves} lá, {found.checkpoints} điểm chốt"
        " đã tính lại / versions, change sets, leaves, checkpoints recounted;"
        f" {len(found.findings)} chỗ sai / wrong"
    )
    for each in found.findings[:50]:
        said = each.problem()
        errors.print(f"[bold]{each.code}[/bold]  {said.vi}")
        errors.print(f"    {said.en}", style="dim")


def _known(name: str) -> Ledger:
    for each in LEDGERS:
        if each.name == name:
            return each
    raise refuse("ledgers.no_such_ledger", value=name, known=", ".join(each.name for each in LEDGERS))


def _shape(name: str, one: Checkpoint) -> dict[str, Any]:
    return {
        "ledger": name, "number": one.number, "size": one.size, "root": one.root.hex(),
        "time": one.at.isoformat(), "occasion": one.occasion,
    }  # fmt: skip


def _written(file: Path, made: dict[str, Any], *, json: bool) -> None:
    _write(file, msgspec.json.format(msgspec.json.encode(made), indent=2) + b"\n")
    shape = {"ledger": made["ledger"], "kind": made["kind"], "file": str(file)}
    as_json(shape) if json else console.print(f"{file}: python tools/check_proof.py {file}")


def _write(file: Path, content: bytes) -> None:
    try:
        file.write_bytes(content)
    except OSError as error:
        raise refuse("ledgers.cannot_write", value=file) from error
