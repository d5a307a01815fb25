"""What a person may write in ``boards/*.yaml`` and in the file of published values beside it.

``boards/article.yaml``::

    board: article
    title: {vi: ..., en: ...}
    as_at: 2023-11-30
    pillars: {foundation: {vi: Nền tảng, en: Foundation}, ...}
    rows:
      - {indicator: A01, pillar: foundation}

``boards/article.published.yaml`` (never read while figures are computed; only laid beside them)::

    board: article
    source: {vi: ..., en: ...}
    date: 2023-12-20
    values:
      A01: {value: 2071, qualifier: exact}
      A16: {value: "98.16", qualifier: exact, decimals: 2}
      A17: {value: 118000, qualifier: nearly, source: {vi: "gần 118.000 hộ", en: "nearly 118,000"}}
"""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Literal

import msgspec

from tinhso.registers.declaration import Text

Qualifier = Literal["exact", "nearly", "more_than", "about"]
"""``exact`` agrees at the published precision (half up); ``nearly`` is 0.98 to 1.00 of the published value,
``more_than`` 1.00 to 1.05, ``about`` within 5 %."""


class Published(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A figure as somebody published it. ``decimals`` is its precision (0: whole numbers)."""

    value: Decimal
    qualifier: Qualifier = "exact"
    decimals: int = 0
    source: Text | None = None
    """The words it was published in."""
    date: datetime.date | None = None


class PublishedValues(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The published values of one board; ``source`` and ``date`` hold where a value names none of its own."""

    board: str
    values: dict[str, Published]
    source: Text | None = None
    date: datetime.date | None = None


class Row(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One line of a board: an indicator under a pillar, with a shorter name where the board has one."""

    indicator: str
    pillar: str | None = None
    title: Text | None = None


class Board(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A board: which figures stand on it, in which order, as at which day (today where none is given)."""

    board: str
    title: Text
    rows: tuple[Row, ...]
    as_at: datetime.date | None = None
    pillars: dict[str, Text] = {}
    description: Text | None = None
    source: Text | None = None
