"""A declaration as a pack's YAML: only what was said, in the words that packs are read by.

What is left at its default stays unsaid, and what reading gives back is equal.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import msgspec
import yaml

from tinhso.registers.declaration import CodeList, Declaration

WIDTH = 110


class _Dumper(yaml.SafeDumper):
    """Plain YAML; every text that reading could take for something else is quoted."""


def _text(dumper: _Dumper, value: str) -> yaml.ScalarNode:
    node = dumper.represent_str(value)
    plain = value.replace("_", "").isalpha() and value.lower() not in (
        "true",
        "false",
        "null",
        "on",
        "off",
        "yes",
        "no",
    )
    return node if plain else yaml.ScalarNode(node.tag, value, style='"')


_Dumper.add_representer(str, _text)


def as_yaml(declared: Declaration | CodeList) -> str:
    """The file ``registers/NAME.yaml`` or ``codes/NAME.yaml`` of a pack."""
    document = _said(declared)
    return str(yaml.dump(document, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=WIDTH))


def _said(value: Any) -> Any:
    """What of a declaration differs from its shape's defaults."""
    if isinstance(value, msgspec.Struct):
        return {
            field.encode_name: _said(getattr(value, field.name))
            for field in msgspec.structs.fields(value)
            if getattr(value, field.name) != field.default and getattr(value, field.name) != _made(field)
        }
    if isinstance(value, Mapping):
        return {str(key): _said(each) for key, each in value.items()}
    if isinstance(value, tuple | list):
        return [_said(each) for each in value]
    return value if isinstance(value, str | int | float | bool | date | None) else str(value)


def _made(field: Any) -> Any:
    return None if field.default_factory is msgspec.NODEFAULT else field.default_factory()
