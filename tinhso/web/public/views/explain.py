"""One figure opened: its value, the published one beside it, its areas, its way of being computed, its sources."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from tinhso.dashboards.boards import FilledRow
from tinhso.indicators.breakdown import Slice
from tinhso.indicators.explain import Explanation, PartExplained
from tinhso.indicators.figures import Figure
from tinhso.web.kit import writing
from tinhso.web.kit.places import Here
from tinhso.web.kit.sight import Sight
from tinhso.web.public.views import board
from tinhso.web.public.views.board import Shape
from tinhso.web.public.views.map import MapView
from tinhso.web.public.views.trend import TrendView

MEMBERS = 12
"""So many members of a dimension are shown; the smaller ones are only counted."""


@dataclass(frozen=True, slots=True)
class Published:
    """The published value, and whether ours agrees."""

    value: str
    qualifier: str
    source: str | None
    shape: Shape
    verdict: str
    differs: bool
    gap: str
    note: str | None


@dataclass(frozen=True, slots=True)
class Bar:
    """One slice: an area or a member, its value and its share of the longest bar (of 100)."""

    name: str
    value: str
    parts: str | None
    width: float
    link: str | None = None


@dataclass(frozen=True, slots=True)
class Breakdown:
    """Slices by one dimension; ``more`` members are not shown, ``hidden`` says that some values are withheld."""

    title: str
    bars: tuple[Bar, ...]
    more: int = 0
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """The numerator or the denominator: what it counts, in which register, how much."""

    role: str
    words: str
    register: str
    amount: str
    records: int


@dataclass(frozen=True, slots=True)
class Source:
    """One change set that moved the figure, or one record that it counts."""

    change_set: int
    file: str | None
    way: str
    at: datetime | None = None
    added: str | None = None
    sheet: str | None = None
    row: int | None = None
    record: int | None = None
    gone_at: datetime | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class ExplainView:
    """The whole page."""

    id: str
    title: str
    value: str
    known: bool
    unit: str
    sum: str | None
    numerator: str | None
    denominator: str | None
    scale: int
    period: str
    records: int
    definition: str
    published: Published | None
    map: MapView | None
    map_finding: str
    areas_title: str
    areas: tuple[Bar, ...]
    areas_hidden: bool
    withheld: bool
    parts: tuple[Part, ...]
    breakdowns: tuple[Breakdown, ...]
    trend: TrendView | None
    steps: tuple[Source, ...]
    sources: tuple[Source, ...]


def view(
    found: Explanation, row: FilledRow | None, here: Here, sight: Sight, *, drawn: MapView | None,
    communes: Sequence[Slice], breakdowns: Sequence[Breakdown], trend: TrendView | None,
    away: frozenset[str] = frozenset(),
) -> ExplainView:  # fmt: skip
    """Lay an explanation out for a reader; the areas ``away`` are withheld from this one."""
    figure = found.figure
    return ExplainView(
        id=figure.id, title=sight.say(found.title), value=text(figure, sight), known=figure.value is not None,
        unit="" if share(figure) else sight.say(figure.unit), sum=_sum(figure, sight),
        numerator=_amount(figure.numerator, sight), denominator=_amount(figure.denominator, sight), scale=figure.scale,
        period=writing.period(figure.period, sight.language), records=found.records,
        definition=sight.say(found.definition),
        published=_published(row, sight), map=drawn, map_finding=_finding(communes, sight),
        areas_title=_areas_title(here, sight), areas=bars(found.areas, sight, link=_link(figure.id), away=away),
        withheld=here.code in away, areas_hidden=any(each.member in away for each in found.areas),
        parts=tuple(_part(each, sight) for each in found.parts), breakdowns=tuple(breakdowns), trend=trend,
        steps=tuple(
            Source(
                each.change_set, each.file, way(each.way, sight), each.at, _signed(each.added, sight),
                reason=each.reason,
            )
            for each in found.change_sets
        ),
        sources=tuple(
            Source(
                each.change_set, each.file, "", sheet=each.sheet, row=each.row, record=each.record,
                gone_at=each.gone_at, reason=each.gone_why,
            )
            for each in found.sources
        ),
    )  # fmt: skip


def text(figure: Figure, sight: Sight) -> str:
    """A figure's value in words."""
    if figure.value is None:
        return sight.gettext("no data")
    if share(figure):
        return writing.percent(figure.value, sight.language, figure.decimals)
    return writing.number(figure.value, sight.language, figure.decimals)


def share(figure: Figure) -> bool:
    """Whether the figure is a share in per cent."""
    return figure.unit.vi == "%"


def bars(
    slices: Sequence[Slice], sight: Sight, *, link: str | None = None, away: frozenset[str] = frozenset()
) -> tuple[Bar, ...]:
    """Slices as bars, the greatest first; those without data last, and those ``away`` without their value."""
    amounts = {each.member: abs(each.figure.value or Decimal(0)) for each in slices}
    longest = max(amounts.values(), default=Decimal(0)) or Decimal(1)
    ordered = sorted(slices, key=lambda each: (each.figure.value is None, -amounts[each.member]))
    return tuple(
        Bar(
            name(each, sight), sight.gettext("withheld") if each.member in away else text(each.figure, sight),
            _sum(each.figure, sight),
            round(float(100 * amounts[each.member] / longest), 1), f"{link}{each.member}" if link else None,
        )
        for each in ordered
    )  # fmt: skip


def name(part: Slice, sight: Sight) -> str:
    """What a slice is called; a code that was not in force on the figure's day says so."""
    said = sight.say(part.title)
    return said if part.in_force else sight.gettext("%(code)s (code not in force on this day)", code=said)


def breakdown(title: str, slices: Sequence[Slice], sight: Sight, *, away: bool) -> Breakdown:
    """Slices by one dimension; none where they are withheld."""
    if away:
        return Breakdown(title, (), hidden=True)
    shown = bars(slices, sight)
    return Breakdown(title, shown[:MEMBERS], max(0, len(shown) - MEMBERS))


def way(name: str, sight: Sight) -> str:
    """How a change came in."""
    words = {
        "file": sight.gettext("file"), "form": sight.gettext("typed in"), "api": sight.gettext("from another system"),
        "undo": sight.gettext("undo"),
    }  # fmt: skip
    return words.get(name, name)


def _link(indicator: str) -> str:
    return f"/explain/{indicator}?area="


def _published(row: FilledRow | None, sight: Sight) -> Published | None:
    if row is None or row.published is None:
        return None
    agrees = bool(row.agrees)
    differs = row.agrees is False and row.value is not None
    return Published(
        value=board.published(row, sight) or "", qualifier=board.qualifier(row.qualifier, sight),
        source=sight.say(row.published_source) if row.published_source else None,
        shape="ok" if agrees else "risk" if differs else "none",
        verdict=_verdict(agrees, differs, sight),
        differs=differs, gap=board.gap(row, sight) if differs else "",
        note=row.note_vi if sight.language == "vi" else row.note_en,
    )  # fmt: skip


def _verdict(agrees: bool, differs: bool, sight: Sight) -> str:
    if agrees:
        return sight.gettext("Agrees")
    return sight.gettext("Differs") if differs else sight.gettext("No data yet")


def _areas_title(here: Here, sight: Sight) -> str:
    titles = {1: sight.gettext("By district"), 2: sight.gettext("By commune"), 3: sight.gettext("By village")}
    return titles.get(here.level, "")


def _finding(communes: Sequence[Slice], sight: Sight) -> str:
    """What the map says, as its title."""
    known = [(each, each.figure.value) for each in communes if each.figure.value is not None]
    values = [value for _, value in known if value is not None]
    if not values:
        return sight.gettext("No commune has data yet")
    if share(known[0][0].figure):
        full = sum(value >= 100 for value in values)
        if full == len(values):
            return sight.ngettext("The one commune stands at 100 %%", "All %(num)s communes stand at 100 %%", full)
        return sight.gettext(
            "%(full)s of %(all)s communes stand at 100 %%, the lowest at %(low)s",
            full=full, all=len(values), low=writing.percent(min(values), sight.language, 1),
        )  # fmt: skip
    having = sorted((value for value in values if value), reverse=True)
    if not having:
        return sight.gettext("No commune has any yet")
    if len(having) == 1 < len(values):
        return sight.gettext("Only one of %(all)s communes has any", all=len(communes))
    total, top, count = sum(having), Decimal(0), 0
    for value in having:
        top, count = top + value, count + 1
        if top * 2 >= total:
            break
    return sight.ngettext(
        "One commune holds half of the whole", "%(num)s of %(all)s communes hold half of the whole",
        count, all=len(communes),
    )  # fmt: skip


def _part(part: PartExplained, sight: Sight) -> Part:
    roles = {"numerator": sight.gettext("Numerator"), "denominator": sight.gettext("Denominator")}
    return Part(
        roles[part.role], sight.say(part.words), sight.say(part.register_title), _amount(part.amount, sight) or "",
        part.records,
    )  # fmt: skip


def _sum(figure: Figure, sight: Sight) -> str | None:
    if figure.denominator is None or figure.numerator is None:
        return None
    return f"{_amount(figure.numerator, sight)} / {_amount(figure.denominator, sight)}"


def _amount(amount: Decimal | None, sight: Sight) -> str | None:
    if amount is None:
        return None
    whole = amount == amount.to_integral_value()
    return writing.number(amount.quantize(Decimal(1)) if whole else amount, sight.language)


def _signed(amount: Decimal, sight: Sight) -> str:
    whole = amount == amount.to_integral_value()
    return writing.signed(amount.quantize(Decimal(1)) if whole else amount, sight.language)
