"""Boards filled with plain data: each row a figure, with the published value beside it where there is one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from tinhso.access.scope import Scope
from tinhso.dashboards import agreement, declared
from tinhso.dashboards.agreement import Agreement
from tinhso.dashboards.declaration import Published, PublishedValues, Row
from tinhso.foundation import clock
from tinhso.foundation.database import Connection
from tinhso.indicators import declared as indicators
from tinhso.indicators import figures, places
from tinhso.indicators.declared import Known
from tinhso.indicators.figures import Figure
from tinhso.registers.declaration import Text


@dataclass(frozen=True, slots=True)
class FilledRow:
    """One line. ``published``, ``qualifier`` and ``agrees`` are None where nothing is published for this area.

    ``value`` is None where there is no data. ``records``: how many records the figure counts.
    """

    id: str
    title: Text
    pillar: str | None
    area: str
    period: str
    value: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None
    unit: Text
    decimals: int
    published: Decimal | None
    published_decimals: int
    qualifier: str | None
    published_source: Text | None
    published_on: date | None
    agrees: bool | None
    note_vi: str | None
    note_en: str | None
    records: int
    withheld: bool = False
    """Whether the public is not told the value, since it could point at a person."""

    def as_json(self) -> dict[str, Any]:
        """The shape promised by ``tinhso figures --json``; whole numbers as integers, others as decimal numbers."""
        return {
            "id": self.id, "title": {"vi": self.title.vi, "en": self.title.en}, "pillar": self.pillar,
            "area": self.area, "period": self.period, "value": figures.plain(self.value),
            "numerator": figures.plain(self.numerator), "denominator": figures.plain(self.denominator),
            "unit": {"vi": self.unit.vi, "en": self.unit.en}, "decimals": self.decimals,
            "published": figures.plain(self.published), "qualifier": self.qualifier, "agrees": self.agrees,
            "note": {"vi": self.note_vi, "en": self.note_en} if self.note_vi else None, "records": self.records,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class FilledBoard:
    """A board over one area as at a day; ``leaf`` is the last commit it knows of."""

    board: str
    title: Text
    area: str
    as_at: date
    leaf: int
    pillars: dict[str, Text]
    rows: tuple[FilledRow, ...]

    def as_json(self) -> list[dict[str, Any]]:
        """The rows as ``tinhso figures --json`` prints them."""
        return [row.as_json() for row in self.rows]


def fill(
    conn: Connection, board: str, area: str, scope: Scope, *, as_at: date | None = None, as_of: int | None = None
) -> FilledBoard:
    """Fill a board for the area with that code. ``as_at`` overrides the board's own day; ``as_of`` is a leaf.

    Rows that are for staff are left out where the scope does not read what they rest on. Published values speak of the
    whole province, so they stand beside its figures only. Raises ``Refused`` for an unknown board or area.
    """
    declaration = declared.one(conn, board)
    day = as_at or declaration.as_at or clock.today()
    place = places.one(conn, area)
    leaf = figures.latest_leaf(conn)
    known = indicators.every(conn)
    shown = [row for row in declaration.rows if known.tells(row.indicator, scope, place)]
    found = figures.over(conn, [row.indicator for row in shown], [place], day, scope=scope, as_of=as_of)
    values = declared.published(conn, board) if place.level == 1 else PublishedValues(board, {})
    rows = [_row(row, figure, known, values) for row, figure in zip(shown, found, strict=True)]
    return FilledBoard(
        board=board, title=declaration.title, area=area, as_at=day, leaf=as_of if as_of is not None else leaf,
        pillars=dict(declaration.pillars), rows=tuple(rows),
    )  # fmt: skip


def _row(row: Row, figure: Figure, known: Known, values: PublishedValues) -> FilledRow:
    published = values.values.get(row.indicator)
    verdict = agreement.compare(figure, published) if published else None
    return FilledRow(
        id=figure.id, title=row.title or known.indicator(row.indicator).title, pillar=row.pillar, area=figure.area,
        period=figure.period, value=figure.value, numerator=figure.numerator, denominator=figure.denominator,
        unit=figure.unit, decimals=figure.decimals, records=figure.records,
        **_beside(published, values, verdict),
    )  # fmt: skip


def _beside(published: Published | None, values: PublishedValues, verdict: Agreement | None) -> dict[str, Any]:
    return {
        "published": published.value if published else None,
        "published_decimals": published.decimals if published else 0,
        "qualifier": published.qualifier if published else None,
        "published_source": (published.source or values.source) if published else None,
        "published_on": (published.date or values.date) if published else None,
        "agrees": verdict.agrees if verdict else None,
        "note_vi": verdict.vi if verdict else None,
        "note_en": verdict.en if verdict else None,
    }
