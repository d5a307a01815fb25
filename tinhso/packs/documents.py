"""YAML as people write it: every value knows its line, and codes keep their zeros.

Unlike YAML 1.1, ``on``, ``yes`` and ``no`` are words, keys are always text, and ``024`` or ``12:30`` is text rather
than a number in base 8 or 60 (the rules of YAML 1.2, but a number never begins with a zero).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tinhso.foundation.problems import Problem, Refused

Path_ = tuple[str | int, ...]
"""Where a value stands in its document: keys and positions from the top."""


@dataclass(frozen=True, slots=True)
class Document:
    """A file's content, and the line (from 1) on which each value stands."""

    file: str
    content: Any
    lines: Mapping[Path_, int]

    def line(self, path: Path_) -> int:
        """The line of the value at ``path``, or of the nearest value around it that exists."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


_COLLECTIONS = ("tag:yaml.org,2002:map", "tag:yaml.org,2002:seq")


class _Loader(yaml.SafeLoader):
    """The safe loader with the resolvers of YAML 1.2."""


_Loader.yaml_implicit_resolvers = {}
for _tag, _form, _first in (
    ("bool", r"^(?:true|false)$", "tf"),
    ("null", r"^(?:~|null|)$", ["~", "n", ""]),
    ("int", r"^[-+]?(?:0|[1-9][0-9]*)$", "-+0123456789"),
    ("float", r"^[-+]?(?:0|[1-9][0-9]*)\.[0-9]+(?:[eE][-+]?[0-9]+)?$", "-+0123456789"),
    ("timestamp", r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", "0123456789"),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(_form), list(_first))


def read(path: Path, name: str | None = None) -> Document:
    """The one document of a YAML file. Refuses what is not YAML, and a key that stands twice, naming the line."""
    name = name or path.name
    return parse(path.read_text(encoding="utf-8-sig"), name)


def parse(text: str, name: str) -> Document:
    """``read`` for a text that is called ``name`` in problems."""
    loader = _Loader(text)
    try:
        node = loader.get_single_node()
        lines: dict[Path_, int] = {}
        content = _build(loader, node, (), lines, name) if node else None
    except yaml.YAMLError as error:
        raise Refused(_not_yaml(error, name)) from None
    finally:
        loader.dispose()
    return Document(name, content, lines)


def _build(loader: _Loader, node: yaml.Node, path: Path_, lines: dict[Path_, int], name: str) -> Any:
    lines[path] = node.start_mark.line + 1
    if isinstance(node, yaml.CollectionNode) and node.tag not in _COLLECTIONS:
        raise yaml.MarkedYAMLError(None, None, f"no value may bear the tag {node.tag}", node.start_mark)
    if isinstance(node, yaml.MappingNode):
        return dict(_entries(loader, node, path, lines, name))
    if isinstance(node, yaml.SequenceNode):
        return [_build(loader, item, (*path, place), lines, name) for place, item in enumerate(node.value)]
    try:
        return loader.construct_object(node)
    except ValueError as error:  # a day such as 2023-02-30
        raise yaml.MarkedYAMLError(None, None, str(error), node.start_mark) from None


def _entries(
    loader: _Loader, node: yaml.MappingNode, path: Path_, lines: dict[Path_, int], name: str
) -> Iterable[tuple[str, Any]]:
    seen: set[str] = set()
    for key, value in node.value:
        line = key.start_mark.line + 1
        if key.value in seen:
            raise Refused(Problem("packs.key_twice", sheet=name, row=line, value=key.value))
        seen.add(key.value)
        built = _build(loader, value, (*path, key.value), lines, name)
        lines[*path, key.value] = line
        yield key.value, built


def _not_yaml(error: yaml.YAMLError, name: str) -> Problem:
    mark = getattr(error, "problem_mark", None)
    said = getattr(error, "problem", None) or str(error).splitlines()[0]
    return Problem("packs.not_yaml", sheet=name, row=mark.line + 1 if mark else 1, facts={"fact": said})
