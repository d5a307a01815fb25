"""A text in both languages of the house, as declarations write it."""

from __future__ import annotations

import msgspec


class Text(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A label or sentence in both languages of the house."""

    vi: str
    en: str
