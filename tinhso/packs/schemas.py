"""JSON Schemas of all that may be declared, for editors: ``python -m tinhso.packs.schemas`` writes them anew."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec

from tinhso.access.declaration import Purpose, Role
from tinhso.dashboards.declaration import Board, PublishedValues
from tinhso.indicators.declaration import Indicator
from tinhso.packs.declaration import Example, PackFile
from tinhso.packs.read import SHAPES as SHAPES_OF_RULES
from tinhso.registers.declaration import CodeList, Declaration

FOLDER = Path("docs/reference/schemas")

SHAPES: dict[str, tuple[type[msgspec.Struct], bool]] = {
    "pack": (PackFile, False),
    "code_list": (CodeList, False),
    "register": (Declaration, False),
    "examples": (Example, True),
    "roles": (Role, True),
    "purposes": (Purpose, True),
    "indicator": (Indicator, True),
    "board": (Board, False),
    "published": (PublishedValues, False),
    **{f"rule_{name}": (shape, False) for name, shape in SHAPES_OF_RULES.items()},
}
"""Each kind of file: the shape of a declaration, and whether a file may hold a list of them."""


def schema(kind: str) -> dict[str, Any]:
    """The JSON Schema (2020-12) of one kind of file."""
    shape, listed = SHAPES[kind]
    (top,), components = msgspec.json.schema_components([shape], ref_template="#/$defs/{name}")
    alternatives = {"anyOf": [top, {"type": "array", "items": top}]} if listed else top
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema", "title": f"tinhso {kind}",
        **alternatives, "$defs": components,
    }  # fmt: skip


def text(kind: str) -> str:
    """The schema as the text of its file."""
    return json.dumps(schema(kind), ensure_ascii=False, indent=2, sort_keys=False) + "\n"


def write(folder: Path = FOLDER) -> None:
    """Write every schema to ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    for kind in SHAPES:
        (folder / f"{kind}.schema.json").write_text(text(kind), encoding="utf-8")


if __name__ == "__main__":
    write()
