"""How good a register is in an area: a page whose every number opens the records behind it."""

from __future__ import annotations

from litestar import Response, get

from tinhso.registers import declared
from tinhso.registers.changes import demand
from tinhso.registers.quality import counting
from tinhso.registers.quality.report import report
from tinhso.web.kit import places
from tinhso.web.kit.asked import AskedHouse, AskedScope, AskedSight, MaybeWord, PathWord
from tinhso.web.kit.pages import page
from tinhso.web.staff.views import quality as views


@get("/registers/{name:str}/quality", sync_to_thread=True, opt={"verb": "read"})
def quality(
    house: AskedHouse, sight: AskedSight, mine: AskedScope, name: PathWord, area: MaybeWord = None
) -> Response[str]:
    """What is missing, wrong, there twice, old, unusual or does not add up; the worst units first; month by month."""
    with house.db.app(mine.settings()) as conn:
        declaration, lists = declared.one(conn, name), declared.code_lists(conn)
        demand(mine, "read", name)
        here = places.here(conn, area or places.own(conn, mine, name))
    counted = counting.counted(house.db, declaration, scope=mine)
    with house.db.app(mine.settings()) as conn:
        found = report(conn, declaration, counted, here.code, (here.low, here.high), scope=mine)
    view = views.view(declaration, lists, found, sight)
    return page(sight, "staff/quality.html", view=view, here=here)
