"""A figure's explanation, for an area: what it is, whether the published one agrees, where it comes from."""

from __future__ import annotations

from datetime import date

from litestar import Response, get

from tinhso.access import grants
from tinhso.access.scope import Scope
from tinhso.areas import drawing
from tinhso.foundation.database import Connection
from tinhso.indicators import breakdown, explain
from tinhso.indicators.breakdown import Slice
from tinhso.indicators.explain import Explanation
from tinhso.registers import declared as registers
from tinhso.web.kit import feed, places
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
MEMBERS = 12
WIDTH = 720


@get("/explain/{indicator:str}", sync_to_thread=True, opt={"public": True})
def explained(house: House, sight: Sight, indicator: str, area: str | None = None) -> Response[str]:
    """One figure opened."""
    scope = grants.public_scope()
    with house.db.app(scope.settings()) as conn:
        here = places.here(conn, area)
        updated = feed.last_commit(conn)
    filled = feed.filled(house.db, BOARD, here.code)
    row = next((each for each in filled.rows if each.id == indicator), None)
    with house.db.app(scope.settings()) as conn:
        found = explain.explain(conn, indicator, here.code, scope, as_at=filled.as_at, limit=SOURCES)
        communes, drawn = _map(conn, found, here, sight, scope, filled.as_at)
        view = views.view(
            found, row, here, sight, drawn=drawn, communes=communes,
            breakdowns=_breakdowns(conn, found, here, sight, scope, filled.as_at),
            trend=_trend(conn, found, here, sight, scope, filled.as_at),
        )  # fmt: skip
    pillar = filled.pillars.get(row.pillar or "") if row else None
    return page(
        sight, "public/explain.html", view=view, here=here, as_at=filled.as_at, updated=updated,
        pillar=sight.say(pillar) if pillar else None,
    )  # fmt: skip


def _map(
    conn: Connection, found: Explanation, here: Here, sight: Sight, scope: Scope, as_at: date
) -> tuple[list[Slice], MapView | None]:
    """The communes of a province or district on a map; a commune has none."""
    if here.level > 2 or found.figure.value is None:
        return [], None
    communes = breakdown.by_areas(conn, found.figure.id, here.code, as_at, scope=scope, level="commune")
    drawn = drawing.draw(conn, here.code, WIDTH)
    values = {each.member: each.figure.value for each in communes}
    if not drawn.communes or not any(values.values()):
        return communes, None
    figure = found.figure
    return communes, maps.view(drawn, values, sight, share=views.share(figure), decimals=figure.decimals)


def _breakdowns(
    conn: Connection, found: Explanation, here: Here, sight: Sight, scope: Scope, as_at: date
) -> list[Breakdown]:
    fields = registers.every(conn)
    made = []
    for dimension in found.dimensions:
        slices = breakdown.by_dimension(conn, found.figure.id, dimension, here.code, as_at, scope=scope)
        field = fields[found.parts[0].register].fields.get(dimension)
        if slices and field is not None:
            title = sight.gettext("By %(what)s", what=sight.say(field.title).lower())
            made.append(Breakdown(title, views.bars(slices, sight)[:MEMBERS]))
    return made


def _trend(
    conn: Connection, found: Explanation, here: Here, sight: Sight, scope: Scope, as_at: date
) -> trends.TrendView | None:
    if found.figure.value is None:
        return None
    slices = breakdown.by_month(conn, found.figure.id, here.code, as_at, scope=scope)
    return trends.view(slices, sight, share=views.share(found.figure), decimals=found.figure.decimals)
