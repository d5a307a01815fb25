"""Carrying a list out as it was narrowed: a short one is there at once, a long one is made beside other work."""

from __future__ import annotations

import re
from typing import Any

from litestar import Request, Response, get, post
from litestar.response import File, Redirect

from tinhso.access.scope import Scope
from tinhso.foundation.database import Connection
from tinhso.foundation.problems import refuse
from tinhso.registers import declared, looking, records
from tinhso.registers.declaration import Declaration
from tinhso.registers.export import FORMATS, MEDIA_TYPES, Wish, aside, kept
from tinhso.web.kit import places
from tinhso.web.kit.asked import AskedHouse, AskedScope, AskedSight, Form, MaybeWord, PathNumber, PathWord, Word
from tinhso.web.kit.pages import page
from tinhso.web.staff.views import exports as views
from tinhso.web.staff.views import records as record_views

LONGEST_REASON = 500


@get("/exports", sync_to_thread=True, opt={"verb": "export"})
def exports(house: AskedHouse, sight: AskedSight, mine: AskedScope) -> Response[str]:
    """The files somebody asked for: how far each is, and where it can be had."""
    kept.sweep(house.home)
    with house.db.app(mine.settings()) as conn:
        found = kept.recent(conn)
        known = declared.every(conn)
    return page(sight, "staff/exports.html", view=views.view(found, known, sight))


@post("/registers/{name:str}/exports", sync_to_thread=True, opt={"verb": "export"})
def carry_out(
    request: Request[Any, Any, Any], house: AskedHouse, sight: AskedSight, mine: AskedScope, name: PathWord, data: Form,
    q: Word = "", area: MaybeWord = None,
) -> Redirect:  # fmt: skip
    """Make a file of the list that these very words of the address show."""
    form, reason = str(data.get("format", "")), str(data.get("reason", "")).strip()[:LONGEST_REASON]
    if form not in FORMATS:
        raise refuse("registers.export_unknown_format", value=form, known=", ".join(FORMATS))
    kept.sweep(house.home)
    with house.db.app(mine.settings()) as conn:
        declaration = declared.one(conn, name)
        if looking.personal(declaration) and not reason:
            raise refuse("web.no_reason")
        filters, within = _narrowed(conn, declaration, mine, dict(request.query_params), area)
        wish = Wish(name, form, filters=filters, search=q, within=within, language=sight.language, reason=reason)
        asked = kept.asked(conn, wish, scope=mine)
    waiting = aside.begin(house.db, house.home, asked, scope=mine)
    return Redirect("/staff/exports" if waiting else f"/staff/exports/{asked.id}/file", status_code=303)


@get("/exports/{export:int}/file", sync_to_thread=True, opt={"verb": "export"})
def fetch(house: AskedHouse, mine: AskedScope, export: PathNumber) -> File:
    """A finished file, for whoever asked for it."""
    with house.db.app(mine.settings()) as conn:
        found, path = kept.fetched(conn, house.home, export, scope=mine)
    bare = re.sub(r"[^A-Za-z0-9._-]", "_", found.file_name)
    return File(path, filename=bare, media_type=MEDIA_TYPES[found.wish.format], headers={"cache-control": "no-store"})


def _narrowed(
    conn: Connection, declaration: Declaration, mine: Scope, query: dict[str, Any], area: str | None
) -> tuple[dict[str, Any], tuple[int, int] | None]:
    """What the list's page makes of the same words: its filters and its range of places."""
    here = places.here(conn, area or places.own(conn, mine, declaration.register))
    filters = record_views.filters(declaration, records.facets(declaration, mine), query)
    return filters, (here.low, here.high) if here.above else None
