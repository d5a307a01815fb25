"""Registers and their lists: find, narrow, sort, count, page. One record's page is ``record``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from litestar import Request, Response, get

from tinhso.access.scope import Scope
from tinhso.foundation.database import Connection
from tinhso.registers import declared, history, ordering, records, saved
from tinhso.registers.clauses import Clause
from tinhso.registers.declaration import Declaration
from tinhso.registers.quality import behind
from tinhso.registers.records import Tally
from tinhso.web.kit import paging, places, sight
from tinhso.web.kit.asked import AskedHouse, AskedScope, AskedSight, MaybeWord, PathWord, Word
from tinhso.web.kit.house import House
from tinhso.web.kit.pages import page
from tinhso.web.kit.places import Here
from tinhso.web.staff.views import asking, lists
from tinhso.web.staff.views import facets as facet_views
from tinhso.web.staff.views import records as views
from tinhso.web.staff.views.asking import Asked
from tinhso.web.staff.views.lists import Facts

AnyRequest = Request[Any, Any, Any]


@get("/registers", sync_to_thread=True, opt={"verb": "read"})
def registers(house: AskedHouse, sight: AskedSight, mine: AskedScope) -> Response[str]:
    """The registers that whoever asks may read, with how many records each holds for them."""
    with house.db.app(mine.settings()) as conn:
        known = {name: each for name, each in declared.every(conn).items() if mine.may("read", name)}
        counts = {name: records.count(conn, declaration, scope=mine) for name, declaration in known.items()}
    return page(sight, "staff/registers.html", groups=views.registers(known, counts, sight))


@get("/registers/{name:str}", sync_to_thread=True, opt={"verb": "read"})
def register(
    request: AnyRequest, house: AskedHouse, sight: AskedSight, mine: AskedScope, name: PathWord, q: Word = "",
    area: MaybeWord = None, after: MaybeWord = None, sort: Word = "", columns: MaybeWord = None, only: Word = "",
) -> Response[str]:  # fmt: skip
    """Fifty records as the address asks for them (``views.asking``); counts come with ``faceted`` afterwards."""
    behind_it = _only(house, name, only, mine)
    with house.db.app(mine.settings()) as conn:
        declaration, known = declared.one(conn, name), declared.code_lists(conn)
        asked = _asked(request, declaration, known, mine, behind_it)
        here = places.here(conn, asked.area or places.own(conn, mine, name))
        sortable = ordering.sortable(conn, declaration, mine)
        found = records.page(
            conn, declaration, scope=mine, search=asked.q, filters=asked.filters, within=_within(here),
            after=paging.position(asked.after), order=asked.order,
        )  # fmt: skip
        kept = saved.every(conn, name, scope=mine)
        facts = _facts(conn, declaration, asked, found.rows)
    view = lists.listed(
        declaration, known, asked, found.rows, facts, sight, sortable=sortable, saved=kept, actor=mine.actor,
        token=paging.token(found.after),
    )  # fmt: skip
    pane = _pane(declaration, known, asked, here, sight, mine)
    counting = f"{sight.path}/facets?{view.query}"
    answer = page(
        sight, "staff/register.html", view=view, pane=pane, here=here, asked=asked, counting=counting,
        exports=_exports(request) and mine.may("export", name), may_propose=mine.may("propose", name),
        may_write=mine.may("propose", name),
    )  # fmt: skip
    # while one types the address follows, without an entry in the history for each letter
    answer.headers["hx-replace-url"] = f"{sight.path}?{view.query}" if view.query else sight.path
    return answer


@get("/registers/{name:str}/facets", sync_to_thread=True, opt={"verb": "read"})
def faceted(
    request: AnyRequest, house: AskedHouse, sight: AskedSight, mine: AskedScope, name: PathWord, q: Word = "",
    area: MaybeWord = None, only: Word = "",
) -> Response[str]:  # fmt: skip
    """How many records a list has in all, in each unit and with each code: the list asks for this piece afterwards."""
    behind_it = _only(house, name, only, mine)
    with house.db.app(mine.settings()) as conn:
        declaration, known = declared.one(conn, name), declared.code_lists(conn)
        asked = _asked(request, declaration, known, mine, behind_it)
        here = places.here(conn, asked.area or places.own(conn, mine, name))
        tally = records.tally(
            conn, declaration, scope=mine, search=asked.q, filters=asked.filters, within=_within(here),
            parts=here.parts(),
        )  # fmt: skip
    pane = _pane(declaration, known, asked, here, sight, mine, tally)
    title = sight.say(declaration.title)
    query = asked.query()
    return page(
        sight, "staff/facets.html", pane=pane, title=title, register=name, count=tally.count, query=query,
        narrowed=bool(asked.q or asked.filters),
    )  # fmt: skip


def _asked(
    request: AnyRequest, declaration: Declaration, known: Any, mine: Scope, behind_it: Mapping[str, Clause]
) -> Asked:
    asked = asking.read(declaration, known, sight.words(request), mine)
    return replace(asked, filters={**asked.filters, **behind_it})


def _only(house: House, register: str, word: str, mine: Scope) -> Mapping[str, Clause]:
    """The condition behind a number of the quality page; asked for before the list's own transaction begins."""
    if not word:
        return {}
    with house.db.app(mine.settings()) as conn:
        declaration = declared.one(conn, register)
    return behind.filters(house.db, declaration, word, scope=mine)


def _within(here: Here) -> tuple[int, int] | None:
    return (here.low, here.high) if here.above else None


def _pane(
    declaration: Declaration, known: Any, asked: Asked, here: Here, seen: sight.Sight, mine: Scope,
    tally: Tally | None = None,
) -> facet_views.Narrowing:  # fmt: skip
    return facet_views.narrowing(
        declaration, known, asked, here, seen, facets=records.facets(declaration, mine),
        may_ask=asking.may_ask(declaration, mine), tally=tally,
    )  # fmt: skip


def _facts(conn: Connection, declaration: Declaration, asked: Asked, rows: Sequence[Any]) -> Facts:
    """The names of what a page's rows hold by number or code."""
    fields = [name for name, field in declaration.fields.items() if field.type == "area" and name in asked.columns]
    codes = {str(row[name]) for row in rows for name in fields if row[name]}
    codes |= {str(value) for name in declaration.fields if declaration.fields[name].type == "area"
              for value in getattr(asked.filters.get(name), "values", ())}  # fmt: skip
    return Facts(
        places.names_by_id(conn, [row["area"] for row in rows if row["area"] is not None]),
        history.moments(conn, {row["change_set"] for row in rows}), places.names(conn, sorted(codes)),
    )  # fmt: skip


def _exports(request: AnyRequest) -> bool:
    """Whether this house carries lists out: the hand-over is offered only where its route is."""
    return any(route.path_format.endswith("/registers/{register}/exports") or route.path_format.endswith(
        "/registers/{name}/exports") for route in request.app.routes if hasattr(route, "path_format"))  # fmt: skip
