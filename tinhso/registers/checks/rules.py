"""Dated rules that named checks read: content of a pack under ``rules/*.yaml``, one shape for each rule."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import yaml

import tinhso
from tinhso.registers.checks.poverty import Poverty

SHAPES: Mapping[str, type[msgspec.Struct]] = {"poverty": Poverty}


def read(folders: Iterable[Path], shapes: Mapping[str, type[msgspec.Struct]] = SHAPES) -> dict[str, Any]:
    """The rules of these folders by name; a later folder's rule takes the place of an earlier one's.

    Rules without a shape here belong to another room.

    Raises ``msgspec.ValidationError`` where a file has not the shape of its rule.
    """
    found: dict[str, Any] = {}
    for folder in folders:
        for path in sorted(folder.glob("*.yaml")):
            content = yaml.safe_load(path.read_text(encoding="utf-8"))
            shape = shapes.get(content.get("rule", ""))
            if shape is not None:
                found[content["rule"]] = msgspec.convert(content, shape)
    return found


def standing_folders() -> list[Path]:
    """The folders of rules of the packs that come with the platform and stand on no other pack."""
    packs = sorted((Path(tinhso.__file__).parents[1] / "provinces").glob("*/pack.yaml"))
    return [pack.parent / "rules" for pack in packs if "extends" not in yaml.safe_load(pack.read_text("utf-8"))]


@cache
def standing() -> Mapping[str, Any]:
    """The rules of those packs."""
    return read(standing_folders())
