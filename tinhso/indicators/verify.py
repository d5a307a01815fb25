"""Recount everything from the records, by other means than the commits use, and compare.

The delta path is SQL run inside commits. Here the records are read in batches and counted in Polars by the
expressions' other engine; only the declarations are shared. A wrong, missing or doubled delta shows as a
difference, as does a change set whose own counts are not those of its versions.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import polars as pl

from tinhso.foundation.database import Connection, Database, frame, made_sql
from tinhso.indicators import declared
from tinhso.indicators.declaration import Span
from tinhso.indicators.declared import Known
from tinhso.indicators.parts import Compiled
from tinhso.registers import declared as registers

BATCH = 200_000
"""Records read at a time."""
KEY = ["part", "area", "day", "dimension", "member"]
NUMBER = pl.Decimal(38, 10)
NEVER = "-infinity"


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is kept otherwise than recounted; ``what`` is a part's name or a counter of change sets."""

    register: str
    what: str
    area: str | None
    day: str | None
    dimension: str | None
    member: str | None
    kept: str
    recounted: str


@dataclass(frozen=True, slots=True)
class Verified:
    """``checked`` counts the compared cells and counters."""

    checked: int
    differences: tuple[Difference, ...]

    @property
    def ok(self) -> bool:
        return not self.differences

    def as_json(self) -> dict[str, Any]:
        """The shape promised by ``tinhso verify --json``."""
        return {"ok": self.ok, "checked": self.checked, "differences": [asdict(each) for each in self.differences]}


def verify(db: Database) -> Verified:
    """Compare all kept parts and counters with the records, in one snapshot; commits go on meanwhile."""
    checked, found = 0, []
    with db.owner() as conn:
        conn.execute("set transaction isolation level repeatable read, read only")
        known = declared.every(conn)
        for register in registers.names(conn):
            for count, differences in (_parts(conn, known, register), _counters(conn, register)):
                checked += count
                found += differences
    return Verified(checked, tuple(found))


def _parts(conn: Connection, known: Known, register: str) -> tuple[int, list[Difference]]:
    parts = {number: known.compiled[part] for part, number in known.numbers.items() if part.register == register}
    if not parts:
        return 0, []
    kept = frame(conn, _KEPT, {"parts": list(parts)}, schema=_SCHEMA).with_columns(pl.col("kept").cast(NUMBER))
    batches = [_recount(parts, records) for records in _records(conn, register, list(parts.values()))]
    recounted = pl.concat(batches).group_by(KEY).agg(pl.col("recounted").sum()).filter(pl.col("recounted") != 0)
    both = kept.join(recounted, on=KEY, how="full", coalesce=True)
    both = both.with_columns(pl.col("kept", "recounted").fill_null(0))
    wrong = both.filter(pl.col("kept") != pl.col("recounted")).sort(KEY)
    codes: dict[int, str] = dict(conn.execute("select area, code from areas.tree").fetchall())
    return both.height, [_difference(register, parts, codes, row) for row in wrong.iter_rows(named=True)]


_SCHEMA = {"part": pl.Int64, "area": pl.Int64, **dict.fromkeys(("day", "dimension", "member", "kept"), pl.String)}
_KEPT = """
select part, area, day::text, dimension, member, sum(value)::text from (
  select part, area, day, dimension, member, value from indicators.cell where part = any(%(parts)s)
  union all select part, area, day, dimension, member, value from indicators.delta where part = any(%(parts)s)
) c group by part, area, day, dimension, member having sum(value) <> 0
"""


def _records(conn: Connection, register: str, parts: Sequence[Compiled]) -> Iterator[pl.DataFrame]:
    """The records in batches by id: the commune (or wider unit) each stands in, and the fields that parts read."""
    fields = sorted({field for part in parts for field in part.fields})
    columns = "".join(f', r."{field}"' for field in fields)
    tree = frame(conn, "select area as at, case level when 4 then parent else area end as unit from areas.tree")
    span = conn.execute(made_sql(f"select min(id), max(id) from registers.{register}")).fetchone()
    first, last = span if span and span[0] is not None else (0, 0)
    for start in range(first, last + 1, BATCH):
        query = f"select r.area as at{columns} from registers.{register} r where r.id >= %s and r.id < %s"
        records = frame(conn, query, (start, start + BATCH))
        yield records.join(tree, on="at", how="left").with_columns(area=pl.coalesce("unit", "at"))


def _recount(parts: Mapping[int, Compiled], records: pl.DataFrame) -> pl.DataFrame:
    counted = [each for number, part in parts.items() for each in _one(number, part, records)]
    return pl.concat(counted)


def _one(number: int, part: Compiled, records: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """The part's cells from these records, by month: its total and each kept dimension."""
    chosen = records.filter(part.where.polars().fill_null(False)) if part.where is not None else records
    summed = part.part.kind == "sum" and part.value is not None
    value = part.value.polars() if summed and part.value is not None else pl.lit(1)
    valued = chosen.with_columns(value.cast(NUMBER).alias("amount_"))
    for sign, dated in _dated(part, valued):
        signed = dated.with_columns((pl.col("amount_") * sign).alias("amount_"))
        yield _summed(signed, number, "", pl.lit(""))
        for dimension in part.dimensions:
            yield _summed(signed, number, dimension, pl.col(dimension).cast(pl.String).fill_null(""))


def _dated(part: Compiled, records: pl.DataFrame) -> Iterator[tuple[int, pl.DataFrame]]:
    """The records by the day on which they begin to count (1) and the day on which they no longer do (-1)."""
    if part.part.on is not None:
        yield 1, _days(records, pl.col(part.part.on))
    elif part.part.at is None:
        yield 1, _days(records, pl.lit(None, pl.Date))
    else:
        yield from _spans(part.part.at, records)


def _spans(at: Span, records: pl.DataFrame) -> Iterator[tuple[int, pl.DataFrame]]:
    """A stock: a record comes on its first day and goes after its last; one that ends before it begins is not."""
    first = pl.col(at.from_) if at.from_ else pl.lit(None, pl.Date)
    if at.until is None:
        yield 1, _days(records, first)
        return
    last = pl.col(at.until)
    ever = records.filter((first <= last).fill_null(True))
    yield 1, _days(ever, first)
    yield -1, _days(ever.filter(last.is_not_null()), last + pl.duration(days=1))


def _days(records: pl.DataFrame, day: pl.Expr) -> pl.DataFrame:
    month = day.cast(pl.Date).dt.month_end().dt.to_string("%Y-%m-%d").fill_null(NEVER)
    return records.with_columns(month.alias("day_"))


def _summed(records: pl.DataFrame, number: int, dimension: str, member: pl.Expr) -> pl.DataFrame:
    return (
        records.select("area", pl.col("day_").alias("day"), member.alias("member"), "amount_")
        .group_by("area", "day", "member").agg(pl.col("amount_").sum().cast(NUMBER).alias("recounted"))
        .with_columns(pl.lit(number, pl.Int64).alias("part"), pl.lit(dimension).alias("dimension"))
        .select(*KEY, "recounted")
    )  # fmt: skip


def _difference(
    register: str, parts: Mapping[int, Compiled], codes: Mapping[int, str], row: Mapping[str, Any]
) -> Difference:
    area = codes.get(row["area"], str(row["area"]))
    kept, recounted = (format(row[name].normalize(), "f") for name in ("kept", "recounted"))
    what = parts[row["part"]].name
    return Difference(register, what, area, row["day"], row["dimension"], row["member"], kept, recounted)


_COUNTERS = """
select s.id, s.new_count + s.changed_count, coalesce(came.n, 0), s.changed_count, coalesce(ended.changed, 0),
  s.gone_count, coalesce(ended.gone, 0)
from registers.change_set s
left join (
  select change_set, count(*) as n from (
    select change_set from registers.{register} union all select change_set from history.{register}
  ) v group by change_set
) came on came.change_set = s.id
left join (
  select until_change_set, count(*) filter (where op = 'changed') as changed,
    count(*) filter (where op = 'gone') as gone
  from history.{register} group by until_change_set
) ended on ended.until_change_set = s.id
where s.register = %s order by s.id
"""


def _counters(conn: Connection, register: str) -> tuple[int, list[Difference]]:
    """Each change set's own counts beside its versions."""
    rows = conn.execute(made_sql(_COUNTERS.format(register=register)), (register,)).fetchall()
    found = []
    for change_set, *counts in rows:
        for name, kept, recounted in zip(("versions", "changed", "gone"), counts[::2], counts[1::2], strict=True):
            if kept != recounted:
                what = f"change_set {change_set} {name}"
                found.append(Difference(register, what, None, None, None, None, str(kept), str(recounted)))
    return 3 * len(rows), found
