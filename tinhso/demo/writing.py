"""Write the synthetic province as workbooks, one by one as they are finished.

A file once written is not written again: ``made.json`` in the folder remembers scale, seed and the pack's fingerprint,
and for each finished workbook its rows. Another scale, seed or pack begins anew.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

from tinhso.demo import planning, senders, sheets
from tinhso.demo.planning import Plan
from tinhso.demo.senders import Sending

EDITION = 1
"""Raised when this room writes other files from the same pack."""
NOTE_EVERY = 20


@dataclass(frozen=True)
class Workbook:
    """A workbook on disk: the register it is for, its sender's area code and its number of rows."""

    register: str
    path: Path
    area: str
    rows: int


@dataclass(frozen=True)
class Planned:
    """A workbook that ``write`` will yield."""

    register: str
    path: Path
    area: str


class Made(msgspec.Struct):
    """What stands in the folder: from what it was made, and the rows of each finished file."""

    of: str
    rows: dict[str, int]


def planned(pack: Path, folder: Path, scale: float = 1.0, seed: int = 1) -> list[Planned]:
    """The workbooks that ``write`` yields for the pack in the folder ``pack``, in the same order."""
    plan = planning.read(pack.resolve(), scale, seed)
    return [Planned(one.register, folder / one.file, one.area) for one in senders.every(plan)]


def write(pack: Path, folder: Path, scale: float = 1.0, seed: int = 1) -> Iterator[Workbook]:
    """Write the province of the pack in the folder ``pack`` below ``folder``, yielding each workbook when it is there.

    Same pack, scale and seed give the same bytes. Refused like the pack where its files are wrong.
    """
    plan = planning.read(pack.resolve(), scale, seed)
    made = _begin(plan, folder)
    try:
        for number, one in enumerate(senders.every(plan), 1):
            path = folder / one.file
            if one.file not in made.rows or not path.is_file():
                made.rows[one.file] = _write(plan, one, path)
            if number % NOTE_EVERY == 0:
                _note(made, folder)
            yield Workbook(one.register, path, one.area, made.rows[one.file])
    finally:
        _note(made, folder)


def _write(plan: Plan, one: Sending, path: Path) -> int:
    table = one.table(plan)
    sheets.write(table, path, plan.pack.registers[one.register], plan.pack.code_lists)
    return table.frame.height


def _begin(plan: Plan, folder: Path) -> Made:
    """What is already there of this plan; what was made of another one is removed."""
    of, note = _fingerprint(plan), folder / "made.json"
    if note.is_file():
        made = msgspec.json.decode(note.read_bytes(), type=Made)
        if made.of == of:
            return made
        for below in {Path(file).parts[0] for file in made.rows}:
            shutil.rmtree(folder / below, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    return Made(of, {})


def _fingerprint(plan: Plan) -> str:
    digest = hashlib.sha256(f"{EDITION} {plan.scale} {plan.seed}".encode())
    for base in (plan.pack.folder, plan.pack.folder.parent / (plan.pack.file.extends or plan.pack.folder.name)):
        for kind in ("areas", "codes", "demo", "registers"):
            for path in sorted((base / kind).glob("*.*")):
                digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()


def _note(made: Made, folder: Path) -> None:
    draft = folder / "made.draft"
    draft.write_bytes(msgspec.json.encode(made))
    draft.replace(folder / "made.json")
