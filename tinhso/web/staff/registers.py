"""Registers and their records: find, list, open one with its history."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get

from tinhso.access import looked
from tinhso.access.looked import Wanted
from tinhso.access.scope import Scope
from tinhso.registers import declared, history, looking, records
from tinhso.registers.declaration import Declaration
from tinhso.web.kit import paging, places
from tinhso.web.kit.asked import AskedHouse, AskedScope, AskedSight, MaybeWord, PathNumber, PathWord, Word
from tinhso.web.kit.pages import page
from tinhso.web.kit.sight import Sight
from tinhso.web.staff.views import facets as facet_views
from tinhso.web.staff.views import looked as looked_views
from tinhso.web.staff.views import records as views


@get("/registers", sync_to_thread=True, opt={"verb": "read"})
def registers(house: AskedHouse, sight: AskedSight, mine: AskedScope) -> Response[str]:
    """The registers that whoever asks may read, with how many records each holds for them."""
    with house.db.app(mine.settings()) as conn:
        known = {name: each for name, each in declared.every(conn).items() if mine.may("read", name)}
        counts = {name: records.count(conn, declaration, scope=mine) for name, declaration in known.items()}
    return page(sight, "staff/registers.html", groups=views.registers(known, counts, sight))


@get("/registers/{name:str}", sync_to_thread=True, opt={"verb": "read"})
def register(
    request: Request[Any, Any, Any], house: AskedHouse, sight: AskedSight, mine: AskedScope, name: PathWord,
    q: Word = "", area: MaybeWord = None, after: MaybeWord = None,
) -> Response[str]:  # fmt: skip
    """Fifty records in the register's own order, found, narrowed and counted."""
    with house.db.app(mine.settings()) as conn:
        declaration, lists = declared.one(conn, name), declared.code_lists(conn)
        here = places.here(conn, area or places.own(conn, mine, name))
        facets = records.facets(declaration, mine)
        filters = views.filters(declaration, facets, dict(request.query_params))
        within = (here.low, here.high) if here.above else None
        found = records.page(
            conn, declaration, scope=mine, search=q, filters=filters, within=within, after=paging.position(after)
        )
        # counting what was searched or filtered may take longer than the page: the page asks for it afterwards
        count = None if q or filters else records.count(conn, declaration, scope=mine, within=within)
        areas = places.names_by_id(conn, [row["area"] for row in found.rows if row["area"] is not None])
    view = views.listed(declaration, lists, found.rows, areas, sight, facets=facets, filters=filters, count=count)
    following = paging.token(found.after)
    counting = Sight(sight.language, path=f"{sight.path}/count", query=sight.query).link(after=None)
    by_code = Sight(sight.language, path=f"{sight.path}/facets", query=sight.query).link(after=None)
    return page(
        sight, "staff/register.html", view=view, here=here, q=q, following=following, first=after is None,
        counting=counting, by_code=by_code, may_export=mine.may("export", name), may_propose=mine.may("propose", name),
        personal=looking.personal(declaration),
    )  # fmt: skip


@get("/registers/{name:str}/count", sync_to_thread=True, opt={"verb": "read"})
def counted(
    request: Request[Any, Any, Any], house: AskedHouse, sight: AskedSight, mine: AskedScope, name: PathWord,
    q: Word = "", area: MaybeWord = None,
) -> Response[str]:  # fmt: skip
    """How many records a list has in all: the piece that the list's page asks for once it is there."""
    with house.db.app(mine.settings()) as conn:
        declaration = declared.one(conn, name)
        here = places.here(conn, area or places.own(conn, mine, name))
        filters = views.filters(declaration, records.facets(declaration, mine), dict(request.query_params))
        within = (here.low, here.high) if here.above else None
        count = records.count(conn, declaration, scope=mine, search=q, filters=filters, within=within)
    return page(sight, "staff/counted.html", count=count, title=sight.say(declaration.title), register=name)


@get("/registers/{name:str}/facets", sync_to_thread=True, opt={"verb": "read"})
def faceted(
    request: Request[Any, Any, Any], house: AskedHouse, sight: AskedSight, mine: AskedScope, name: PathWord,
    q: Word = "", area: MaybeWord = None,
) -> Response[str]:  # fmt: skip
    """How many records of a list have each code of its facets: a piece that the list's page asks for afterwards."""
    with house.db.app(mine.settings()) as conn:
        declaration, lists = declared.one(conn, name), declared.code_lists(conn)
        here = places.here(conn, area or places.own(conn, mine, name))
        chosen = views.filters(declaration, records.facets(declaration, mine), dict(request.query_params))
        within = (here.low, here.high) if here.above else None
        counts = records.facet_counts(conn, declaration, scope=mine, search=q, filters=chosen, within=within)
    listed = Sight(sight.language, path=sight.path.removesuffix("/facets"), query=sight.query)
    made = facet_views.counted(declaration, lists, counts, chosen, listed)
    return page(sight, "staff/facets.html", facets=made, title=sight.say(declaration.title), register=name)


@get("/registers/{name:str}/{record_id:int}", sync_to_thread=True, opt={"verb": "read"})
def record(
    house: AskedHouse, sight: AskedSight, mine: AskedScope, name: PathWord, record_id: PathNumber
) -> Response[str]:
    """One record: what it says now, and every version with the change set that brought it."""
    with house.db.app(mine.settings()) as conn:
        declaration, lists = declared.one(conn, name), declared.code_lists(conn)
        versions = history.versions(conn, declaration, record_id, scope=mine)
        areas = places.names(conn, views.area_codes(declaration, versions))
        audits, citizen = mine.may("audit"), _citizen(declaration, mine)
        lines = looked.found(conn, Wanted(register=name, record=record_id), size=20) if audits else []
    view = views.opened(declaration, lists, versions, areas, sight)
    told = [(each, looked_views.how(each, declaration, sight)) for each in lines]
    return page(sight, "staff/record.html", view=view, record=record_id, audits=audits, looks=told, citizen=citizen)


def _citizen(declaration: Declaration, mine: Scope) -> bool:
    """Whether the record names a citizen, and who looks may hand a code over."""
    names = any(field.check == "citizen_id" for field in declaration.fields.values())
    return names and mine.may("approve", declaration.register)
