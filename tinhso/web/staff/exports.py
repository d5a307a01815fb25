"""Carrying a list out as it was narrowed: a short one is there at once, a long one is made beside other work."""

from __future__ import annotations

import re
from typing import Any

from litestar import Request, Response, get, post
from litestar.response import File, Redirect

from tinhso.access.scope import Scope
from tinhso.foundation.database import Connection
from tinhso.foundation.problems import refuse
from tinhso.registers import declared, looking
from tinhso.registers.clauses import ONLY
from tinhso.registers.declaration import Declaration
from tinhso.registers.export import FORMATS, MEDIA_TYPES, Wish, aside, kept, resolved, streaming
from tinhso.web.kit import places, sight
from tinhso.web.kit.asked import AskedHouse, AskedScope, AskedSight, Form, MaybeWord, PathNumber, PathWord, Word
from tinhso.web.kit.pages import page
from tinhso.web.kit.sight import Sight
from tinhso.web.staff.views import asking
from tinhso.web.staff.views import exports as views

AnyRequest = Request[Any, Any, Any]
LONGEST_REASON = 500


@get("/exports", sync_to_thread=True, opt={"verb": "export"})
def exports(house: AskedHouse, sight: AskedSight, mine: AskedScope) -> Response[str]:
    """The files somebody asked for: how far each is, and where it can be had."""
    kept.sweep(house.home)
    with house.db.app(mine.settings()) as conn:
        found = kept.recent(conn)
        known = declared.every(conn)
    return page(sight, "staff/exports.html", view=views.view(found, known, sight))


@get("/registers/{name:str}/exports", sync_to_thread=True, opt={"verb": "export"})
def choose_export(
    request: AnyRequest, house: AskedHouse, sight: AskedSight, mine: AskedScope, name: PathWord, q: Word = "",
    area: MaybeWord = None, only: Word = "",
) -> Response[str]:  # fmt: skip
    """What kind of file a list shall be, and what for."""
    with house.db.app(mine.settings()) as conn:
        declaration = declared.one(conn, name)
        wish = _wished(conn, request, declaration, mine, sight, only=only)
    wish = resolved(house.db, wish, scope=mine)
    with house.db.app(mine.settings()) as conn:
        count = streaming.total(conn, declaration, wish, scope=mine)
    query = sight.link()[len(sight.path) :]
    return page(
        sight, "staff/carry.html", declaration=declaration, title=sight.say(declaration.title), count=count,
        query=query, personal=looking.personal(declaration), short=count <= aside.SHORT,
    )  # fmt: skip


@post("/registers/{name:str}/exports", sync_to_thread=True, opt={"verb": "export"})
def carry_out(
    request: AnyRequest, house: AskedHouse, sight: AskedSight, mine: AskedScope, name: PathWord, data: Form,
    q: Word = "", area: MaybeWord = None, only: Word = "",
) -> Redirect:  # fmt: skip
    """Make a file of the list that these very words of the address show; where no kind was told, ask for it."""
    form, reason = str(data.get("format", "")), str(data.get("reason", "")).strip()[:LONGEST_REASON]
    if "format" not in data:
        return Redirect(sight.link(), status_code=303)
    if form not in FORMATS:
        raise refuse("registers.export_unknown_format", value=form, known=", ".join(FORMATS))
    kept.sweep(house.home)
    with house.db.app(mine.settings()) as conn:
        declaration = declared.one(conn, name)
        if looking.personal(declaration) and not reason:
            raise refuse("web.no_reason")
        wish = _wished(conn, request, declaration, mine, sight, only=only, format=form, reason=reason)
    counted = resolved(house.db, wish, scope=mine)
    with house.db.app(mine.settings()) as conn:
        asked = kept.asked(conn, counted, scope=mine)
    waiting = aside.begin(house.db, house.home, asked, wish, scope=mine)
    return Redirect("/staff/exports" if waiting else f"/staff/exports/{asked.id}/file", status_code=303)


@get("/exports/{export:int}/file", sync_to_thread=True, opt={"verb": "export"})
def fetch(house: AskedHouse, mine: AskedScope, export: PathNumber) -> File:
    """A finished file, for whoever asked for it."""
    with house.db.app(mine.settings()) as conn:
        found, path = kept.fetched(conn, house.home, export, scope=mine)
    bare = re.sub(r"[^A-Za-z0-9._-]", "_", found.file_name)
    return File(path, filename=bare, media_type=MEDIA_TYPES[found.format], headers={"cache-control": "no-store"})


def _wished(
    conn: Connection, request: AnyRequest, declaration: Declaration, mine: Scope, seen: Sight, **more: Any
) -> Wish:
    """What the list's own page makes of the same words: its filters, its order and its range of places."""
    asked = asking.read(declaration, declared.code_lists(conn), sight.words(request), mine)
    here = places.here(conn, asked.area or places.own(conn, mine, declaration.register))
    filters = {name: each for name, each in asked.filters.items() if name != ONLY}
    return Wish(
        declaration.register, filters=filters, search=asked.q, order=asked.order,
        within=(here.low, here.high) if here.above else None, language=seen.language, **more,
    )  # fmt: skip
