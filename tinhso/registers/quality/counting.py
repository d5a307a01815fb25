"""All measures of a register counted at once: one pass over its records by place, never a query for each unit.

Counts are kept as long as nothing changes: a commit to the register, its declaration, a code list, the tree of areas,
the day. What is counted depends on the places a scope reads, so that is what the kept counts are known by.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from threading import Lock

import polars as pl

from tinhso.access.scope import Scope
from tinhso.foundation import clock
from tinhso.foundation.database import SQL, Composable, Connection, Database, frame, ident, made_sql
from tinhso.foundation.memory import Memory
from tinhso.registers import declared
from tinhso.registers.declaration import CodeList, Declaration
from tinhso.registers.quality import closer, conditions, limits
from tinhso.registers.quality import measures as known
from tinhso.registers.quality.closer import Found
from tinhso.registers.quality.conditions import Limits
from tinhso.registers.quality.measures import TOGETHER, Measure

MONTHS = 12
_kept: Memory[Hashable, Counted] = Memory(200)
_counting = Lock()


@dataclass(frozen=True, slots=True)
class Counted:
    """A register counted. ``frame``: ``place``, ``since`` (which of ``months`` its versions are of, 0 for earlier
    ones), ``records``, ``latest`` (change set), and by word of each measure that a query tells, and of those told
    together, how many records have it. ``past``: versions that ended, with ``until``, ``records``, ``missing`` and
    ``wrong``. ``closer`` are records by word."""

    measures: tuple[Measure, ...]
    frame: pl.DataFrame
    past: pl.DataFrame
    closer: Mapping[str, Found]
    limits: Limits
    months: tuple[str, ...]
    today: date


def counted(db: Database, declaration: Declaration, *, scope: Scope) -> Counted:
    """The register counted for a scope; from memory where nothing has changed since."""
    with db.app(scope.settings()) as conn:
        lists = declared.code_lists(conn)
        stamp = (clock.today(), declaration, *_state(conn, declaration.register))
        key = (db.dsn_app, declaration.register, scope.ranges(declaration.register), _whose(conn, declaration, scope))
    made = _kept.get(key, stamp)
    if made is None:
        with _counting:  # one at a time: it takes two connections, and who waits may find it done
            made = _kept.get(key, stamp) or _counted(db, declaration, lists, scope)
            _kept.put(key, stamp, made)
    return made


def _state(conn: Connection, register: str) -> tuple[object, ...]:
    row = conn.execute(_STATE, [register]).fetchone()
    return tuple(row) if row else ()


_STATE = """
select r.last_leaf, (select max(low) from areas.tree), (select count(*) from areas.code),
  (select md5(string_agg(declaration::text, '' order by list)) from registers.code_list)
from registers.register r where r.register = %s
"""


def _whose(conn: Connection, declaration: Declaration, scope: Scope) -> Hashable:
    """Nobody in particular, but where records are hidden from some: then each counts for oneself, and as of now."""
    row = conn.execute("select registers.nothing_hidden(%s)", [declaration.register]).fetchone()
    if row is not None and row[0]:
        return None
    hidden = conn.execute("select registers.hidden(%s)", [declaration.register]).fetchone()
    return scope.actor, tuple(hidden[0]) if hidden else ()


def _counted(db: Database, declaration: Declaration, lists: Mapping[str, CodeList], scope: Scope) -> Counted:
    """The pass of queries and the closer look, side by side."""
    measures, today = known.of(declaration, lists), clock.today()

    def looked() -> dict[str, Found]:
        with db.app(scope.settings()) as conn:
            return closer.look(conn, declaration, measures, today, scope=scope)

    with ThreadPoolExecutor(1, thread_name_prefix="closer") as other, db.app(scope.settings()) as conn:
        looking = other.submit(looked)
        usual = limits.usual(conn, declaration, scope=scope)
        told = {each.word: sql for each in measures
                if (sql := conditions.sql(each, declaration, lists, usual, today)) is not None}  # fmt: skip
        months = _months(conn, today)
        now, past = _now(conn, declaration, measures, told, months, scope), _past(
            conn, declaration, measures, told, months, scope)  # fmt: skip
        return Counted(measures, now, past, looking.result(), usual, tuple(name for name, _ in months), today)


Months = Sequence[tuple[str, int]]


def _months(conn: Connection, today: date) -> Months:
    """The latest months, each with the first change set of it or of a later one: the numbers rise with time."""
    rows = conn.execute(_MONTHS, {"today": today, "months": MONTHS - 1}).fetchall()
    return [(str(name), int(first)) for name, first in rows]


_MONTHS = """
select to_char(m, 'YYYY-MM'),
  coalesce((select min(l.change_set) from registers.leaf l where l.at >= m), 9223372036854775807)
from generate_series(date_trunc('month', %(today)s::timestamptz) - make_interval(months => %(months)s),
  date_trunc('month', %(today)s::timestamptz), interval '1 month') m order by m
"""


def _bucket(months: Months, column: str) -> Composable:
    """Which of the months a change set is of, 0 for earlier ones."""
    bounds = SQL(", ").join(SQL(str(int(first))) for _, first in months)
    return SQL("width_bucket({}, array[{}]::bigint[])").format(made_sql(column), bounds)


def _together(measures: Sequence[Measure], told: Mapping[str, Composable]) -> dict[str, list[str]]:
    """By word the measures that one number tells, as far as a query does."""
    found = {word: [each.word for each in measures if each.kind in kinds and each.counts and each.word in told]
             for word, kinds in TOGETHER.items()}  # fmt: skip
    return {word: words for word, words in found.items() if words and words != [word]}


def _now(
    conn: Connection, declaration: Declaration, measures: Sequence[Measure], told: Mapping[str, Composable],
    months: Months, scope: Scope,
) -> pl.DataFrame:  # fmt: skip
    """The records in force. Each condition is worked out once a record: the inner query hands on what it found."""
    asked = [each.word for each in measures if each.word in told]
    names = {word: f"m{at}" for at, word in enumerate(asked)}
    inner = [SQL("{} as {}").format(told[word], ident(name)) for word, name in names.items()]
    outer = {word: SQL("count(*) filter (where {})").format(ident(name)) for word, name in names.items()}
    for word, parts in _together(measures, told).items():
        held = SQL(" or ").join(ident(names[part]) for part in parts)
        outer[word] = SQL("count(*) filter (where {})").format(held)
    query = SQL(_NOW).format(
        bucket=_bucket(months, "r.change_set"), inner=_after(inner), outer=_after(list(outer.values())),
        register=ident(declaration.register), scope=made_sql(scope.predicate(declaration.register, "r.place")),
    )  # fmt: skip
    words = ("place", "since", "records", "latest", *outer)
    return frame(conn, query, schema=dict.fromkeys(words, pl.Int64))


_NOW = """
select place, since, count(*), max(change_set) {outer} from (
  select r.place, {bucket} as since, r.change_set {inner} from registers.{register} r
  where r.key is not null and {scope} offset 0
) v group by place, since
"""


def _past(
    conn: Connection, declaration: Declaration, measures: Sequence[Measure], told: Mapping[str, Composable],
    months: Months, scope: Scope,
) -> pl.DataFrame:  # fmt: skip
    """Versions that ended, by the months between which they were in force."""
    held = _together(measures, told)
    sums = [SQL(" or ").join(told[part] for part in held[word]) if word in held else SQL("false")
            for word in ("missing", "wrong")]  # fmt: skip
    outer = [SQL("count(*) filter (where {})").format(each) for each in sums]
    query = SQL(_PAST).format(
        since=_bucket(months, "r.change_set"), until=_bucket(months, "r.until_change_set"), outer=_after(outer),
        register=ident(declaration.register), scope=made_sql(scope.predicate(declaration.register, "r.place")),
    )  # fmt: skip
    words = ("place", "since", "until", "records", "missing", "wrong")
    return frame(conn, query, schema=dict.fromkeys(words, pl.Int64))


_PAST = """
select r.place, {since}, {until}, count(*) {outer} from history.{register} r
where r.key is not null and {scope} group by 1, 2, 3
"""


def _after(columns: Sequence[Composable]) -> Composable:
    """Columns after others, each with its comma."""
    return SQL("").join(SQL(", {}").format(each) for each in columns)
