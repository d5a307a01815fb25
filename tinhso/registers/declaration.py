"""What a person may write in ``registers/*.yaml``: the typed shape of a register's declaration.

Words follow Frictionless Table Schema v1 where it has one (``fields``, ``constraints``, ``required``,
``enum``, ``pattern``, ``primaryKey``).
"""

from __future__ import annotations

from datetime import date
from typing import Literal

import msgspec

from tinhso.foundation.bilingual import Text as Text

FieldType = Literal["string", "integer", "number", "money", "date", "partialDate", "boolean", "area"]
"""``money`` is whole đồng. ``partialDate`` is ISO 8601 of reduced precision kept as text: 1965, 1965-09,
1965-09-27. ``area`` holds the code of an administrative unit."""

AreaLevel = Literal["province", "district", "commune", "village"]
LEVELS: dict[AreaLevel, int] = {"province": 1, "district": 2, "commune": 3, "village": 4}

KEY_SEPARATOR = "\x1f"


class LegalSource(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"from_": "from"}):
    """The law a declaration rests on, and since when (and until when) it holds."""

    vi: str
    from_: date | None = None
    to: date | None = None
    verified: bool = True


class Constraints(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """Frictionless constraints of a field's value."""

    required: bool = False
    enum: tuple[str, ...] = ()
    pattern: str | None = None
    minimum: float | int | date | None = None
    maximum: float | int | date | None = None
    min_length: int | None = None
    max_length: int | None = None


class Field(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"with_": "with"}):
    """One field: its type, its names in files, its rules, and how delicate it is."""

    type: FieldType
    title: Text
    headings: tuple[str, ...] = ()
    """Other headings that senders write for this field; matched without marks and case."""
    constraints: Constraints = Constraints()
    codes: str | None = None
    """Name of the code list whose codes the field holds."""
    on: str | None = None
    """The date field whose day decides which codes of the list were in force; today when absent or blank.
    A ``partialDate`` speaks of its last day."""
    example: str | None = None
    """A right value, told to whoever wrote one that has not the form of ``constraints.pattern``."""
    check: str | None = None
    """A named check of the engine (``registers.checks``), such as ``citizen_id``."""
    with_: dict[str, str] = {}
    """Fields that the check looks at, by role, where they are not named like the role."""
    level: AreaLevel | None = None
    """For ``type: area``: the level the unit must have."""
    unit: Text | None = None
    sensitive: bool = False
    group: str | None = None
    """The group under which a record's page shows it; its title is in the register's ``groups``."""


class AreaRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which fields say where a record belongs; the deepest one given wins, ``default`` where none is."""

    village: str | None = None
    commune: str | None = None
    district: str | None = None
    default: AreaLevel | None = None
    """Where no field says it, the record belongs to the sender's unit of this level (else it is an error)."""


class Check(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"if_": "if", "from_": "from"}):
    """A rule across fields: where ``if`` holds, ``then`` must hold; dated like the law it comes from."""

    code: str
    then: str
    say: Text
    if_: str = "true"
    field: str | None = None
    """The field whose cell the problem points to."""
    severity: Literal["error", "warning"] = "error"
    from_: date | None = None
    to: date | None = None
    on: str | None = None
    """The date field that decides whether the rule was in force; today when absent."""
    about: Literal["value", "sums"] = "value"
    """``sums`` where the rule reconciles numbers with one another: a total with its parts, an end with its start."""


class Fresh(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How old a record may be: so many ``months`` after the day in the date field ``on``."""

    on: str
    months: int


class Quality(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the page of a register's quality looks at beside its fields and checks."""

    same: tuple[tuple[str, ...], ...] = ()
    """Fields by which a record is known again: records that agree in all of them, texts without marks and case, may be
    the same person or thing twice. Where none are named: name and birth date, in registers of persons."""
    fresh: Fresh | None = None


class Retention(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How long records are kept: so many years ``after`` a date field, ``then`` they leave the register for its history
    (``archive``) or their content is erased (``erase``). A record without that date stays."""

    after: str
    years: int
    then: Literal["archive", "erase"]
    source: LegalSource


class Reference(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a foreign key leads to: a register (Frictionless: ``resource``) and fields of it."""

    resource: str
    fields: tuple[str, ...]


class ForeignKey(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Fields that name a record of another register. Pages lead both ways; a record that names none is not refused,
    for registers arrive in any order."""

    fields: tuple[str, ...]
    reference: Reference


class MapPoint(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The fields that hold a record's place on the map, in degrees of WGS 84."""

    latitude: str
    longitude: str


class Declaration(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """One register."""

    register: str
    title: Text
    fields: dict[str, Field]
    primary_key: tuple[str, ...]
    label: str
    """The field by which lists are sorted and records are called."""
    area: AreaRule = AreaRule(default="province")
    label_order: Literal["person", "text"] = "text"
    """``person`` sorts by given name, as Vietnamese lists of people do."""
    search: tuple[str, ...] = ()
    """Fields found by search; the label when none is named. Sensitive ones are found by the complete value only."""
    facets: tuple[str, ...] = ()
    checks: tuple[Check, ...] = ()
    groups: dict[str, Text] = {}
    """Titles of the fields' groups, in the order of a record's page."""
    foreign_keys: tuple[ForeignKey, ...] = ()
    point: MapPoint | None = None
    holds_from: str | None = None
    """The date field from whose day on a version's content held; the day it was recorded where none is named."""
    public: tuple[str, ...] = ()
    """Fields the public face may ever see; nothing by default."""
    unknown_columns: Literal["refuse", "ignore"] = "refuse"
    source: LegalSource | None = None
    retention: Retention | None = None
    approval: Literal["one", "second"] = "one"
    """``second`` where nobody makes own proposals true: somebody else approves them. The station, at the machine
    itself, and taking back what had been approved need no second person."""
    quality: Quality = Quality()
    pillar: Literal["foundation", "government", "economy", "society"] = "foundation"
    description: Text | None = None


class Code(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"from_": "from"}):
    """One code of a list, with the days between which it is in force."""

    title: Text
    synonyms: tuple[str, ...] = ()
    from_: date | None = None
    to: date | None = None

    def in_force(self, day: date) -> bool:
        """Whether the code may be used of that day; both its own days are included."""
        return (self.from_ is None or self.from_ <= day) and (self.to is None or day <= self.to)


class CodeList(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A dated list of codes, such as the ethnic groups of a named decision."""

    list: str
    title: Text
    codes: dict[str, Code]
    source: LegalSource | None = None


POSTGRES_TYPES: dict[FieldType, str] = {
    "string": "text", "integer": "bigint", "number": "numeric", "money": "bigint",
    "date": "date", "partialDate": "text", "boolean": "boolean", "area": "text",
}  # fmt: skip
