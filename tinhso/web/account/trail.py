"""One's own trail: what one looked at lately, as it stands in the log."""

from __future__ import annotations

from litestar import Response, get

from tinhso.access import looked
from tinhso.access.looked import Wanted
from tinhso.registers import declared
from tinhso.web.account.answers import shown
from tinhso.web.kit.asked import AskedHouse, AskedScope, AskedSight, MaybeNumber


@get("/trail", sync_to_thread=True, opt={"own": True})
def trail(house: AskedHouse, sight: AskedSight, mine: AskedScope, before: MaybeNumber = None) -> Response[str]:
    """Fifty lines, newest first."""
    with house.db.app(mine.settings()) as conn:
        lines = looked.found(conn, Wanted(actor=mine.actor, before=before))
        titles = {name: sight.say(each.title) for name, each in declared.every(conn).items()}
    following = lines[-1].id if len(lines) == looked.SIZE else None
    return shown(sight, "trail.html", lines=lines, titles=titles, following=following)
