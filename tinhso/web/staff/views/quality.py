"""A register's quality in words: each number with the address of the list behind it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from urllib.parse import urlencode

from tinhso.registers.declaration import Declaration, Text
from tinhso.registers.ordering import AREA, UPDATED
from tinhso.registers.quality.behind import SINCE
from tinhso.registers.quality.measures import TOGETHER, Measure
from tinhso.registers.quality.report import Line, Month, Report, UnitLine
from tinhso.web.kit import writing
from tinhso.web.kit.sight import Sight
from tinhso.web.staff.views.values import Lists

COLUMNS = 6
SHOWN = 15
"""So many units are shown at once, the worst; the others unfold."""
LOOKED_AT = ("double", "stale")
"""What need not be wrong."""
_CELL = re.compile(r"^[^:]*\{cell\}[^:]*:\s*")


@dataclass(frozen=True, slots=True)
class Number:
    """A number and the list behind it; no link where it is 0 or may not be opened."""

    count: int
    link: str | None
    title: str = ""
    shape: str = ""


@dataclass(frozen=True, slots=True)
class FieldLine:
    """A field: how many records have a value (in per cent, as words and as number), and what is wrong with it."""

    title: str
    required: bool
    share: str
    width: float
    missing: Number
    wrong: tuple[Number, ...]
    unusual: Number | None
    usual: str


@dataclass(frozen=True, slots=True)
class RuleLine:
    """A rule in words and how many records break it."""

    words: str
    broken: Number
    warns: bool


@dataclass(frozen=True, slots=True)
class UnitView:
    """A unit: its page, its numbers in the order of the columns, faults on a hundred records."""

    name: str
    link: str
    records: int
    numbers: tuple[Number, ...]
    share: str
    latest: datetime | None


@dataclass(frozen=True, slots=True)
class MonthView:
    """The end of a month: records, and how many in a hundred had faults, in words and for the drawing."""

    month: str
    records: int
    share: str
    width: float


@dataclass(frozen=True, slots=True)
class View:
    """The whole page."""

    register: str
    title: str
    finding: str
    records: int
    tally: tuple[Number, ...]
    fields: tuple[FieldLine, ...]
    rules: tuple[RuleLine, ...]
    sums: tuple[RuleLine, ...]
    doubles: tuple[RuleLine, ...]
    columns: tuple[str, ...]
    units: tuple[UnitView, ...]
    more: tuple[UnitView, ...]
    months: tuple[MonthView, ...]


def view(declaration: Declaration, lists: Lists, found: Report, sight: Sight) -> View:
    """The page of a report."""
    words = [word for word in TOGETHER if any(_in(word, line.measure) for line in found.lines)]
    opened = {word: all(line.opens for line in found.lines if _in(word, line.measure)) for word in words}
    tally = tuple(
        _number(found, word, found.faulty.get(word, 0), opens=opened[word], title=label(declaration, word, sight))
        for word in words
    )
    units = tuple(_unit(found, each, opened, sight) for each in found.units)
    return View(
        declaration.register, sight.say(declaration.title), _finding(found, tally, sight), found.records, tally,
        tuple(_field(declaration, found, name, sight) for name in declaration.fields),
        _rules(declaration, found, "rule", sight), _rules(declaration, found, "sums", sight),
        _rules(declaration, found, "double", sight), tuple(label(declaration, word, sight) for word in words),
        units[:SHOWN], units[SHOWN:], tuple(_month(each, sight) for each in found.months),
    )  # fmt: skip


def label(declaration: Declaration, word: str, sight: Sight) -> str:
    """What a word of a list's address asks for, in words."""
    together = {
        "missing": sight.gettext("Required values missing"), "wrong": sight.gettext("Against the rules"),
        "closer": sight.gettext("Fail a closer check"), "sums": sight.gettext("Do not add up"),
        "double": sight.gettext("Perhaps there twice"), "stale": sight.gettext("Too old"),
    }  # fmt: skip
    if word in together:
        return together[word]
    if word.startswith(SINCE):
        return sight.gettext("Changed since the last visit")
    kind, _, name = word.partition(".")
    if kind == "double":
        return together["double"]
    if kind in ("rule", "sums"):
        return next((said(each.say, sight) for each in declaration.checks if each.code == name), word)
    title = sight.say(declaration.fields[name].title) if name in declaration.fields else name
    words = {
        "missing": sight.gettext("%(field)s: missing", field=title),
        "invalid": sight.gettext("%(field)s: against the limits", field=title),
        "closer": sight.gettext("%(field)s: fails its check", field=title),
        "outlier": sight.gettext("%(field)s: out of the usual", field=title),
    }
    return words.get(kind, word)


def said(text: Text, sight: Sight) -> str:
    """A check's sentence without the cell it points to in a file."""
    words = _CELL.sub("", sight.say(text))
    return re.sub(r"\{\w+\}", "…", words[:1].upper() + words[1:])


def _in(word: str, measure: Measure) -> bool:
    return measure.counts and measure.kind in TOGETHER[word]


def _address(found: Report, word: str, area: str) -> str:
    """The list behind a number, with the columns that matter where they are few."""
    asked = {"area": area, "only": word}
    fields = dict.fromkeys(name for line in found.lines if line.measure.word == word for name in line.measure.fields)
    if fields:
        columns = list(dict.fromkeys((*found.known_by, *fields)))[:COLUMNS]
        asked["columns"] = ",".join([*columns, AREA, UPDATED])
    return f"/staff/registers/{found.register}?{urlencode(asked, safe=',')}"


def _number(
    found: Report, word: str, count: int, *, opens: bool, title: str = "", area: str | None = None, grave: bool = True
) -> Number:  # fmt: skip
    link = _address(found, word, area or found.area) if count and opens else None
    return Number(count, link, title, "ok" if not count else "off" if grave and word not in LOOKED_AT else "risk")


def _line(found: Report, line: Line) -> Number:
    return _number(found, line.measure.word, line.count, opens=line.opens, grave=not line.measure.warns)


def _finding(found: Report, tally: tuple[Number, ...], sight: Sight) -> str:
    """The page's title: what was found."""
    records = writing.number(found.records, sight.language)
    if not found.records:
        return sight.gettext("No records here yet")
    # what is merely old comes last: where a whole survey is, all else would be hidden behind it
    worst = max(tally, key=lambda each: (each.shape == "off", each.count), default=None)
    if worst is None or not worst.count:
        return sight.gettext("Nothing found to mend in %(records)s records", records=records)
    facts = {"records": records, "count": writing.number(worst.count, sight.language), "what": worst.title.lower()}
    return sight.gettext("Of %(records)s records %(count)s: %(what)s", **facts)


def _field(declaration: Declaration, found: Report, name: str, sight: Sight) -> FieldLine:
    own = {f"{kind}.{name}" for kind in ("missing", "invalid", "closer", "outlier")}
    by_kind = {each.measure.kind: each for each in found.lines if each.measure.word in own}
    missing = by_kind["missing"]
    given = found.records - missing.count
    wrong = [by_kind[kind] for kind in ("invalid", "closer") if kind in by_kind]
    unusual = by_kind.get("outlier")
    limits = found.limits.get(name)
    return FieldLine(
        sight.say(declaration.fields[name].title), missing.measure.required, _percent(given, found.records, sight),
        100 * given / found.records if found.records else 0, _line(found, missing) if missing.measure.required else
        _number(found, missing.measure.word, missing.count, opens=True, grave=False),
        tuple(_line(found, each) for each in wrong), _line(found, unusual) if unusual and limits else None,
        _usual(limits, sight) if limits else "",
    )  # fmt: skip


def _usual(limits: tuple[str, str], sight: Sight) -> str:
    low, high = (writing.number(Decimal(each), sight.language) for each in limits)
    return sight.gettext("usual: %(low)s to %(high)s", low=low, high=high)


def _rules(declaration: Declaration, found: Report, kind: str, sight: Sight) -> tuple[RuleLine, ...]:
    made = []
    for each in found.lines:
        if each.measure.kind == kind:
            words = label(declaration, each.measure.word, sight)
            if kind == "double":
                titles = (sight.say(declaration.fields[name].title) for name in each.measure.fields)
                words = sight.gettext("The same in: %(fields)s", fields=", ".join(titles))
            made.append(RuleLine(words, _line(found, each), each.measure.warns))
    return tuple(sorted(made, key=lambda line: -line.broken.count))


def _unit(found: Report, unit: UnitLine, opened: Mapping[str, bool], sight: Sight) -> UnitView:
    numbers = tuple(
        _number(found, word, unit.faulty.get(word, 0), opens=opens, area=unit.code) for word, opens in opened.items()
    )
    link = f"/staff/registers/{found.register}/quality?{urlencode({'area': unit.code})}"
    share = "–" if not unit.records else writing.number(Decimal(str(round(100 * unit.share, 1))), sight.language, 1)
    return UnitView(unit.name, link, unit.records, numbers, share, unit.latest)


def _month(month: Month, sight: Sight) -> MonthView:
    faults = month.missing + month.wrong
    width = 100 * faults / month.records if month.records else 0
    name = f"{month.month[5:]}/{month.month[:4]}"
    share = writing.number(Decimal(str(round(width, 1))), sight.language, 1)
    return MonthView(name, month.records, share, min(100.0, width))


def _percent(part: int, whole: int, sight: Sight) -> str:
    if not whole:
        return "–"
    # nothing that is not whole is told as 100, and nothing that is there as 0
    share = Decimal(part * 1000 // whole) / 10
    return writing.percent(share, sight.language, 1)
