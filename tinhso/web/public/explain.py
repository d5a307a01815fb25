"""A figure's explanation, for an area: what it is, whether the published one agrees, where it comes from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from litestar import Request, Response, get

from tinhso.access import grants
from tinhso.access.scope import Scope
from tinhso.areas import drawing
from tinhso.areas.drawing import Drawing
from tinhso.dashboards import withholding
from tinhso.dashboards.withholding import Weighed
from tinhso.foundation.database import Connection
from tinhso.indicators import breakdown, explain
from tinhso.indicators import declared as indicators
from tinhso.indicators.breakdown import Slice
from tinhso.indicators.explain import Explanation
from tinhso.registers import declared as registers
from tinhso.registers.declaration import Text
from tinhso.web.kit import feed, places, standing
from tinhso.web.kit.asked import AskedHouse, AskedSight, MaybeWord, PathWord
from tinhso.web.kit.house import House
from tinhso.web.kit.pages import page
from tinhso.web.kit.places import Here
from tinhso.web.kit.sight import Sight
from tinhso.web.public.board import BOARD
from tinhso.web.public.views import explain as views
from tinhso.web.public.views import map as maps
from tinhso.web.public.views import trend as trends
from tinhso.web.public.views.explain import Breakdown
from tinhso.web.public.views.map import MapView

SOURCES = 10
WIDTH = 720


@dataclass(frozen=True, slots=True)
class Members:
    """The figure by one dimension, under the name of its field; ``away``: the public is not told, for small cells."""

    title: Text
    slices: Sequence[Slice]
    away: bool


@dataclass(frozen=True, slots=True)
class Opened:
    """Everything that a figure's page tells, before it is put into words."""

    found: Explanation
    communes: Sequence[Slice]
    drawn: Drawing | None
    months: Sequence[Slice]
    members: Sequence[Members]
    guarded: bool
    """Whether the figure rests on a register of people."""


@get("/explain/{indicator:str}", sync_to_thread=True, opt={"public": True})
def explained(
    request: Request[Any, Any, Any], house: AskedHouse, sight: AskedSight, indicator: PathWord, area: MaybeWord = None
) -> Response[str]:
    """One figure opened. Whoever is signed in is told the files of the records that the own scope reads."""
    with house.db.app() as conn:
        here = places.here(conn, area)
        updated = feed.last_commit(conn)
        private = _for_staff(conn, indicator)
    filled, mine = feed.filled(house.db, BOARD, here.code), standing.known(request)
    opened, away = _looked(house, indicator, here, filled.as_at, mine if private else None)
    filled = feed.public(house.db, filled)
    if mine is not None and not private and here.code not in away:
        opened = replace(opened, found=_with_files(house, opened.found, mine, filled.as_at))
    row = next((each for each in filled.rows if each.id == indicator), None)
    view = views.view(
        opened.found, row, here, sight, drawn=_map(opened, away, sight), communes=opened.communes, away=away,
        breakdowns=[_breakdown(each, sight) for each in opened.members],
        trend=_trend(opened, sight),
    )  # fmt: skip
    pillar = filled.pillars.get(row.pillar or "") if row else None
    return page(
        sight, "public/explain.html", view=view, here=here, as_at=filled.as_at, updated=updated,
        pillar=sight.say(pillar) if pillar else None,
    )  # fmt: skip


def _for_staff(conn: Connection, indicator: str) -> bool:
    found = indicators.every(conn).indicators.get(indicator)
    return found is not None and found.visibility == "staff"


def _looked(
    house: House, indicator: str, here: Here, as_at: date, mine: Scope | None
) -> tuple[Opened, frozenset[str]]:
    """What there is to tell, and the areas withheld: as everybody is told, or made for one scope and kept nowhere."""
    if mine is not None:
        with house.db.app(mine.settings()) as conn:
            return _opened(conn, indicator, here, as_at, mine), frozenset()
    public, key = grants.public_scope(), ("explain", indicator, here.code)
    opened = feed.kept(house.db, key, lambda conn: _opened(conn, indicator, here, as_at, public))
    away = feed.withheld(house.db, indicator, as_at)
    return _told(opened, away, here.code), away


def _opened(conn: Connection, indicator: str, here: Here, as_at: date, scope: Scope) -> Opened:
    found = explain.explain(conn, indicator, here.code, scope, as_at=as_at, limit=SOURCES)
    if found.figure.value is None:
        return Opened(found, (), None, (), (), guarded=False)
    weighed = withholding.weighed(conn, indicator) if scope.public else None
    months = breakdown.by_month(conn, indicator, here.code, as_at, scope=scope)
    if weighed and (here.level > 1 or weighed.small([each.figure for each in months])):
        months = []  # month by month and area by area at once, what is hidden in one month is told by the next
    communes: list[Slice] = []
    if here.level < 3:
        communes = breakdown.by_areas(conn, indicator, here.code, as_at, scope=scope, level="commune")
    drawn = drawing.draw(conn, here.code, WIDTH) if here.level < 3 else None
    members = _members(conn, found, here, as_at, scope, weighed)
    return Opened(found, communes, drawn, months, members, weighed is not None)


def _members(
    conn: Connection, found: Explanation, here: Here, as_at: date, scope: Scope, weighed: Weighed | None
) -> list[Members]:
    """The figure by each of its dimensions, under the name of the field; what is weighed, as far as all may know."""
    fields = registers.every(conn)[found.parts[0].register].fields
    if weighed and here.level > 1:  # by dimension and area at once, what is hidden here could be worked out from above
        return []
    names = [name for name in found.dimensions if name in fields]
    slices = breakdown.by_dimensions(conn, found.figure.id, names, here.code, as_at, scope=scope)
    return [
        Members(fields[name].title, each, weighed is not None and weighed.close([slice.figure for slice in each]))
        for name, each in zip(names, slices, strict=True)
    ]


def _told(opened: Opened, away: frozenset[str], area: str) -> Opened:
    """What somebody far away may see: of a withheld figure its definition, of its areas those that are told.

    Of people, which records are counted and which change sets brought them is not told either.
    """
    if area in away:
        return Opened(withholding.explanation(opened.found), (), None, (), (), opened.guarded)
    if not opened.guarded:
        return opened
    areas = withholding.slices(opened.found.areas, away)
    found = replace(opened.found, areas=areas, change_sets=(), sources=())
    return replace(opened, found=found, communes=withholding.slices(tuple(opened.communes), away))


def _with_files(house: House, found: Explanation, mine: Scope, as_at: date) -> Explanation:
    """Where the records come from, as far as this very visitor may read them; made for the visitor, kept nowhere."""
    with house.db.app(mine.settings()) as conn:
        own, steps = explain.origins(conn, found.figure.id, found.figure.area, mine, as_at=as_at, limit=SOURCES)
    return replace(found, sources=own, change_sets=steps)


def _map(opened: Opened, away: frozenset[str], sight: Sight) -> MapView | None:
    """The communes on a map; none where shapes are missing or there is nothing to show."""
    values = {each.member: each.figure.value for each in opened.communes}
    if opened.drawn is None or not opened.drawn.communes or not any(values.values()):
        return None
    figure = opened.found.figure
    return maps.view(opened.drawn, values, sight, share=views.share(figure), decimals=figure.decimals, away=away)


def _breakdown(members: Members, sight: Sight) -> Breakdown:
    """What the rule on small cells lets out; the same for everybody, since the page is public."""
    name = sight.gettext("By %(what)s", what=sight.say(members.title).lower())
    return views.breakdown(name, members.slices, sight, away=members.away)


def _trend(opened: Opened, sight: Sight) -> trends.TrendView | None:
    figure = opened.found.figure
    return trends.view(opened.months, sight, share=views.share(figure), decimals=figure.decimals)
