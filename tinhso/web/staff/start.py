"""The first page of whoever is signed in: what is due, what came back, what waits, what changed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from litestar import Response, get

from tinhso.access import looked, roles
from tinhso.access.people import listed
from tinhso.access.scope import Scope
from tinhso.foundation import clock
from tinhso.foundation.database import Connection
from tinhso.intake import batches
from tinhso.intake.forms import drafts
from tinhso.intake.rounds import standing
from tinhso.privacy import cases
from tinhso.registers import declared, history, proposals, records, transfers
from tinhso.registers.declaration import Declaration
from tinhso.registers.quality import behind
from tinhso.web.kit.asked import AskedHouse, AskedScope, AskedSight
from tinhso.web.kit.pages import page
from tinhso.web.staff.views import desks, rounds, start

WEEK = timedelta(days=7)


@get("/", sync_to_thread=True, opt={"own": True})
def home(house: AskedHouse, sight: AskedSight, mine: AskedScope) -> Response[str]:
    """What somebody should know when the day begins, as far as the own area, registers and duties go."""
    today = clock.today()
    with house.db.app(mine.settings()) as conn:
        known = {name: each for name, each in declared.every(conn).items()
                 if mine.may("read", name) or mine.may("propose", name)}  # fmt: skip
        since, leaf = _last_visit(conn)
        facts = start.Facts(
            standing.every(conn, today, scope=mine), batches.recent(conn, scope=mine), transfers.own(conn),
            proposals.listed(conn) if mine.may("propose") or mine.may("approve") else (),
            sum(case.state == "waiting" for case in transfers.cases(conn)) if mine.may("approve") else 0,
            _changed(conn, known, leaf, mine), leaf, since,
            cases.every(conn, house.office(), scope=mine, open_only=False),
        )  # fmt: skip
        duty = _duty(conn, house.demands_factor) if mine.may("administer") else None
        unusual = looked.notices(conn) if mine.may("audit") else []
        unrecorded = len(drafts.every(conn, scope=mine))
    notices = sum(each.at > clock.now() - WEEK for each in unusual)
    told = rounds.Told(known, today, sight)
    desk = desks.view(duty, sight) if duty else None
    seen = start.view(facts, told, mine, len(desk.tasks) if desk else 0)
    return page(sight, "staff/start.html", view=seen, desk=desk, notices=notices, drafts=unrecorded)


def _duty(conn: Connection, demanded: bool) -> desks.Duty:
    """What whoever administers looks after."""
    titles = {name: kept.role.title for name, kept in roles.every(conn).items()}
    return desks.Duty(listed.everybody(conn), listed.owing(conn), listed.keys(conn), listed.lately(conn), titles,
                      demanded, clock.now())  # fmt: skip


def _last_visit(conn: Connection) -> tuple[datetime | None, int]:
    """When whoever asks was here before, and the last commit of then; a week ago for who comes the first time."""
    row = conn.execute("select at, leaf from rounds.visited()").fetchone()
    if row is not None and row[0] is not None:
        return row[0], int(row[1])
    return None, history.leaf_at(conn, clock.now() - WEEK)


def _changed(conn: Connection, known: Mapping[str, Declaration], leaf: int, mine: Scope) -> dict[str, int]:
    """How many records of each register came or changed since a commit; only registers written since are asked."""
    written = conn.execute("select register from registers.register where last_leaf > %s", [leaf]).fetchall()
    counts = {name: records.count(conn, known[name], scope=mine, filters={"since": behind.since(leaf)})
              for (name,) in written if name in known and mine.may("read", name)}  # fmt: skip
    return {name: count for name, count in counts.items() if count}
