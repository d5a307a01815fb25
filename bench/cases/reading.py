"""Reading from a full register, as province, district and commune: boards, figures, pages and searches."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from functools import partial
from itertools import count
from typing import Any

import psycopg

from bench.cases import policies
from bench.ground import Ground
from bench.material import REGISTER
from bench.measuring import Measure, Timed, gathered, seconds, within
from tinhso.access import grants
from tinhso.access.scope import Scope
from tinhso.dashboards import boards
from tinhso.indicators import figures, fold
from tinhso.intake.desk import Desk
from tinhso.registers import conditions, ordering, records
from tinhso.web.kit import places

PROVINCE, DISTRICT, COMMUNE = "02", "026", "00715"
FILTERS: tuple[dict[str, Any], ...] = (
    {"status": "employed"}, {"status": "unemployed"}, {"gender": "female", "qualification": "university"},
)  # fmt: skip
WORDS = ("nguyen thi huong", "vang mi", "giang thi", "ly van", "dong van", "khong co ai")
SYLLABLES = ("hoa", "huong", "dong", "vang")
CALLS = 60


class Reading:
    """The reading cases over one full database, whose deltas are folded and tables vacuumed, as after a night."""

    def __init__(self, ground: Ground, full: str) -> None:
        self.ground, self.name = ground, ground.fresh(full)

    def __enter__(self) -> Reading:
        settled(self.ground, self.name)
        return self

    def __exit__(self, *_: object) -> None:
        self.ground.drop(self.name)

    def all(self) -> Iterator[Measure]:
        """Every reading case."""
        with self.ground.desk(self.name) as desk:
            scopes = _scopes(desk)
            yield from _boards(desk, scopes["province"], scopes["commune"])
            for level, scope in scopes.items():
                yield within(f"page of 50 by name, {level}", _worst(_pages(desk, scope)), 50)
            for level, scope in scopes.items():
                yield within(f"search, two words, {level}", _worst(_searches(desk, scope, WORDS)), 30)
                yield within(f"search, one syllable, {level}", _worst(_searches(desk, scope, SYLLABLES)), 70)
            for level, scope in scopes.items():
                yield within(f"page of 50 in another order, {level}", _worst(_ordered(desk, scope)), 60)
            for level, scope in scopes.items():
                yield within(f"facets unfiltered, {level}", _worst([partial(_tally, desk, scope)]), 150)
                yield within(f"facets filtered, {level}", _worst(_tallies(desk, scope)), 400)
        yield from policies.all_of(self.ground, self.name)


def settled(ground: Ground, name: str) -> None:
    """Fold deltas and vacuum, as the server does by itself in quiet hours."""
    with ground.desk(name) as desk, desk.db.owner() as conn:
        fold.fold(conn)
    _, owner = ground.dsns(name)
    with psycopg.connect(owner, autocommit=True) as conn:
        for table in (f"registers.{REGISTER}", f"history.{REGISTER}", "indicators.cell", "indicators.delta"):
            conn.execute(f"vacuum analyze {table}".encode())
    ground.settle()


def _scopes(desk: Desk) -> dict[str, Scope]:
    with desk.db.app() as conn:

        def over(code: str) -> Scope:
            return grants.over(conn, [code], [grants.READ], f"officer-{code}", unmask=["*"])

        return {"province": grants.station(), "district": over(DISTRICT), "commune": over(COMMUNE)}


def _calls(action: Callable[[], object], calls: int = CALLS) -> Timed:
    for _ in range(3):
        action()
    return gathered(lambda: seconds(action), calls)


def _worst(ways: Iterable[Callable[[], object]]) -> Timed:
    """The way of asking that has the highest 95th percentile: the promise holds for each."""
    return max((_calls(way, CALLS // 2) for way in ways), key=lambda timed: timed.percentile(0.95))


def _boards(desk: Desk, province: Scope, commune: Scope) -> Iterator[Measure]:
    here, there = _Days(desk, province, PROVINCE), _Days(desk, commune, COMMUNE)
    yield within("board article, province", _calls(here.same_board), 30)
    yield within("board article, province, ever another day", _calls(here.board), 30)
    yield within("board article, commune, ever another day", _calls(there.board), 30)
    yield within("one figure, province, ever another day", _calls(here.figure), 30)


class _Days:
    """Asks for another day each time, so that nothing is answered from what was kept; or for the board's own day."""

    def __init__(self, desk: Desk, scope: Scope, area: str) -> None:
        self._desk, self._scope, self._area = desk, scope, area
        self._days = (date(2023, 11, 30) - timedelta(number) for number in count())

    def same_board(self) -> None:
        with self._desk.db.app(self._scope.settings()) as conn:
            boards.fill(conn, "article", self._area, self._scope)

    def board(self) -> None:
        with self._desk.db.app(self._scope.settings()) as conn:
            boards.fill(conn, "article", self._area, self._scope, as_at=next(self._days))

    def figure(self) -> None:
        with self._desk.db.app(self._scope.settings()) as conn:
            figures.compute(conn, ["A09"], self._area, next(self._days), scope=self._scope)


def _pages(desk: Desk, scope: Scope) -> Iterator[Callable[[], records.Page]]:
    """The first page and one further down, without a filter and with each of them."""
    for chosen in ({}, *FILTERS):
        first = partial(_page, desk, scope, filters=chosen)
        yield first
        if (after := first().after) is not None:
            yield partial(_page, desk, scope, filters=chosen, after=after)


def _searches(desk: Desk, scope: Scope, words: tuple[str, ...]) -> Iterator[Callable[[], records.Page]]:
    yield from (partial(_page, desk, scope, search=word) for word in words)


def _ordered(desk: Desk, scope: Scope) -> Iterator[Callable[[], records.Page]]:
    """The first page and the next in every order that a register of that size offers."""
    declaration = desk.declaration(REGISTER)
    with desk.db.app(scope.settings()) as conn:
        offered = sorted(ordering.sortable(conn, declaration, scope))
    for name in offered:
        field = declaration.fields.get(name)
        ranks = tuple(desk.lists[field.codes].codes) if field and field.codes else ()
        for down in (False, True):
            order = ordering.of(declaration, scope, name, down, ranks)
            first = partial(_page, desk, scope, order=order)
            yield first
            if (after := first().after) is not None:
                yield partial(_page, desk, scope, order=order, after=after)


def _tallies(desk: Desk, scope: Scope) -> Iterator[Callable[[], records.Tally]]:
    day = conditions.Span(date(2023, 1, 1), None)
    for chosen in (*FILTERS, {"surveyed_on": day}, {"job": conditions.Words("trong ngo")}):
        yield partial(_tally, desk, scope, filters=chosen)
    yield partial(_tally, desk, scope, search="vang mi")


def _tally(desk: Desk, scope: Scope, **asked: Any) -> records.Tally:
    with desk.db.app(scope.settings()) as conn:
        parts = places.here(conn, places.own(conn, scope, REGISTER)).parts()
        return records.tally(conn, desk.declaration(REGISTER), scope=scope, parts=parts, **asked)


def _page(desk: Desk, scope: Scope, **asked: Any) -> records.Page:
    with desk.db.app(scope.settings()) as conn:
        return records.page(conn, desk.declaration(REGISTER), scope=scope, **asked)
