"""What a pack may write about rights of the person: terms by law and date, in ``rules/rights.yaml``."""

from __future__ import annotations

from datetime import date
from typing import Literal

import msgspec

from tinhso.registers.declaration import LegalSource, Text

Kind = Literal["see", "correct", "restrict", "delete", "withdraw", "object", "breach"]
"""What is asked: see own data, correct, restrict, delete, withdraw consent, object; or a breach that is reported."""

KINDS: dict[Kind, Text] = {
    "see": Text("Xem, nhận dữ liệu của mình", "See own data"),
    "correct": Text("Chỉnh sửa dữ liệu", "Correct data"),
    "restrict": Text("Hạn chế xử lý", "Restrict processing"),
    "delete": Text("Xóa dữ liệu", "Delete data"),
    "withdraw": Text("Rút lại sự đồng ý", "Withdraw consent"),
    "object": Text("Phản đối xử lý", "Object to processing"),
    "breach": Text("Vi phạm dữ liệu cá nhân", "Personal data breach"),
}


class Span(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """How long: one of hours (they run on, day and night), working days, or calendar days."""

    hours: int | None = None
    working_days: int | None = None
    days: int | None = None

    def __post_init__(self) -> None:
        if sum(part is not None for part in (self.hours, self.working_days, self.days)) != 1:
            raise ValueError("one of hours, working_days, days")


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The terms of one kind: to answer, to carry out, to carry out where others must act too, to notify."""

    answer: Span | None = None
    complete: Span | None = None
    with_others: Span | None = None
    notify: Span | None = None
    verified: bool = True


class Law(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The terms of one law, for cases received while it was in force."""

    law: str
    title: Text
    source: LegalSource
    limits: dict[Kind, Limits]
    extension: Span | None = None
    """By how much the term to carry out may be extended, once."""
    asked_by: Literal["person", "officer"] = "person"
    """Whose requests it is for: those of persons about own data, or those of officers about any record."""

    def held(self, day: date) -> bool:
        """Whether the law was in force on a day."""
        return (self.source.from_ or date.min) <= day <= (self.source.to or date.max)

    def verified(self, kind: Kind) -> bool:
        """Whether the terms of that kind were compared with the text of the law; pages say where they were not."""
        return self.source.verified and (kind not in self.limits or self.limits[kind].verified)


class Rights(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    rule: str
    laws: tuple[Law, ...]
    source_files: Literal["erase", "keep"] = "erase"
    """What becomes of the stored file that an erased row came in."""
