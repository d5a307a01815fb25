"""What the second wall costs: the same queries under row policies and, as the tables' owner, under none.

Both run in a transaction that stands already; what sealing a scope adds to a transaction is measured by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from bench.ground import Ground
from bench.material import REGISTER
from bench.measuring import Measure, Timed, against, gathered, plain, seconds
from tinhso.access import grants
from tinhso.access.scope import Scope
from tinhso.foundation.database import Connection, made_sql
from tinhso.intake.desk import Desk
from tinhso.registers import records

PAGE, AGGREGATE = 1.2, 1.5
"""Goals: how many times as long a query may take under policies."""
AGGREGATES = {
    "a count": "select count(*) from registers.{register} r where {scope}",
    "counts by commune": "select commune, status, count(*) from registers.{register} r where {scope} group by 1, 2",
    "a sum of text": "select sum(length(full_name)) from registers.{register} r where {scope}",
}
PAGES, COUNTS = 200, 21
Asked = Callable[[Connection], object]


def all_of(ground: Ground, name: str) -> Iterator[Measure]:
    """Every case over one full, settled database."""
    with ground.desk(name) as desk:
        scopes = _scopes(desk)
        for level, scope in scopes.items():
            page = partial(_page, desk, scope)
            yield _compared(desk, scope, f"page of 50 under policies, {level}", page, PAGES, PAGE)
        province = scopes["province"]
        for told, query in AGGREGATES.items():
            text = query.format(register=REGISTER, scope=province.predicate(REGISTER, "r.place"))
            yield _compared(desk, province, f"{told} under policies, province", partial(_all, text), COUNTS, AGGREGATE)
        yield _sealing(desk, scopes["commune"])


def _scopes(desk: Desk) -> dict[str, Scope]:
    with desk.db.app() as conn:
        commune = grants.over(conn, ["00715"], [grants.READ], "officer-00715", unmask=["*"])
        apart = grants.over(conn, ["00715", "00796", "00700", "00829"], [grants.READ], "officer-4", unmask=["*"])
    return {"province": grants.station(), "commune": commune, "four communes apart": apart}


def _compared(desk: Desk, scope: Scope, name: str, asked: Asked, calls: int, goal: float) -> Measure:
    """Medians of calls by turns, so that both meet the same machine."""
    with desk.db.app(scope.settings()) as under, desk.db.owner() as none:
        for _ in range(10):  # statements are prepared, pages of the table are at hand
            asked(under), asked(none)
        pairs = [(seconds(partial(asked, under)), seconds(partial(asked, none))) for _ in range(calls)]
    timed = Timed(tuple(first for first, _ in pairs), 0, 0)
    limit = Timed(tuple(second for _, second in pairs), 0, 0)
    without = limit.percentile(0.5) * 1000
    return against(name, timed, timed.percentile(0.5) * 1000, "ms", ("no policies", without), goal)


def _page(desk: Desk, scope: Scope, conn: Connection) -> object:
    return records.page(conn, desk.declaration(REGISTER), scope=scope)


def _all(query: str, conn: Connection) -> list[Any]:
    return conn.execute(made_sql(query)).fetchall()


def _sealing(desk: Desk, scope: Scope) -> Measure:
    def sealed() -> None:
        with desk.db.app(scope.settings()) as conn:
            conn.execute("select 1")

    return plain("a transaction with a sealed scope", gathered(lambda: seconds(sealed), PAGES))
