"""What a person may write in ``pack.yaml`` and in ``registers/*.examples.yaml``."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec

from tinhso.registers.declaration import Text


class PackFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """``pack.yaml``: what the pack is called and which pack beside it it builds on."""

    pack: str
    title: Text
    extends: str | None = None
    """The folder, beside this one, whose declarations this pack takes over; its own come on top."""
    area: str | None = None
    """Code of the unit the pack is for; absent for a pack that only lends to others."""
    languages: tuple[str, ...] = ("vi", "en")
    board: str | None = None
    """The board people see first."""
    systems: tuple[str, ...] = ()
    """Special systems switched on."""
    description: Text | None = None


class Example(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A row as a sender would write it, and what must come of it."""

    given: dict[str, Any]
    """Values by field name; a field not named is an empty cell."""
    expect: tuple[str, ...] = ()
    """Codes of the problems the row must raise, exactly these; none means the row is taken."""
    say: str | None = None
    """What the example shows."""
    today: date | None = None
    """The day on which the row is checked, where a rule depends on it."""
    reads: dict[str, Any] = {}
    """Values as they are kept after checking, for fields whose cleaning the example shows."""
