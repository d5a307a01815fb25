"""The form in which a correction is asked for: each field as it is now, and room for what is right."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from litestar.datastructures import UploadFile

from tinhso.foundation.problems import Problem, refuse
from tinhso.privacy.evidence import Sent
from tinhso.registers import attachment_kinds
from tinhso.registers.declaration import CodeList, Declaration, Field
from tinhso.web.kit.sight import Sight

FILES = 25 * 2**20
"""Bytes of all that is sent with a request at most."""
TEXT = 4_000
"""Signs of a text that are looked at; what is longer is refused by its length, and not said back."""
_MARK = "\x1a"
_place = re.compile(rf"(?:Ô|Cell) {_MARK}: *")


@dataclass(frozen=True, slots=True)
class Line:
    """A field: as it is ``now`` in words, what was typed, what may be chosen, and what is wrong with it."""

    name: str
    title: str
    now: str
    typed: str
    choices: tuple[tuple[str, str], ...]
    help: str
    said: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Typed:
    """What was sent: ``values`` by field, where anything was written, and other texts by name."""

    values: Mapping[str, str] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)

    def text(self, name: str) -> str:
        return self.texts.get(name, "").strip()


def read(data: Mapping[str, Any], declaration: Declaration | None = None) -> Typed:
    """What a request's form sent; fields that there are not are let be."""
    texts = {name: str(value) for name, value in data.items() if isinstance(value, str) and not name.startswith("f.")}
    fields = declaration.fields if declaration is not None else {}
    values = {name: str(data.get(f"f.{name}", "")).strip() for name in fields}
    return Typed({name: value for name, value in values.items() if value}, texts)


def files(data: Mapping[str, Any]) -> tuple[Sent, ...]:
    """The files that were sent; refused where one is larger than any evidence may be."""
    uploads = data.get("file")
    return tuple(_sent(uploads if isinstance(uploads, list) else [uploads]))


def without_cell(problem: Problem, sight: Sight) -> str:
    """Intake's sentence without the cell it would name in a workbook: here it stands beside its field."""
    placed = replace(problem, cell=_MARK, row=None)
    text = _place.sub("", placed.vi if sight.language == "vi" else placed.en).replace(_MARK, "")
    return text[:1].upper() + text[1:]


def lines(
    declaration: Declaration, lists: Mapping[str, CodeList], now: Mapping[str, str], typed: Typed,
    wrong: Iterable[Problem], sight: Sight,
) -> tuple[Line, ...]:  # fmt: skip
    """The fields in the order of the declaration; ``now`` is what each says, in words."""
    by: dict[str, list[str]] = {}
    for problem in wrong:
        by.setdefault(problem.field or "", []).append(without_cell(problem, sight))
    return tuple(
        Line(name, sight.say(each.title), now.get(name, "–"), typed.values.get(name, "")[:TEXT],
             _choices(each, lists, sight), _help(each, sight), tuple(by.get(name, ())))
        for name, each in declaration.fields.items()
    )  # fmt: skip


def _choices(each: Field, lists: Mapping[str, CodeList], sight: Sight) -> tuple[tuple[str, str], ...]:
    if each.type == "boolean":
        return ("true", sight.gettext("Yes")), ("false", sight.gettext("No"))
    codes = lists.get(each.codes or "")
    if codes is not None:
        return tuple((code, sight.say(one.title)) for code, one in codes.codes.items())
    return tuple((word, word) for word in each.constraints.enum)


def _help(each: Field, sight: Sight) -> str:
    if each.type in ("date", "partialDate"):
        return sight.gettext("Day/month/year, for example 27/09/2019")
    return sight.gettext("Name or code of the unit") if each.type == "area" else ""


def _sent(uploads: Iterable[Any]) -> Iterable[Sent]:
    for upload in uploads:
        if isinstance(upload, UploadFile) and upload.filename:
            upload.file.seek(0, os.SEEK_END)
            if upload.file.tell() > attachment_kinds.LIMIT:
                most = attachment_kinds.LIMIT // 2**20
                raise refuse("registers.attachment_large", value=upload.filename, most=most)
            upload.file.seek(0)
            yield Sent(upload.filename, upload.file.read())
