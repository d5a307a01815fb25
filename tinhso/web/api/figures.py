"""Figures, their explanations and areas as JSON, for anybody."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import msgspec
from litestar import Request, get

from tinhso.access import grants
from tinhso.access.scope import Scope
from tinhso.areas import find
from tinhso.dashboards import boards, withholding
from tinhso.dashboards import declared as dashboards
from tinhso.foundation import clock
from tinhso.foundation.problems import refuse
from tinhso.indicators import declared as indicators
from tinhso.indicators import explain
from tinhso.web.api.refusing import ANYBODY
from tinhso.web.api.shapes import Area, Figure
from tinhso.web.kit import feed, places, standing
from tinhso.web.kit.asked import AskedHouse, AskedSight, MaybeNumber, MaybeWord, Number, PathWord, Word
from tinhso.web.kit.house import House

MOST = 100
"""Areas or records in one answer at most."""


@get("/figures", sync_to_thread=True, opt={"public": True}, responses=ANYBODY)
def figures(
    request: Request[Any, Any, Any], house: AskedHouse, sight: AskedSight, board: Word = "article",
    area: MaybeWord = None, as_of: MaybeNumber = None,
) -> list[Figure]:  # fmt: skip
    """A board's figures over an area; ``as_of`` is the leaf of a commit. What is withheld has no value but a note.

    Whoever is signed in is told also those for staff that the own scope reads; these are made anew for each answer.
    """
    scope = grants.public_scope()
    with house.db.app(scope.settings()) as conn:
        here = places.here(conn, area)
        if as_of is not None:
            then = boards.fill(conn, board, here.code, scope, as_of=as_of)
            return _shaped(withholding.board(conn, then, scope, as_of=as_of).as_json())
    filled = feed.filled(house.db, board, here.code)
    told, mine = feed.public(house.db, filled), standing.known(request)
    if mine is None:
        return _shaped(told.as_json())
    with house.db.app(mine.settings()) as conn:
        if not any(each.visibility == "staff" for each in indicators.every(conn).indicators.values()):
            return _shaped(told.as_json())
        own = boards.fill(conn, board, here.code, mine)
    known = {row.id: row for row in told.rows}
    return _shaped([known.get(row.id, row).as_json() for row in own.rows])


@get("/explain/{indicator:str}", sync_to_thread=True, opt={"public": True}, responses=ANYBODY)
def explained(
    request: Request[Any, Any, Any], house: AskedHouse, sight: AskedSight, indicator: PathWord,
    board: Word = "article", area: MaybeWord = None, limit: Number = 50,
) -> dict[str, Any]:  # fmt: skip
    """One figure explained, as at the board's day."""
    if not 0 <= limit <= MOST:
        raise refuse("web.bad_request", value=f"limit: {limit}")
    scope = _asking(request, house, indicator)
    with house.db.app(scope.settings()) as conn:
        here = places.here(conn, area)
        as_at = dashboards.one(conn, board).as_at
        found = explain.explain(conn, indicator, here.code, scope, as_at=as_at, limit=limit, whole=False)
        weighed = withholding.weighed(conn, indicator)
    if weighed and scope.public:
        away = feed.withheld(house.db, indicator, as_at or clock.today())
        found = withholding.explanation(found) if here.code in away else replace(found, sources=())
    return found.as_json(sight.language)


def _asking(request: Request[Any, Any, Any], house: House, indicator: str) -> Scope:
    """Everybody's scope, or for a figure that is for staff the visitor's own."""
    with house.db.app() as conn:
        found = indicators.every(conn).indicators.get(indicator)
    mine = standing.known(request) if found is not None and found.visibility == "staff" else None
    return mine or grants.public_scope()


@get("/areas", sync_to_thread=True, opt={"public": True}, responses=ANYBODY)
def areas(house: AskedHouse, q: Word = "") -> list[Area]:
    """Areas whose name or code answers to ``q``, best first."""
    with house.db.app() as conn:
        return msgspec.convert([each.as_json() for each in find.find(conn, q)], list[Area])


def _shaped(rows: list[dict[str, Any]]) -> list[Figure]:
    return msgspec.convert(rows, list[Figure])
