"""A filled board as a page shows it: the finding in the title, groups by pillar, a verdict for every line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from tinhso.dashboards.boards import FilledBoard, FilledRow
from tinhso.dashboards.declaration import Board
from tinhso.web.kit import writing
from tinhso.web.kit.places import Here
from tinhso.web.kit.progress import Progress
from tinhso.web.kit.sight import Sight

Shape = Literal["ok", "risk", "off", "none"]
FEW = 2
"""So many differences are marked and each explained above the table; more are only counted."""


@dataclass(frozen=True, slots=True)
class Value:
    """A value as text; ``n``, ``decimals`` and ``suffix`` let it run to its next one, ``plain`` says it may."""

    text: str
    n: str | None = None
    decimals: int = 0
    suffix: str = ""
    plain: bool = True


@dataclass(frozen=True, slots=True)
class Line:
    """One figure of the board."""

    id: str
    name: str
    qualifier: str
    published: str | None
    value: Value
    unit: str
    shape: Shape
    verdict: str
    note: str | None
    differs: bool
    records: int
    sum: str | None
    link: str


@dataclass(frozen=True, slots=True)
class Group:
    """The lines of a pillar."""

    id: str
    name: str
    summary: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class BoardView:
    """A whole board; ``compared`` is false where nothing is published for the area."""

    board: str
    title: str
    finding: str
    area: Here
    as_at: date
    updated: datetime | None
    groups: tuple[Group, ...]
    notices: tuple[Line, ...]
    compared: bool
    progress: Progress | None
    about: str


def view(
    filled: FilledBoard, declared: Board, area: Here, sight: Sight, *, progress: Progress | None,
    updated: datetime | None,
) -> BoardView:  # fmt: skip
    """Lay a filled board out for a reader."""
    running = progress is not None and progress.running
    compared = any(row.published is not None for row in filled.rows)
    few = not running and sum(_differs(row) for row in filled.rows) <= FEW
    lines = {row.id: _line(row, area, sight, running, few) for row in filled.rows}
    return BoardView(
        board=filled.board, title=sight.say(filled.title), finding=_finding(filled, area, sight, running),
        area=area, as_at=filled.as_at, updated=updated, groups=tuple(_groups(filled, lines, sight)),
        notices=tuple(line for line in lines.values() if line.differs), compared=compared,
        progress=progress, about=sight.say(declared.description) if declared.description else "",
    )  # fmt: skip


def _groups(filled: FilledBoard, lines: dict[str, Line], sight: Sight) -> list[Group]:
    """Pillars in the order of their first lines."""
    found = []
    for pillar in dict.fromkeys(row.pillar for row in filled.rows):
        rows = [row for row in filled.rows if row.pillar == pillar]
        name = sight.say(filled.pillars[pillar]) if pillar in filled.pillars else ""
        found.append(Group(pillar or "others", name, _summary(rows, sight), tuple(lines[row.id] for row in rows)))
    return found


def _summary(rows: Sequence[FilledRow], sight: Sight) -> str:
    count = sight.ngettext("%(num)s figure", "%(num)s figures", len(rows))
    if all(row.agrees is None for row in rows):
        return count
    agreeing = sum(row.agrees is True for row in rows)
    return sight.gettext("%(count)s, %(agreeing)s agree", count=count, agreeing=agreeing)


def _finding(filled: FilledBoard, area: Here, sight: Sight, running: bool) -> str:
    compared = [row for row in filled.rows if row.agrees is not None]
    agreeing = sum(row.agrees is True for row in compared)
    facts = {"agreeing": agreeing, "all": len(compared), "other": len(compared) - agreeing}
    if not compared:
        known = sum(row.value is not None for row in filled.rows)
        return sight.gettext("%(area)s: %(known)s figures counted from its records", area=area.name, known=known)
    if running:
        return sight.gettext("%(agreeing)s of %(all)s figures are complete, the others are coming in", **facts)
    if agreeing == len(compared):
        return sight.gettext("All %(all)s published figures agree with the registers", **facts)
    if len(compared) - agreeing == 1:
        return sight.gettext(
            "%(agreeing)s of %(all)s published figures agree with the registers, one differs", **facts
        )
    return sight.gettext(
        "%(agreeing)s of %(all)s published figures agree with the registers, %(other)s differ", **facts
    )


def _line(row: FilledRow, area: Here, sight: Sight, running: bool, few: bool) -> Line:
    shape, verdict = _verdict(row, sight, running)
    above = f"?area={area.code}" if area.level > 1 else ""
    return Line(
        id=row.id, name=sight.say(row.title),
        qualifier=qualifier(row.qualifier, sight), published=published(row, sight),
        value=value(row, sight), unit=unit(row, sight), shape=shape, verdict=verdict,
        note=(row.note_vi if sight.language == "vi" else row.note_en) if not running else None,
        differs=few and _differs(row), records=row.records, sum=_sum(row, sight),
        link=f"/explain/{row.id}{above}",
    )  # fmt: skip


def value(row: FilledRow, sight: Sight) -> Value:
    """The computed value: a share with its sign, money in short, a count in full."""
    if row.value is None:
        return Value(sight.gettext("withheld") if row.withheld else sight.gettext("no data"))
    if _is_share(row):
        text = writing.percent(row.value, sight.language, row.decimals)
        return Value(text, str(row.value), row.decimals, f"{writing.SPACE}%")
    if row.unit.vi == "đồng" and abs(row.value) >= 10**6:
        return Value(writing.short(row.value, sight.language), str(row.value), plain=False)
    return Value(writing.number(row.value, sight.language, row.decimals), str(row.value), row.decimals)


def published(row: FilledRow, sight: Sight) -> str | None:
    """The published value at the precision it was published in."""
    if row.published is None:
        return None
    if _is_share(row):
        return writing.percent(row.published, sight.language, row.published_decimals)
    if row.qualifier != "exact" and abs(row.published) >= 10**6:
        return writing.short(row.published, sight.language)
    return writing.number(row.published, sight.language, row.published_decimals)


def unit(row: FilledRow, sight: Sight) -> str:
    """The unit's word; a share carries its sign in the value."""
    return "" if _is_share(row) else sight.say(row.unit)


def qualifier(word: str | None, sight: Sight) -> str:
    """The published word before a number: gần, hơn, khoảng."""
    words = {
        "nearly": sight.gettext("nearly"), "more_than": sight.gettext("more than"), "about": sight.gettext("about"),
    }  # fmt: skip
    return words.get(word or "", "")


def gap(row: FilledRow, sight: Sight) -> str:
    """How far published and computed are apart, in words."""
    assert row.value is not None and row.published is not None
    apart = abs(row.value - row.published)
    if _is_share(row):
        digits = max(row.decimals, row.published_decimals)
        return sight.gettext("%(gap)s pp apart", gap=writing.number(apart, sight.language, digits))
    digits = 0 if apart == apart.to_integral_value() else row.decimals
    said = writing.short(apart, sight.language) if apart >= 10**6 else writing.number(apart, sight.language, digits)
    less = row.value < row.published
    return sight.gettext("%(gap)s fewer", gap=said) if less else sight.gettext("%(gap)s more", gap=said)


def _differs(row: FilledRow) -> bool:
    return row.agrees is False and row.value is not None


def _verdict(row: FilledRow, sight: Sight, running: bool) -> tuple[Shape, str]:
    if row.withheld:
        return "none", sight.gettext("Too few records to tell")
    if row.value is None:
        return "none", sight.gettext("Waiting for data") if running else sight.gettext("No data yet")
    if row.agrees is None:
        return "none", ""
    if row.agrees:
        word = qualifier(row.qualifier, sight)
        return "ok", sight.gettext("Agrees with “%(word)s”", word=word) if word else sight.gettext("Agrees")
    if running:
        return "none", sight.gettext("Coming in")
    return "risk", gap(row, sight)


def _sum(row: FilledRow, sight: Sight) -> str | None:
    if row.numerator is None or row.denominator is None:
        return None
    parts = (_plain(row.numerator, sight), _plain(row.denominator, sight))
    return " / ".join(parts)


def _plain(amount: Decimal, sight: Sight) -> str:
    whole = amount == amount.to_integral_value()
    return writing.number(amount.quantize(Decimal(1)) if whole else amount, sight.language)


def _is_share(row: FilledRow) -> bool:
    return row.unit.vi == "%" or row.unit.en in ("percent", "%")
