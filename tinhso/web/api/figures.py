"""Figures, their explanations and areas as JSON, for anybody."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import msgspec
from litestar import get

from tinhso.access import grants
from tinhso.areas import find
from tinhso.dashboards import boards, withholding
from tinhso.dashboards import declared as dashboards
from tinhso.foundation import clock
from tinhso.foundation.problems import refuse
from tinhso.indicators import explain
from tinhso.web.api.refusing import ANYBODY
from tinhso.web.api.shapes import Area, Figure
from tinhso.web.kit import feed, places
from tinhso.web.kit.asked import AskedHouse, AskedSight, MaybeNumber, MaybeWord, Number, PathWord, Word

MOST = 100
"""Areas or records in one answer at most."""


@get("/figures", sync_to_thread=True, opt={"public": True}, responses=ANYBODY)
def figures(
    house: AskedHouse, sight: AskedSight, board: Word = "article", area: MaybeWord = None, as_of: MaybeNumber = None
) -> list[Figure]:
    """A board's figures over an area; ``as_of`` is the leaf of a commit. What is withheld has no value but a note."""
    scope = grants.public_scope()
    with house.db.app(scope.settings()) as conn:
        here = places.here(conn, area)
        if as_of is not None:
            then = boards.fill(conn, board, here.code, scope, as_of=as_of)
            return _shaped(withholding.board(conn, then, scope, as_of=as_of).as_json())
    filled = feed.filled(house.db, board, here.code)
    return _shaped(feed.public(house.db, filled).as_json())


@get("/explain/{indicator:str}", sync_to_thread=True, opt={"public": True}, responses=ANYBODY)
def explained(
    house: AskedHouse, sight: AskedSight, indicator: PathWord, board: Word = "article", area: MaybeWord = None,
    limit: Number = 50,
) -> dict[str, Any]:  # fmt: skip
    """One figure explained, as at the board's day."""
    if not 0 <= limit <= MOST:
        raise refuse("web.bad_request", value=f"limit: {limit}")
    scope = grants.public_scope()
    with house.db.app(scope.settings()) as conn:
        here = places.here(conn, area)
        as_at = dashboards.one(conn, board).as_at
        found = explain.explain(conn, indicator, here.code, scope, as_at=as_at, limit=limit, whole=False)
    away = feed.withheld(house.db, indicator, as_at or clock.today())
    if away:
        found = withholding.explanation(found) if here.code in away else replace(found, sources=())
    return found.as_json(sight.language)


@get("/areas", sync_to_thread=True, opt={"public": True}, responses=ANYBODY)
def areas(house: AskedHouse, q: Word = "") -> list[Area]:
    """Areas whose name or code answers to ``q``, best first."""
    with house.db.app() as conn:
        return msgspec.convert([each.as_json() for each in find.find(conn, q)], list[Area])


def _shaped(rows: list[dict[str, Any]]) -> list[Figure]:
    return msgspec.convert(rows, list[Figure])
