"""An area's quality summed up from what was counted: each measure, the units in it with the worst first, the months."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polars as pl

from tinhso.access.scope import Scope
from tinhso.foundation.database import Connection
from tinhso.registers.declaration import Declaration
from tinhso.registers.quality import measures
from tinhso.registers.quality.counting import Counted
from tinhso.registers.quality.measures import TOGETHER, Measure


@dataclass(frozen=True, slots=True)
class Line:
    """A measure: how many of the area's records have it; ``opens`` whether its list may be shown."""

    measure: Measure
    count: int
    opens: bool


@dataclass(frozen=True, slots=True)
class UnitLine:
    """A unit in the area: its records and, by word of ``TOGETHER``, how many are faulty; ``latest`` is when its records
    last changed."""

    code: str
    name: str
    records: int
    faulty: Mapping[str, int]
    latest: datetime | None

    @property
    def share(self) -> float:
        """Faults for each record, but for mere age; by it the worst come first."""
        faults = sum(count for word, count in self.faulty.items() if word != "stale")
        return faults / self.records if self.records else 0.0


@dataclass(frozen=True, slots=True)
class Month:
    """How the area's records stood at the end of a month (of the last one: now)."""

    month: str
    records: int
    missing: int
    wrong: int


@dataclass(frozen=True, slots=True)
class Report:
    """The quality of a register in an area; ``known_by`` are the fields by which a list names its records."""

    register: str
    known_by: tuple[str, ...]
    area: str
    records: int
    lines: tuple[Line, ...]
    faulty: Mapping[str, int]
    units: tuple[UnitLine, ...]
    months: tuple[Month, ...]
    limits: Mapping[str, tuple[str, str]]

    def as_json(self) -> dict[str, Any]:
        """The shape promised by ``tinhso quality --json``."""
        return {
            "register": self.register, "area": self.area, "records": self.records, "faulty": dict(self.faulty),
            "measures": [
                {"word": each.measure.word, "kind": each.measure.kind, "fields": each.measure.fields,
                 "required": each.measure.required, "warns": each.measure.warns, "count": each.count}
                for each in self.lines
            ],
            "units": [
                {"code": each.code, "name": each.name, "records": each.records, "faulty": dict(each.faulty),
                 "latest": each.latest} for each in self.units
            ],
            "months": self.months, "limits": {name: list(ends) for name, ends in self.limits.items()},
        }  # fmt: skip


def report(
    conn: Connection, declaration: Declaration, counted: Counted, area: str, span: tuple[int, int], *, scope: Scope
) -> Report:  # fmt: skip
    """Sum up the area of that code and its places; its units are the communes in it, of a commune the villages."""
    here = _within(counted.frame, span)
    found = {each.word: _within(counted.closer[each.word].rows, span) for each in counted.measures
             if each.word in counted.closer}  # fmt: skip
    lines = tuple(
        Line(each, _count(each.word, here, found), measures.opens(each, declaration, scope))
        for each in counted.measures
    )
    marked = _marked(counted, here, found)
    return Report(
        declaration.register, (declaration.label, *declaration.primary_key), area, int(here["records"].sum()), lines,
        {word: int(marked[word].sum()) for word in marked.columns if word != "place"},
        _units(conn, span, here, marked), _months(counted, span), counted.limits,
    )  # fmt: skip


def _within(rows: pl.DataFrame, span: tuple[int, int]) -> pl.DataFrame:
    return rows.filter(pl.col("place").is_between(*span))


def _count(word: str, here: pl.DataFrame, found: Mapping[str, pl.DataFrame]) -> int:
    return found[word].height if word in found else int(here[word].sum())


def _marked(counted: Counted, here: pl.DataFrame, found: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """By place how many records have what is told together."""
    parts = [here.select("place", *(_told(here, word).alias(word) for word in TOGETHER))]
    for word, kinds in TOGETHER.items():
        words = [each.word for each in counted.measures if each.kind in kinds and each.word in found]
        if words:
            rows = pl.concat([found[each] for each in words]).unique("id")
            more = rows.group_by("place").len(word).with_columns(pl.col(word).cast(pl.Int64))
            parts.append(more.with_columns(pl.lit(0, pl.Int64).alias(each) for each in TOGETHER if each != word)
                         .select("place", *TOGETHER))  # fmt: skip
    return pl.concat(parts).group_by("place").agg(pl.all().sum())


def _told(here: pl.DataFrame, word: str) -> pl.Expr:
    return pl.col(word) if word in here.columns else pl.lit(0, pl.Int64)


def _units(conn: Connection, span: tuple[int, int], here: pl.DataFrame, marked: pl.DataFrame) -> tuple[UnitLine, ...]:
    units = conn.execute(_UNITS, [*span, *span]).fetchall()
    if not units:
        return ()
    bounds = pl.DataFrame(units, schema=["low", "high", "code", "name"], orient="row").sort("low")
    rows = here.group_by("place").agg(pl.col("records").sum(), pl.col("latest").max()).join(marked, "place", "left")
    inside = rows.sort("place").join_asof(bounds, left_on="place", right_on="low").filter(
        pl.col("place") <= pl.col("high"))  # fmt: skip
    summed = inside.group_by("code", "name").agg(
        pl.col("records").sum(), pl.col("latest").max(), *(pl.col(word).sum() for word in TOGETHER)
    )
    moments = _moments(conn, summed["latest"].to_list())
    made = [_unit(row, moments) for row in summed.to_dicts()]
    empty = [UnitLine(code, name, 0, dict.fromkeys(TOGETHER, 0), None)
             for _, _, code, name in units if code not in set(summed["code"])]  # fmt: skip
    return tuple(sorted([*made, *empty], key=lambda each: (-each.share, each.records, each.code)))


_UNITS = """
select t.low, t.high, t.code, t.name from areas.tree t
where t.low between %s and %s and t.level = least(4, greatest(3, 1 + (
  select o.level from areas.tree o where o.low = %s and o.high = %s order by o.level desc limit 1)))
order by t.low
"""


def _unit(row: Mapping[str, Any], moments: Mapping[int, datetime]) -> UnitLine:
    faulty = {word: row[word] or 0 for word in TOGETHER}
    return UnitLine(row["code"], row["name"], row["records"], faulty, moments.get(row["latest"]))


def _moments(conn: Connection, change_sets: Sequence[int]) -> dict[int, datetime]:
    rows = conn.execute("select change_set, at from registers.leaf where change_set = any(%s)", [list(change_sets)])
    return {int(number): at for number, at in rows.fetchall()}


def _months(counted: Counted, span: tuple[int, int]) -> tuple[Month, ...]:
    """Versions in force at each month's end: begun by then, and not ended by then; from the first that had any."""
    now = _within(counted.frame, span)
    now = now.select("since", pl.lit(len(counted.months) + 1).cast(pl.Int64).alias("until"), "records",
                     *(_told(now, word).alias(word) for word in ("missing", "wrong")))  # fmt: skip
    past = _within(counted.past, span).select("since", "until", "records", "missing", "wrong")
    every = pl.concat([now, past])
    made = []
    for number, name in enumerate(counted.months, 1):
        held = every.filter((pl.col("since") <= number) & (pl.col("until") > number))
        made.append(Month(name, *(int(held[each].sum()) for each in ("records", "missing", "wrong"))))
    begun = next((at for at, month in enumerate(made) if month.records), len(made))
    return tuple(made[begun:])
