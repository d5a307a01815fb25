"""A province's folder -> a ``Pack``: every file read and shaped, on top of the pack it extends.

A folder holds ``pack.yaml`` and, each optional, ``areas/`` (CSV), ``codes/``, ``rules/``, ``registers/`` (with
``*.examples.yaml`` beside), ``access/`` (``roles.yaml``, ``purposes.yaml``), ``indicators/`` and ``boards/`` (with
``*.published.yaml`` beside). What a province declares under the name of something it inherits takes its place.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from tinhso.access.declaration import Purpose, Role
from tinhso.access.watching import Unusual
from tinhso.dashboards.declaration import Board, PublishedValues
from tinhso.foundation.problems import Problem, Refused, refuse
from tinhso.indicators.declaration import Indicator
from tinhso.intake.forms.drafts import Keeping
from tinhso.packs import documents, shaping
from tinhso.packs.declaration import Example, PackFile
from tinhso.packs.documents import Document, Path_
from tinhso.privacy import office
from tinhso.registers.checks import rules
from tinhso.registers.declaration import CodeList, Declaration

SHAPES: dict[str, type[msgspec.Struct]] = {
    **rules.SHAPES, **office.SHAPES, "unusual_reading": Unusual, "drafts": Keeping,
}  # fmt: skip
"""The shapes of rules by name."""

EXAMPLES, PUBLISHED = ".examples.yaml", ".published.yaml"
ROLES, PURPOSES = "access/roles.yaml", "access/purposes.yaml"

Shape = TypeVar("Shape")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a declaration was written: its document and the path in it."""

    document: Document
    path: Path_ = ()

    def line(self, *path: str | int) -> int:
        return self.document.line((*self.path, *path))


@dataclass(frozen=True, slots=True)
class Pack:
    """All that a province declares, its inheritance included; ``places`` tells where by (kind, name)."""

    file: PackFile
    folder: Path
    areas: Path | None = None
    code_lists: Mapping[str, CodeList] = field(default_factory=dict)
    registers: Mapping[str, Declaration] = field(default_factory=dict)
    examples: Mapping[str, tuple[Example, ...]] = field(default_factory=dict)
    indicators: Mapping[str, Indicator] = field(default_factory=dict)
    boards: Mapping[str, Board] = field(default_factory=dict)
    published: Mapping[str, PublishedValues] = field(default_factory=dict)
    roles: Mapping[str, Role] = field(default_factory=dict)
    purposes: Mapping[str, Purpose] = field(default_factory=dict)
    rules: Mapping[str, Any] = field(default_factory=dict)
    """Dated rules of named checks, by name."""
    places: Mapping[tuple[str, str], Place] = field(default_factory=dict)


def read(folder: Path) -> Pack:
    """Read the pack of a folder and those it extends. Refused with every problem found in any of its files."""
    return _read(folder, ())


def _read(folder: Path, heirs: tuple[str, ...]) -> Pack:
    path = folder / "pack.yaml"
    if not path.is_file():
        raise refuse("packs.no_pack", value=str(folder))
    document = documents.read(path, f"{folder.name}/pack.yaml")
    file = shaping.shape(document, PackFile)
    base = _base(file, folder, document, heirs)
    reader = _Reader(folder)
    areas = folder / "areas"
    own = Pack(
        file, folder, areas if areas.is_dir() else None,
        reader.every("codes", CodeList, "list"), reader.every("registers", Declaration, "register"),
        reader.examples(), reader.every("indicators", Indicator, "indicator"), reader.every("boards", Board, "board"),
        reader.published(), reader.every("roles", Role, "role", ROLES),
        reader.every("purposes", Purpose, "purpose", PURPOSES), reader.rules(), reader.places,
    )  # fmt: skip
    if reader.problems:
        raise Refused(reader.problems)
    return _on_top(own, base) if base else own


def _base(file: PackFile, folder: Path, document: Document, heirs: tuple[str, ...]) -> Pack | None:
    if file.extends is None:
        return None
    beside = folder.parent / file.extends
    if file.extends in (folder.name, *heirs) or not (beside / "pack.yaml").is_file():
        raise refuse("packs.no_base", sheet=document.file, row=document.line(("extends",)), value=file.extends)
    return _read(beside, (*heirs, folder.name))


def _on_top(own: Pack, base: Pack) -> Pack:
    def both(name: str) -> dict[Any, Any]:
        return {**getattr(base, name), **getattr(own, name)}

    return replace(
        own, areas=own.areas or base.areas, code_lists=both("code_lists"), registers=both("registers"),
        examples=both("examples"), indicators=both("indicators"), boards=both("boards"),
        published=both("published"), roles=both("roles"), purposes=both("purposes"), rules=both("rules"),
        places=both("places"),
    )  # fmt: skip


class _Reader:
    """Reads the files of one folder, gathering problems so that all are told at once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.problems: list[Problem] = []
        self.places: dict[tuple[str, str], Place] = {}

    def every(self, kind: str, shape: type[Shape], key: str, file: str | None = None) -> dict[str, Shape]:
        """The declarations in the files of a kind (or in one file), by name; a file holds one, or a list of them."""
        found: dict[str, Shape] = {}
        for path in self._files(kind) if file is None else [path for path in [self.folder / file] if path.is_file()]:
            if path.name.endswith((EXAMPLES, PUBLISHED)):
                continue
            for place, one in self._shaped(path, shape):
                self._keep(found, (kind, getattr(one, key)), one, place)
        return found

    def examples(self) -> dict[str, tuple[Example, ...]]:
        found: dict[str, tuple[Example, ...]] = {}
        for path in self._files("registers"):
            if path.name.endswith(EXAMPLES):
                register = path.name.removesuffix(EXAMPLES)
                shaped = list(self._shaped(path, Example))
                found[register] = tuple(one for _, one in shaped)
                self.places |= {("examples", f"{register} {n}"): place for n, (place, _) in enumerate(shaped)}
        return found

    def published(self) -> dict[str, PublishedValues]:
        found: dict[str, PublishedValues] = {}
        for path in self._files("boards"):
            if path.name.endswith(PUBLISHED):
                for place, one in self._shaped(path, PublishedValues):
                    self._keep(found, ("published", one.board), one, place)
        return found

    def rules(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for path in self._files("rules"):
            for document in self._document(path):
                content = document.content if isinstance(document.content, dict) else {}
                name = str(content.get("rule", ""))
                if name not in SHAPES:
                    self.problems.append(_unknown_rule(document, name))
                    continue
                for place, one in self._shapes(document, SHAPES[name]):
                    self._keep(found, ("rules", name), one, place)
        return found

    def _files(self, kind: str) -> list[Path]:
        return sorted((self.folder / kind).glob("*.yaml"))

    def _shaped(self, path: Path, shape: type[Shape]) -> Iterator[tuple[Place, Shape]]:
        for document in self._document(path):
            yield from self._shapes(document, shape)

    def _document(self, path: Path) -> list[Document]:
        try:
            return [documents.read(path, f"{self.folder.name}/{path.parent.name}/{path.name}")]
        except Refused as refused:
            self.problems.extend(refused.problems)
            return []

    def _shapes(self, document: Document, shape: type[Shape]) -> Iterator[tuple[Place, Shape]]:
        listed = isinstance(document.content, list)
        parts: list[Path_] = [(number,) for number in range(len(document.content))] if listed else [()]
        for part in parts:
            try:
                yield Place(document, part), shaping.shape(document, shape, part)
            except Refused as refused:
                self.problems.extend(refused.problems)

    def _keep(self, found: dict[str, Shape], name: tuple[str, str], one: Shape, place: Place) -> None:
        if name[1] in found:
            first = self.places[name]
            self.problems.append(Problem(
                "packs.declared_twice", sheet=place.document.file, row=place.line(), value=name[1],
                facts={"file": first.document.file, "line": str(first.line())}))  # fmt: skip
        found[name[1]] = one
        self.places.setdefault(name, place)


def _unknown_rule(document: Document, name: str) -> Problem:
    near = (difflib.get_close_matches(name, SHAPES, n=1, cutoff=0) or ["…"])[0]
    facts = {"what_vi": "quy định", "what_en": "rule", "near": near}
    return Problem("packs.unknown_name", sheet=document.file, row=document.line(("rule",)), value=name, facts=facts)
