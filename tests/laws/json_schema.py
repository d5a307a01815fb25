"""The part of JSON Schema (2020-12) that ``docs/reference/shapes`` uses; a word outside it is a mistake in a schema."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from tests.laws.house import ROOT

SHAPES = ROOT / "docs" / "reference" / "shapes"
TYPES: dict[str, type | tuple[type, ...]] = {
    "object": dict, "array": list, "string": str, "boolean": bool, "null": type(None), "integer": int,
    "number": (int, float),
}  # fmt: skip
KNOWN = {
    "$schema", "$ref", "$defs", "title", "description", "type", "properties", "required", "additionalProperties",
    "items", "enum", "anyOf",
}  # fmt: skip


def faults(name: str, value: Any) -> list[str]:
    """What is wrong with a value according to ``<name>.schema.json``; nothing when it fits."""
    document = load(name)
    return list(_faults(value, document, document, "$"))


def load(name: str) -> dict[str, Any]:
    """A schema by its short name."""
    read: dict[str, Any] = json.loads((SHAPES / f"{name}.schema.json").read_text(encoding="utf-8"))
    return read


def _faults(value: Any, schema: dict[str, Any], document: dict[str, Any], at: str) -> Iterator[str]:
    if unknown := set(schema) - KNOWN:
        raise ValueError(f"words of JSON Schema that are not understood here: {sorted(unknown)}")
    if "$ref" in schema:
        yield from _referred(value, schema["$ref"], document, at)
    if "anyOf" in schema and all(any(True for _ in _faults(value, one, document, at)) for one in schema["anyOf"]):
        yield f"{at}: none of the alternatives fits {str(value)[:80]}"
    if "enum" in schema and value not in schema["enum"]:
        yield f"{at}: {value!r} is not one of {schema['enum']}"
    if "type" in schema and not _is(value, schema["type"]):
        yield f"{at}: {str(value)[:80]!r} is not {schema['type']}"
    elif isinstance(value, dict):
        yield from _object(value, schema, document, at)
    elif isinstance(value, list) and "items" in schema:
        for number, item in enumerate(value):
            yield from _faults(item, schema["items"], document, f"{at}[{number}]")


def _referred(value: Any, reference: str, document: dict[str, Any], at: str) -> Iterator[str]:
    if reference.startswith("#/$defs/"):
        yield from _faults(value, document["$defs"][reference.removeprefix("#/$defs/")], document, at)
    else:
        other = load(reference.removesuffix(".schema.json"))
        yield from _faults(value, other, other, at)


def _object(value: dict[str, Any], schema: dict[str, Any], document: dict[str, Any], at: str) -> Iterator[str]:
    properties = schema.get("properties", {})
    yield from (f"{at}: {name} is missing" for name in schema.get("required", ()) if name not in value)
    for name, content in value.items():
        if name in properties:
            yield from _faults(content, properties[name], document, f"{at}.{name}")
        elif schema.get("additionalProperties") is False:
            yield f"{at}: {name} is not in the schema"


def _is(value: Any, wanted: str | list[str]) -> bool:
    names = [wanted] if isinstance(wanted, str) else wanted
    if isinstance(value, bool):
        return "boolean" in names
    return any(isinstance(value, TYPES[name]) for name in names)
