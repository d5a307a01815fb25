"""Keys kept twice and rows that wait: who may decide sees both sides; who sent a row that waits, that it does."""

from __future__ import annotations

from litestar import Response, get, post
from litestar.response import Redirect

from tinhso.registers import deciding, declared, transfers
from tinhso.web.kit import places
from tinhso.web.kit.asked import AskedHouse, AskedScope, AskedSight, Form, PathNumber
from tinhso.web.kit.pages import page
from tinhso.web.staff.views import transfers as views

PAGE = "/staff/transfers"


@get("/transfers", sync_to_thread=True, opt={"verb": "propose"})
def transfers_page(house: AskedHouse, sight: AskedSight, mine: AskedScope) -> Response[str]:
    """What waits for the visitor's decision, and the visitor's own rows that wait for somebody else's."""
    with house.db.app(mine.settings()) as conn:
        known, lists = declared.every(conn), declared.code_lists(conn)
        cases, own = transfers.cases(conn), transfers.own(conn)
        transfers.shown(conn, cases, scope=mine)
        names = places.names_by_id(conn, [area for each in cases for area in (each.area, each.record_area) if area])
        named = places.names(conn, views.area_codes(cases, known))
    told = views.Told(known, lists, names, named, mine, sight)
    return page(
        sight, "staff/transfers.html", open=views.cases(cases, told, waiting=True),
        decided=views.cases(cases, told, waiting=False), own=views.own(own, told),
    )  # fmt: skip


@post("/transfers/{transfer:int}/accept", sync_to_thread=True, opt={"verb": "approve"})
def accept(house: AskedHouse, mine: AskedScope, transfer: PathNumber) -> Redirect:
    """Let the earlier record leave, or make the row true; doing it twice is doing it once."""
    deciding.accept(house.db, transfer, scope=mine)
    return Redirect(PAGE, status_code=303)


@post("/transfers/{transfer:int}/refuse", sync_to_thread=True, opt={"verb": "approve"})
def turn_down(house: AskedHouse, mine: AskedScope, transfer: PathNumber, data: Form) -> Redirect:
    """Leave the record that was there first; the sender is told the reason."""
    deciding.turn_down(house.db, transfer, reason=str(data.get("reason", "")), scope=mine)
    return Redirect(PAGE, status_code=303)
