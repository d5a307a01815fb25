"""Changes that wait for a second person: the queue, one of them with its difference, and deciding it row by row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from litestar import Response, get, post
from litestar.response import Redirect

from tinhso.access.scope import Scope
from tinhso.foundation.problems import Problem, Refused, refuse
from tinhso.registers import approving, declared, proposals
from tinhso.web.kit import places
from tinhso.web.kit.asked import AskedHouse, AskedScope, AskedSight, Form, PathNumber
from tinhso.web.kit.house import House
from tinhso.web.kit.pages import page
from tinhso.web.kit.sight import Sight
from tinhso.web.staff.views import approvals as views

PAGE = "/staff/approvals"
MOVED = ("registers.proposal_moved", "registers.overtaken")


@get("/approvals", sync_to_thread=True, opt={"verb": "propose"})
def approvals(house: AskedHouse, sight: AskedSight, mine: AskedScope) -> Response[str]:
    """What waits for the visitor's approval, and what became of the visitor's own proposals."""
    with house.db.app(mine.settings()) as conn:
        found = proposals.listed(conn)
        known = declared.every(conn)
    return page(sight, "staff/approvals.html", view=views.queue(found, known, sight))


@get("/approvals/{proposal:int}", sync_to_thread=True, opt={"verb": "propose"})
def approval(house: AskedHouse, sight: AskedSight, mine: AskedScope, proposal: PathNumber) -> Response[str]:
    """One proposal: to who may decide with its difference as it is now, to its sender with what became of its rows."""
    return _shown(house, sight, mine, proposal)


@post("/approvals/{proposal:int}/decide", sync_to_thread=True, opt={"verb": "approve"})
def decide(
    house: AskedHouse, sight: AskedSight, mine: AskedScope, proposal: PathNumber, data: Form
) -> Response[Any]:  # fmt: skip
    """Approve rows, send others back with a remark each, leave the rest; or approve all that wait.

    Where the register has changed since the page was shown, nothing is done and the new difference is shown.
    """
    approve, back = _told(data)
    if data.get("all") == "yes":
        weighed = approving.weigh(house.db, proposal, scope=mine)
        approve, back = [each.line.id for each in weighed.rows if each.op != "barred"], {}
    if not approve and not back:
        raise refuse("registers.nothing_decided")
    try:
        approving.decide(house.db, proposal, approve, back, shown=str(data.get("shown", "")), scope=mine)
    except Refused as refusal:
        if refusal.problems[0].code not in MOVED:
            raise
        seen = replace(sight, path=f"{PAGE}/{proposal}")
        return _shown(house, seen, mine, proposal, status=409, moved=refusal.problems)
    return Redirect(f"{PAGE}/{proposal}", status_code=303)


@post("/approvals/{proposal:int}/withdraw", sync_to_thread=True, opt={"verb": "propose"})
def withdraw(house: AskedHouse, mine: AskedScope, proposal: PathNumber) -> Redirect:
    """Take back what still waits of an own proposal."""
    with house.db.app(mine.settings()) as conn:
        proposals.withdraw(conn, proposal)
    return Redirect(f"{PAGE}/{proposal}", status_code=303)


def _told(data: Mapping[str, Any]) -> tuple[list[int], dict[int, str]]:
    """What was decided of rows: ``row.<id>`` is approve, back or wait, ``remark.<id>`` what is said to the sender."""
    said = {name.removeprefix("row."): str(value) for name, value in data.items() if name.startswith("row.")}
    rows = {int(number): what for number, what in said.items() if number.isdecimal() and len(number) < 19}
    back = {number: str(data.get(f"remark.{number}", "")) for number, what in rows.items() if what == "back"}
    return [number for number, what in rows.items() if what == "approve"], back


def _shown(
    house: House, sight: Sight, mine: Scope, number: int, *, status: int = 200, moved: Sequence[Problem] = ()
) -> Response[str]:  # fmt: skip
    with house.db.app(mine.settings()) as conn:
        found = proposals.one(conn, number)
        declaration, lists = declared.one(conn, found.register), declared.code_lists(conn)
        lines = proposals.lines(conn, number)
    decides = not found.own and found.waiting and mine.may("approve", found.register)
    weighed = approving.weigh(house.db, number, scope=mine) if decides else None
    with house.db.app(mine.settings()) as conn:
        names = places.names(conn, views.area_codes(lines, weighed, declaration))
    told = views.Told(declaration, lists, names, mine, sight)
    view = views.opened(found, lines, weighed, told)
    said = [each.vi if sight.language == "vi" else each.en for each in moved]
    return page(sight, "staff/approval.html", status=status, view=view, moved=said)
