"""Many files sent at once: how far they are, what is in each, and recording all that are right at once."""

from __future__ import annotations

from litestar import Response, get, post
from litestar.response import Redirect

from tinhso.access.scope import Scope
from tinhso.foundation.problems import Problem
from tinhso.intake import batches
from tinhso.intake import together as intake
from tinhso.registers import proposals
from tinhso.registers.changes import demand
from tinhso.web.kit.asked import AskedHouse, AskedScope, AskedSight, Form, PathNumber
from tinhso.web.kit.house import House
from tinhso.web.kit.pages import page
from tinhso.web.kit.sight import Sight
from tinhso.web.staff.views import together as views


@get("/intake/{batch:int}/together", sync_to_thread=True, opt={"verb": "propose"})
def together(house: AskedHouse, sight: AskedSight, mine: AskedScope, batch: PathNumber) -> Response[str]:
    """The files of one sending."""
    return _shown(house, sight, mine, batch, {})


@post("/intake/{batch:int}/together/look", sync_to_thread=True, opt={"verb": "propose"})
def look_again(house: AskedHouse, mine: AskedScope, batch: PathNumber) -> Redirect:
    """Go on looking at those that nobody has looked at yet: a server that stopped has left them."""
    with house.db.app(mine.settings()) as conn:
        found = batches.sent_together(conn, batch, scope=mine)
    intake.look(house.desk(), [each.id for each in found if each.state == "received"], scope=mine)
    return Redirect(f"/staff/intake/{batch}/together", status_code=303)


@post("/intake/{batch:int}/together/commit", sync_to_thread=True, opt={"verb": "propose"})
def record_all(house: AskedHouse, sight: AskedSight, mine: AskedScope, batch: PathNumber, data: Form) -> Response[str]:
    """Record the ticked files, or put them before the department, each whole and as it was shown."""
    with house.db.app(mine.settings()) as conn:
        known = {each.id: each for each in batches.sent_together(conn, batch, scope=mine)}
    demand(mine, "propose", known[batch].register)
    told = data.get("pick", [])
    pairs = (str(each).partition(":") for each in (told if isinstance(told, list) else [told]))
    marks = {int(number): mark for number, _, mark in pairs if number.isdecimal() and int(number) in known}
    left = intake.record(house.desk(), marks, scope=mine)
    seen = Sight(sight.language, sight.theme, f"/staff/intake/{batch}/together", person=sight.person,
                 cases=sight.cases, administers=sight.administers, auditor=sight.auditor)  # fmt: skip
    return _shown(house, seen, mine, batch, {each: said for each, said in left.items() if said is not None})


def _shown(house: House, sight: Sight, mine: Scope, batch: int, left: dict[int, Problem]) -> Response[str]:
    with house.db.app(mine.settings()) as conn:
        found = batches.sent_together(conn, batch, scope=mine)
    declaration = house.desk().declaration(found[0].register)
    sends = not proposals.alone(declaration, mine)
    return page(sight, "staff/together.html", view=views.view(found, declaration, left, sight, sends=sends))
