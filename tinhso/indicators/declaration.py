"""What a person may write in ``indicators/*.yaml``: the typed shape of an indicator.

A share of villages, with a numerator and a denominator of their own::

    indicator: A16
    title: {vi: Tỷ lệ thôn được phủ sóng di động, en: Share of villages with mobile signal}
    unit: {vi: "%", en: percent}
    kind: ratio
    register: villages
    where: covered
    at: {from: covered_from, until: covered_until}
    over: {register: villages}
    scale: 100
    decimals: 2

Expressions (``where``, ``value``, ``distinct``) use the declared fields of the register, and ``as_at`` (the day
asked about) where a measure depends on it: such a measure is computed on reading.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

import msgspec

from tinhso.registers.declaration import LegalSource, Text

Kind = Literal["count", "sum", "ratio", "distinct", "average"]
PartKind = Literal["count", "sum", "distinct"]


class Span(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, rename={"from_": "from"}
):
    """A stock: the date fields between which a record counts, both days included.

    An empty ``from`` means since ever, an empty ``until`` means still so.
    """

    from_: str | None = None
    until: str | None = None


class Period(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, rename={"from_": "from"}
):
    """The days over which a flow is counted, both included; an open end is bounded by ``as_at`` alone."""

    from_: date | None = None
    to: date | None = None


class Measure(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One countable part: what is added up over which records.

    ``kind`` may be left out: with ``distinct`` the distinct values are counted, with ``value`` they are summed,
    else records are counted. ``at`` makes a stock, ``on`` a flow (the date field of an event).
    """

    register: str
    kind: PartKind | None = None
    where: str | None = None
    value: str | None = None
    distinct: str | None = None
    """An expression whose different values are counted, such as ``producer`` or ``year(held_on)``."""
    at: Span | None = None
    on: str | None = None
    period: Period | None = None


class Indicator(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One indicator. ``ratio`` divides its own part (count, sum or distinct) by ``over`` and multiplies by ``scale``.

    ``average`` is the sum of ``value`` over the records that have one. ``decimals`` is how many digits are shown,
    rounded half up from exact numbers. ``dimensions`` are fields of ``register`` by which it can be broken down;
    that is computed on reading; those under ``kept`` are counted by every commit (dearer to write, quick to read).
    """

    indicator: str
    title: Text
    unit: Text
    kind: Kind
    register: str
    where: str | None = None
    value: str | None = None
    distinct: str | None = None
    at: Span | None = None
    on: str | None = None
    period: Period | None = None
    over: Measure | None = None
    scale: int = 1
    decimals: int = 0
    dimensions: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    direction: Literal["up", "down", "none"] = "none"
    """Which way is better."""
    description: Text | None = None
    source: LegalSource | None = None
    group: str | None = None
    visibility: Literal["public", "staff"] = "public"
    """``staff``: told only to who may read its registers over the whole area asked about; to all others there is no
    such indicator. Of what is public, small numbers of people are withheld all the same."""
