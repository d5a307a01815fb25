"""A document -> a typed declaration, or problems that name file, line, what was found and what was expected."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

import msgspec

from tinhso.foundation.problems import Problem, Refused
from tinhso.packs.documents import Document, Path_

Shape = TypeVar("Shape")

_STEP = re.compile(r"\.([^.\[\]]+)|\[(\d+|\.\.\.)\]")
_KEY_ERROR = "key in "

WORDS = {
    "str": ("một đoạn chữ (đặt trong dấu nháy nếu là số)", "a text (in quotes if it is a number)"),
    "int": ("một số nguyên", "a whole number"),
    "float": ("một số", "a number"),
    "decimal": ("một số", "a number"),
    "bool": ("true hoặc false", "true or false"),
    "date": ("một ngày dạng 2023-12-31", "a day like 2023-12-31"),
    "object": ("một nhóm khóa: giá trị", "a group of key: value"),
    "array": ("một danh sách", "a list"),
    "null": ("để trống", "nothing"),
}


def shape(document: Document, kind: type[Shape], path: Path_ = ()) -> Shape:
    """The declaration that a document (or the part of it at ``path``) holds; refused with the problem found first."""
    content = _at(document.content, path)
    try:
        return msgspec.convert(content, kind)
    except msgspec.ValidationError as error:
        raise Refused(_problem(document, kind, path, content, error)) from None


def _problem(document: Document, kind: Any, path: Path_, content: Any, error: msgspec.ValidationError) -> Problem:
    said, steps = _parsed(str(error))
    inner = _locate(content, steps, kind, str(error))
    found = _at(content, inner)
    where = Problem("", sheet=document.file, row=document.line((*path, *inner)), field=".".join(map(str, inner)))
    if match := re.match(r"Object missing required field `(.+)`", said):
        return replace(where, code="packs.missing_field", value=match[1])
    if match := re.match(r"Object contains unknown field `(.+)`", said):
        known = _properties(kind, inner)
        facts = {"expected": ", ".join(known), "near": _near(match[1], known)}
        row = document.line((*path, *inner, match[1]))
        return replace(where, code="packs.unknown_field", row=row, value=match[1], facts=facts)
    options = _options(kind, inner)
    if said.startswith("Invalid enum value") and options:
        facts = {"expected": ", ".join(options), "near": _near(str(found), options)}
        return replace(where, code="packs.not_one_of", value=_shown(found), facts=facts)
    vi, en = _expected(said)
    return replace(where, code="packs.wrong_value", value=_shown(found), facts={"wanted_vi": vi, "wanted_en": en})


def _parsed(message: str) -> tuple[str, list[str]]:
    """The sentence of an error and the steps of its path: ``$.fields[...].type`` -> fields, ..., type."""
    said, _, path = message.partition(" - at `")
    return said, [key or position for key, position in _STEP.findall(path.rstrip("`").removeprefix(_KEY_ERROR))]


def _locate(content: Any, steps: Sequence[str], kind: Any, message: str) -> Path_:
    """The real path of an error. A step ``...`` stands for an unnamed key: it is the one that fails alone."""
    path: Path_ = ()
    for step in steps:
        here = _at(content, path)
        if step == "...":
            key = next((key for key in here if _fails(_only(content, path, key), kind, message)), None)
            if key is None:
                return path
            path = (*path, key)
        else:
            path = (*path, int(step) if isinstance(here, list) else step)
    return path


def _fails(content: Any, kind: Any, message: str) -> bool:
    try:
        msgspec.convert(content, kind)
    except msgspec.ValidationError as error:
        return str(error) == message
    return False


def _only(content: Any, path: Path_, key: str) -> Any:
    """The content with only ``key`` left in the mapping at ``path``."""
    if not path:
        return {key: content[key]}
    step, rest = path[0], path[1:]
    if isinstance(content, list):
        return [_only(item, rest, key) if place == step else item for place, item in enumerate(content)]
    return {name: _only(value, rest, key) if name == step else value for name, value in content.items()}


def _at(content: Any, path: Path_) -> Any:
    for step in path:
        content = content[step]
    return content


def _expected(said: str) -> tuple[str, str]:
    wanted = re.search(r"Expected `([^`]+)`", said)
    if not wanted:
        return said, said
    words = [WORDS.get(name.strip(), (name, name)) for name in wanted[1].split("|") if name.strip() != "null"]
    return " hoặc ".join(vi for vi, _ in words), " or ".join(en for _, en in words)


def _schema_at(kind: Any, path: Path_) -> Mapping[str, Any]:
    (schema,), components = msgspec.json.schema_components([kind])
    spot = next(_variants(schema, components), schema)
    for step in path:
        below = [part for variant in _variants(spot, components) if (part := _step(variant, step)) is not None]
        if not below:
            return {}
        spot = below[0]
    return next((v for v in _variants(spot, components) if v.get("properties") or v.get("enum")), spot)


def _variants(schema: Mapping[str, Any], components: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    if "$ref" in schema:
        yield from _variants(components[schema["$ref"].rsplit("/", 1)[1]], components)
    elif "anyOf" in schema:
        for part in schema["anyOf"]:
            yield from _variants(part, components)
    else:
        yield schema


def _step(schema: Mapping[str, Any], step: str | int) -> Mapping[str, Any] | None:
    below = schema.get("items") if isinstance(step, int) else (schema.get("properties") or {}).get(step)
    if below is None and isinstance(step, str):
        below = schema.get("additionalProperties")
    return below if isinstance(below, dict) else None


def _properties(kind: Any, path: Path_) -> list[str]:
    return list(_schema_at(kind, path).get("properties", {}))


def _options(kind: Any, path: Path_) -> list[str]:
    return [str(option) for option in _schema_at(kind, path).get("enum", [])]


def _near(name: str, known: Sequence[str]) -> str:
    close = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    return close[0] if close else known[0] if known else "…"


def _shown(value: Any) -> str:
    text = "" if value is None else str(value)
    return text if len(text) <= 60 else text[:59] + "…"
