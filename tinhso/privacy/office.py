"""The office where cases are handled: database, files, the key that hides personal numbers, and the rules in force."""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

import msgspec

from tinhso.foundation.calendar import Calendar, Holidays
from tinhso.foundation.database import Database
from tinhso.foundation.files import Files
from tinhso.foundation.problems import refuse
from tinhso.privacy.declaration import Law, Rights
from tinhso.registers.checks import rules

REGISTER = "privacy"
"""What grants call the cases: a role that names it handles them over its area."""

SHAPES: Mapping[str, type[msgspec.Struct]] = {"holidays": Holidays, "rights": Rights}
"""The rules of this room that a pack may hold."""


@dataclass(frozen=True, slots=True)
class Office:
    """What handling a case needs; ``key`` is known to the platform alone."""

    db: Database
    files: Files
    key: bytes
    rights: Rights
    calendar: Calendar

    @classmethod
    def open(cls, db: Database, files: Files, secret: str) -> Office:
        """The office with the rules that come with the platform; ``secret`` is the installation's secret key."""
        known = standing()
        key = hmac.digest(secret.encode(), b"tinhso privacy", "sha256")
        return cls(db, files, key, known["rights"], Calendar.of(known["holidays"]))

    def mark(self, citizen_id: str) -> bytes:
        """The keyed hash under which a person is known again; without the key the number cannot be found from it."""
        return hmac.digest(self.key, citizen_id.strip().encode(), sha256)

    def law_on(self, day: date, asked_by: Literal["person", "officer"] = "person") -> Law:
        """The law in force on a day for who asks; refused where none is declared for it."""
        for law in self.rights.laws:
            if law.asked_by == asked_by and law.held(day):
                return law
        raise refuse("privacy.no_law", value=day.isoformat())

    def law(self, name: str) -> Law:
        """The law of a case, by the name kept with it."""
        for law in self.rights.laws:
            if law.law == name:
                return law
        raise refuse("privacy.no_law", value=name)


def read(folders: Iterable[Path]) -> dict[str, Any]:
    """The rules of these folders, a later one in place of an earlier one of its name."""
    return rules.read(folders, SHAPES)


@cache
def standing() -> Mapping[str, Any]:
    """The rules of the packs that come with the platform and stand on no other pack."""
    return read(rules.standing_folders())
