"""A file that waits for its sender's decision: look, choose repairs, commit, keep the good rows only, or drop."""

from __future__ import annotations

from typing import Any

from litestar import Response, get, post
from litestar.response import Redirect

from tinhso.access.scope import Scope
from tinhso.intake import batches
from tinhso.intake.batches import Review
from tinhso.intake.river import Choices
from tinhso.registers.changes import demand
from tinhso.web.kit.asked import AskedHouse, AskedSight, Form, PathNumber
from tinhso.web.kit.house import House
from tinhso.web.kit.pages import page
from tinhso.web.kit.sight import Sight
from tinhso.web.staff.views import review as views


@get("/intake/{batch:int}", sync_to_thread=True, opt={"verb": "propose"})
def review(house: AskedHouse, sight: AskedSight, batch: PathNumber) -> Response[str]:
    """What is in the file, what is wrong with it, and what committing it would change."""
    return _shown(house, sight, batches.review(house.desk(), batch, scope=house.station()))


@post("/intake/{batch:int}/choices", sync_to_thread=True, opt={"verb": "propose"})
def choose(house: AskedHouse, batch: PathNumber, data: Form) -> Redirect:
    """Keep which repairs the sender wants; the file is then checked again."""
    scope, desk = house.station(), house.desk()
    offered, wanted = set(_several(data, "offered")), set(_several(data, "repair"))
    with house.db.app(scope.settings()) as conn:
        known = batches.one(conn, batch, scope=scope).choices
    accept = (set(known.accept) - offered) | wanted
    decline = (set(known.decline) - wanted) | (offered - wanted)
    choices = Choices(known.columns, tuple(sorted(accept)), tuple(sorted(decline)), known.only_good, known.gone)
    batches.choose(desk, batch, choices, scope=scope)
    return Redirect(f"/staff/intake/{batch}", status_code=303)


@post("/intake/{batch:int}/commit", sync_to_thread=True, opt={"verb": "approve"})
def commit(house: AskedHouse, batch: PathNumber, data: Form) -> Redirect:
    """Make it true: the whole file, or with ``only_good`` the rows that are right."""
    scope = house.station()
    demand(scope, "approve")
    _settle(house, batch, scope, only_good=data.get("only_good") == "yes")
    return Redirect(f"/staff/intake/{batch}", status_code=303)


@post("/intake/{batch:int}/drop", sync_to_thread=True, opt={"verb": "propose"})
def drop(house: AskedHouse, batch: PathNumber) -> Redirect:
    """Leave the file: nothing of it is written."""
    batches.drop(house.desk(), batch, scope=house.station())
    return Redirect("/staff/intake", status_code=303)


def _settle(house: House, batch: int, scope: Scope, *, only_good: bool) -> None:
    desk = house.desk()
    with house.db.app(scope.settings()) as conn:
        known = batches.one(conn, batch, scope=scope).choices
    chosen = Choices(known.columns, known.accept, known.decline, only_good, known.gone)
    batches.choose(desk, batch, chosen, scope=scope)
    batches.settle(desk, batch, scope=scope)


def _shown(house: House, sight: Sight, found: Review) -> Response[str]:
    declaration = house.desk().declaration(found.batch.register)
    view = views.view(found, declaration, house.desk().lists, sight)
    return page(sight, "staff/review.html", view=view)


def _several(data: dict[str, Any], name: str) -> list[str]:
    """One or several values of a form's field."""
    value = data.get(name, [])
    return [str(each) for each in (value if isinstance(value, list) else [value])]
