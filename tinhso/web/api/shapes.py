"""Shapes of the API's answers and errors, as the OpenAPI document tells them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import msgspec

from tinhso.intake.reading.rows import Value
from tinhso.registers.declaration import Text


class Said(msgspec.Struct, frozen=True):
    """One problem: its code, and what is wrong with the next step in both languages; where it stands, if in a row."""

    code: str
    vi: str
    en: str
    severity: str | None = None
    row: int | None = None
    field: str | None = None
    value: str | None = None


class Refusal(msgspec.Struct, frozen=True):
    """Why a request was refused (RFC 9457): the first problem, and all of them where there are several."""

    code: str
    vi: str
    en: str
    status: int
    problems: list[Said] = []


class Figure(msgspec.Struct, frozen=True):
    """One row of a board; ``published`` is what the province itself printed, ``note`` says why there is no value."""

    id: str
    title: Text
    pillar: str | None
    area: str
    period: str | None
    value: int | float | None
    numerator: int | float | None
    denominator: int | float | None
    unit: Text
    decimals: int
    published: int | float | None
    qualifier: str | None
    agrees: bool | None
    note: Any
    records: int | None


class Area(msgspec.Struct, frozen=True):
    """An administrative unit with the days between which its code holds."""

    code: str
    name: str
    type: str
    valid_from: date | None
    valid_to: date | None
    parent: str | None
    successors: list[str]


class FieldShape(msgspec.Struct, frozen=True):
    """A field of a register; ``sensitive`` ones are masked unless the key's grants say otherwise."""

    name: str
    type: str
    title: Text
    required: bool
    sensitive: bool
    codes: str | None


class Register(msgspec.Struct, frozen=True):
    """A register as far as the asker may read it; ``filters`` are the fields by which records can be narrowed."""

    register: str
    title: Text
    pillar: str
    primary_key: list[str]
    fields: list[FieldShape]
    filters: list[str]
    verbs: list[str]


class Records(msgspec.Struct, frozen=True):
    """A page of records; ``next`` is what to send as ``after`` for the following one."""

    register: str
    records: list[dict[str, Any]]
    next: str | None


class Erasure(msgspec.Struct, frozen=True):
    """That a version's content was erased: by which change set, when, by whom, why."""

    change_set: int
    at: datetime
    actor: str
    reason: str


class Version(msgspec.Struct, frozen=True):
    """One version of a record with the change set that brought it and where in which file it stood."""

    version: int
    change_set: int
    at: datetime
    author: str
    way: str
    reason: str | None
    file: str | None
    sheet: str | None
    row: int | None
    ended_by: int | None
    ended_as: str | None
    values: dict[str, Any]
    erased: Erasure | None = None


class History(msgspec.Struct, frozen=True):
    """Versions of a record, newest first; ``next`` is what to send as ``before`` for older ones."""

    register: str
    record: int
    versions: list[Version]
    next: int | None


class Proposal(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Rows for a register: field (its name or title) -> value. ``dry_run`` only checks and compares; ``only_good``
    leaves rows with errors out instead of refusing all."""

    rows: list[dict[str, Value]]
    dry_run: bool = False
    only_good: bool = False


class Outcome(msgspec.Struct, frozen=True):
    """What became of the rows; ``batch`` is the number of a proposal that waits for somebody who may approve."""

    register: str
    rows: int
    new: int
    changed: int
    same: int
    committed: bool
    change_set: int | None
    batch: int | None
    problems: list[Said]
