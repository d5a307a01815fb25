"""Change sets: who changed what by which way, and taking one back."""

from __future__ import annotations

from litestar import Response, get, post
from litestar.response import Redirect

from tinhso.foundation.problems import refuse
from tinhso.registers import changes as registers
from tinhso.registers import declared, history
from tinhso.web.kit.asked import AskedHouse, AskedScope, AskedSight, Form, MaybeNumber, MaybeWord, PathNumber
from tinhso.web.kit.pages import page

SIZE = 50


@get("/changes", sync_to_thread=True, opt={"verb": "read"})
def changes(
    house: AskedHouse, sight: AskedSight, mine: AskedScope, register: MaybeWord = None, before: MaybeNumber = None
) -> Response[str]:
    """Fifty change sets, newest first."""
    with house.db.app(mine.settings()) as conn:
        found = history.change_sets(conn, scope=mine, register=register, before=before, size=SIZE)
        titles = {name: sight.say(each.title) for name, each in declared.every(conn).items()}
    following = found[-1].id if len(found) == SIZE else None
    return page(sight, "staff/changes.html", found=found, titles=titles, following=following, register=register)


@post("/changes/{change_set:int}/undo", sync_to_thread=True, opt={"verb": "approve"})
def undo(house: AskedHouse, mine: AskedScope, change_set: PathNumber, data: Form) -> Redirect:
    """Take a change set back by a new one; the reason stays with it for ever."""
    reason = str(data.get("reason", "")).strip()
    if not reason:
        raise refuse("web.no_reason")
    registers.undo(house.db, change_set, reason=reason, scope=mine)
    return Redirect("/staff/changes", status_code=303)
