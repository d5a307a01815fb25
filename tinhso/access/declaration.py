"""What a pack may write about access: purposes, in ``access/purposes.yaml``."""

from __future__ import annotations

from typing import Literal

import msgspec

from tinhso.foundation.bilingual import Text

Basis = Literal["consent", "task", "law", "contract"]
"""Why data may be used: the person agreed; a public authority's task; a duty by law; a contract with the person.
Law 91/2025/QH15; before 2026 Decree 13/2023/NĐ-CP, art. 17."""


class Purpose(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What data are used for, by which right, and which registers it covers."""

    id: str
    title: Text
    basis: Basis
    law: Text
    registers: tuple[str, ...]
    fields: dict[str, tuple[str, ...]] = {}
    """By register, the only fields it covers; all fields of a register that is not named here."""
    recipients: tuple[Text, ...] = ()
    """Who else receives the data."""
    text: Text | None = None
    """For ``consent``: the very text that the person is shown. There is no default consent."""
    verified: bool = True

    def __post_init__(self) -> None:
        if (self.basis == "consent") != (self.text is not None):
            raise ValueError("a text is shown where, and only where, the basis is consent")
