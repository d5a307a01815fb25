"""A province's CSV files -> units in the database. Loading the same files again changes nothing.

``units.csv`` (code, name, kind, parent, lat, lon, from), ``villages.csv`` (code, name, kind, parent, from) and
``aliases.csv`` (code, alias). A unit is recognised by its code on the day its row begins to hold.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from tinhso.areas import tree
from tinhso.foundation.database import Connection, copy_in
from tinhso.foundation.problems import refuse
from tinhso.foundation.text import fold

LEVELS = {2: 1, 3: 2, 5: 3}
"""Level by the length of a code of the statistics office; longer codes are villages."""
VILLAGE = 4

COLUMNS = {
    "code": pl.String, "name": pl.String, "kind": pl.String, "parent": pl.String,
    "lat": pl.Float64, "lon": pl.Float64, "from": pl.Date,
}  # fmt: skip

INCOMING = """
create temporary table incoming_area (
  code text primary key, name text not null, kind text not null, parent text,
  lat double precision, lon double precision, since date not null, level smallint not null, area bigint
) on commit drop
"""

RECOGNISE = """
update incoming_area i set area = c.area from areas.code c where c.code = i.code and c.valid @> i.since
"""

NUMBER = """
update incoming_area i set area = n.id
  from (select code, nextval(pg_get_serial_sequence('areas.area', 'id')) as id
          from incoming_area where area is null order by level, code) n
 where n.code = i.code
"""

ADD = (
    "insert into areas.area (id, level) overriding system value select area, level from incoming_area i"
    " where not exists (select from areas.area a where a.id = i.area)",
    "insert into areas.code (area, code, valid) select area, code, daterange(since, null) from incoming_area i"
    " where not exists (select from areas.code c where c.area = i.area and c.valid @> i.since)",
    "insert into areas.name (area, name, kind, valid) select area, name, kind, daterange(since, null)"
    " from incoming_area i where not exists (select from areas.name n where n.area = i.area and n.valid @> i.since)",
    "insert into areas.parent (area, parent, valid) select i.area, p.area, daterange(i.since, null)"
    " from incoming_area i join incoming_area p on p.code = i.parent"
    " where not exists (select from areas.parent o where o.area = i.area and o.valid @> i.since)",
)

CORRECT = (
    "update areas.name n set name = i.name, kind = i.kind from incoming_area i"
    " where n.area = i.area and n.valid @> i.since and (n.name, n.kind) is distinct from (i.name, i.kind)",
    "update areas.parent o set parent = p.area from incoming_area i join incoming_area p on p.code = i.parent"
    " where o.area = i.area and o.valid @> i.since and o.parent <> p.area",
    "insert into areas.point as o (area, latitude, longitude)"
    " select area, lat, lon from incoming_area where lat is not null and lon is not null"
    " on conflict (area) do update set latitude = excluded.latitude, longitude = excluded.longitude"
    " where (o.latitude, o.longitude) is distinct from (excluded.latitude, excluded.longitude)",
)


@dataclass(frozen=True, slots=True)
class Loaded:
    """What loading did: units added, facts corrected, and whether the tree got fresh place numbers."""

    added: int
    corrected: int
    renumbered: bool

    @property
    def changed(self) -> bool:
        return bool(self.added or self.corrected or self.renumbered)


def load(conn: Connection, folder: Path) -> Loaded:
    """Bring the files of ``folder`` into the database and derive the tree.

    Refuses (``Refused``) files that name an unknown parent or a code twice; nothing is changed then.
    """
    units = read(folder)
    conn.execute(INCOMING)
    copy_in(conn, "incoming_area", ["code", "name", "kind", "parent", "lat", "lon", "since", "level"], units)
    conn.execute(RECOGNISE)
    added = conn.execute(NUMBER).rowcount
    corrected = sum(conn.execute(statement).rowcount for statement in CORRECT[:2])
    for statement in ADD:
        conn.execute(statement)
    conn.execute(CORRECT[2])
    aliases = _load_aliases(conn, folder)
    conn.execute("drop table incoming_area")
    derived = tree.derive(conn)
    return Loaded(added, corrected + aliases, derived.renumbered)


def read(folder: Path) -> pl.DataFrame:
    """The units and villages of a folder, one row each: code, name, kind, parent, lat, lon, since, level."""
    files = [path for name in ("units.csv", "villages.csv") if (path := folder / name).is_file()]
    if not files:
        raise refuse("areas.no_files", value=str(folder))
    rows = pl.concat([_table(path) for path in files]).rename({"from": "since"})
    level = pl.col("code").str.len_chars().replace_strict(LEVELS, default=VILLAGE, return_dtype=pl.Int16)
    rows = rows.with_columns(level.alias("level"))
    _expect_sound(rows)
    return rows


def _table(path: Path) -> pl.DataFrame:
    """One file with all columns of COLUMNS; lat and lon may be absent."""
    try:
        rows = pl.read_csv(path, schema_overrides=COLUMNS)
    except pl.exceptions.PolarsError as error:
        raise refuse("areas.bad_table", sheet=path.name, fact=str(error).splitlines()[0]) from None
    absent = [name for name in COLUMNS if name not in rows.columns and name not in ("lat", "lon")]
    if absent:
        raise refuse("areas.no_column", sheet=path.name, value=absent[0], expected=", ".join(COLUMNS))
    for name in ("code", "name", "kind", "from"):
        if (blank := rows[name].is_null().arg_true()).len():
            raise refuse("areas.blank_cell", sheet=path.name, row=int(blank[0]) + 2, value=name)
    return rows.select(pl.col(name) if name in rows.columns else pl.lit(None, kind).alias(name)
                       for name, kind in COLUMNS.items())  # fmt: skip


def read_aliases(folder: Path) -> list[tuple[str, str]]:
    """The other spellings of a folder: code and alias."""
    path = folder / "aliases.csv"
    if not path.is_file():
        return []
    rows = pl.read_csv(path, schema_overrides={"code": pl.String, "alias": pl.String})
    if rows.columns != ["code", "alias"]:
        raise refuse("areas.no_column", sheet=path.name, value="code, alias", expected="code, alias")
    return list(rows.drop_nulls().iter_rows())


def _expect_sound(rows: pl.DataFrame) -> None:
    twice = rows.filter(pl.col("code").is_duplicated())
    if not twice.is_empty():
        raise refuse("areas.code_twice", value=twice["code"][0])
    parents = rows.select(pl.col("code").alias("parent"), pl.col("level").alias("above"))
    lost = rows.filter(pl.col("parent").is_not_null()).join(parents, on="parent", how="left")
    lost = lost.filter(pl.col("above").is_null() | (pl.col("above") >= pl.col("level")))
    if not lost.is_empty():
        raise refuse("areas.no_parent", value=lost["code"][0], parent=lost["parent"][0])


def _load_aliases(conn: Connection, folder: Path) -> int:
    """Take over the spellings of ``aliases.csv``; ones no longer in the file go. Returns how many changed."""
    rows = read_aliases(folder)
    known: dict[str, int] = dict(conn.execute("select code, area from incoming_area").fetchall())
    unknown = [code for code, _ in rows if code not in known]
    if unknown:
        raise refuse("areas.unknown_code", value=unknown[0])
    wanted = {(known[code], alias) for code, alias in rows}
    present = set(conn.execute("select area, alias from areas.alias").fetchall())
    with conn.cursor() as cursor:
        cursor.executemany("delete from areas.alias where area = %s and alias = %s", sorted(present - wanted))
        cursor.executemany(
            "insert into areas.alias (area, alias, folded) values (%s, %s, %s)",
            [(area, alias, fold(alias)) for area, alias in sorted(wanted - present)],
        )
    return len(wanted ^ present)
