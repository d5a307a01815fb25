"""One's own drafts: forms that were left before they were recorded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from litestar import Response, get, post
from litestar.response import Redirect

from tinhso.intake.forms import drafts
from tinhso.intake.forms.drafts import Draft
from tinhso.registers import declared
from tinhso.registers.declaration import Declaration
from tinhso.web.kit.asked import AskedHouse, AskedScope, AskedSight, PathNumber
from tinhso.web.kit.pages import page
from tinhso.web.kit.sight import Sight
from tinhso.web.staff import forms
from tinhso.web.staff.forms import Open
from tinhso.web.staff.views import sending


@dataclass(frozen=True, slots=True)
class Line:
    """A draft in the list: its register, whether it is of a new record, the fields that were typed."""

    id: int
    register: str
    record: int | None
    fields: str
    kept_at: datetime
    until: date


@get("/drafts", sync_to_thread=True, opt={"verb": "propose"})
def drafts_page(house: AskedHouse, sight: AskedSight, mine: AskedScope) -> Response[str]:
    """One's own drafts, the last one first, and how long each is kept."""
    with house.db.app(mine.settings()) as conn:
        known = declared.every(conn)
        found = drafts.every(conn, scope=mine)
    return page(sight, "staff/drafts.html", lines=lines(found, known, sight), days=drafts.days())


@get("/drafts/{draft:int}", sync_to_thread=True, opt={"verb": "propose"})
def draft_page(house: AskedHouse, sight: AskedSight, mine: AskedScope, draft: PathNumber) -> Response[str]:
    """The form as it was left."""
    with house.db.app(mine.settings()) as conn:
        found = drafts.one(conn, draft, scope=mine)
    form = Open.of(house, sight, mine, found.register, found.record)
    return forms.shown(form, sending.of_draft(found), draft=found)


@post("/drafts/{draft:int}/drop", sync_to_thread=True, opt={"verb": "propose"})
def drop_draft(house: AskedHouse, mine: AskedScope, draft: PathNumber) -> Redirect:
    """Let a draft go, with all that was typed."""
    with house.db.app(mine.settings()) as conn:
        found = drafts.one(conn, draft, scope=mine)
        drafts.drop(conn, draft, scope=mine)
    where = f"/{found.record}" if found.record is not None else ""
    return Redirect(f"/staff/registers/{found.register}{where}", status_code=303)


def lines(found: Sequence[Draft], known: Mapping[str, Declaration], sight: Sight) -> list[Line]:
    """Drafts in words; which record it is of is told by its page, where that may be read."""
    return [
        Line(each.id, sight.say(known[each.register].title), each.record, _typed(each, known[each.register], sight),
             each.kept_at, each.until)
        for each in found
    ]  # fmt: skip


def _typed(draft: Draft, declaration: Declaration, sight: Sight) -> str:
    values = draft.content.values
    titles = [sight.say(each.title) for name, each in declaration.fields.items() if name in values]
    return ", ".join(titles)
