"""What a person may write in ``access/roles.yaml`` and ``access/purposes.yaml``."""

from __future__ import annotations

from datetime import date
from typing import Literal

import msgspec

from tinhso.foundation.bilingual import Text as Text

RecordVerb = Literal["read", "propose", "approve", "export"]
Pillar = Literal["foundation", "government", "economy", "society"]


class Pillars(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All registers of these pillars, those that come later too."""

    pillars: tuple[Pillar, ...]


Ground = Literal["consent", "task", "law", "contract"]
"""Why data may be used: the person agreed; a public authority's task; a duty by law; a contract with the person.
Law 91/2025/QH15; before 2026 Decree 13/2023/NĐ-CP, art. 11 and 17."""

Registers = Literal["*"] | tuple[str, ...] | Pillars
"""``*`` for all registers, their names, or pillars."""


class Role(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A set of verbs on registers. Over which area, until when and what for, the grant says."""

    role: str
    title: Text
    verbs: dict[RecordVerb, Registers] = {}
    unmask: dict[str, tuple[str, ...]] = {}
    """By register (``*`` all): sensitive fields (``*`` all) that are shown as they are wherever the role reads."""
    reveal: dict[str, tuple[str, ...]] = {}
    """Likewise: fields that may be looked at one record at a time, with a reason that is kept."""
    declare: bool = False
    """May apply packs and change declarations."""
    administer: bool = False
    """Looks after people and grants; no record is seen by that."""
    audit: bool = False
    """Reads the log of who looked, and notices of unusual reading; no record is seen by that."""
    second_factor: Literal["required"] | None = None
    """``required``: whoever holds the role has to set a second factor up before anything else is open to them."""
    description: Text | None = None


class Basis(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"from_": "from"}):
    """The law a purpose rests on, and since when (and until when) it holds."""

    vi: str
    from_: date | None = None
    to: date | None = None
    verified: bool = True


class Purpose(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What data are used for; every grant names one.

    Purposes that name ``registers`` stand in the register of processing activities.
    """

    purpose: str
    title: Text
    basis: tuple[Basis, ...]
    ground: Ground = "task"
    registers: tuple[str, ...] = ()
    fields: dict[str, tuple[str, ...]] = {}
    """By register, the only fields it covers; all fields of a register that is not named here."""
    recipients: tuple[Text, ...] = ()
    """Who else receives the data."""
    text: Text | None = None
    """For ``consent``: the very text that the person is shown. There is no default consent."""

    def __post_init__(self) -> None:
        if (self.ground == "consent") != (self.text is not None):
            raise ValueError("a text is shown where, and only where, the ground is consent")

    def basis_on(self, day: date) -> str | None:
        """The laws in force on a day, as they are cited; None where there is none."""
        held = [each.vi for each in self.basis
                if (each.from_ or date.min) <= day and (each.to is None or day < each.to)]  # fmt: skip
        return "; ".join(held) or None
