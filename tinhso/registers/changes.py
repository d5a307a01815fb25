"""Propose, commit, undo: the only writer of records.

``difference`` compares checked rows with what is known and gives a ``ChangeSet``, which is not yet true.
``commit`` makes it true in one transaction: all of it or nothing. ``undo`` is a new change set.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import msgspec
import polars as pl

from tinhso.access.scope import ANY, Scope
from tinhso.foundation.database import SQL, Connection, Database, copy_in, errors, frame, ident, made_sql
from tinhso.foundation.problems import refuse
from tinhso.registers import declared, history, transfers, versions
from tinhso.registers.declaration import Declaration

COMMITS = "tinhso_commits"
"""The channel on which each commit is told, as JSON of change set, register and leaf."""
Way = Literal["file", "form", "api", "undo"]
ERASURE = "erasure"
"""The way of change sets that ``registers.erasure`` makes."""
_OVERTAKEN = ("TS001", "23505")
"""The functions' own state for a record or tree that moved on, and a key that somebody else has just taken."""
_ALONE = "TS012"
"""The register wants a second person, and nobody else proposed it."""
_OUTSIDE = ("TS002", "TS003")
"""A place outside the transaction's sealed scope, and a scope that may not do it at all."""
_WHOLE = 20_000
"""From this many rows on the whole register's keys are fetched rather than those of the rows."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a change comes from: its way in, and for a file its name, SHA-256 and sheets."""

    way: Way
    file_name: str | None = None
    file_sha256: str | None = None
    sheets: tuple[str, ...] = ()
    reason: str | None = None
    proposal: int | None = None
    """The proposal, the row that waited (``transfer``), or the ``case`` in which somebody else brought this forward."""
    transfer: int | None = None
    case: int | None = None


_NOTHING_HELD = pl.DataFrame(schema={"key": pl.String, "sheet": pl.Int32, "row": pl.Int64})


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """A proposed change: rows to come (``op`` new or changed) and ids to go. Not yet true."""

    declaration: Declaration
    rows: pl.DataFrame
    gone: pl.DataFrame
    same: int
    absent: int = 0
    """Records of the areas in the file that the file does not name; they stay unless told to go."""
    held: pl.DataFrame = field(default_factory=lambda: _NOTHING_HELD)
    """Rows that wait for the department (``transfers``), as they came."""

    @property
    def new(self) -> int:
        return self.rows.filter(pl.col("op") == "new").height

    @property
    def changed(self) -> int:
        return self.rows.filter(pl.col("op") == "changed").height


@dataclass(frozen=True, slots=True)
class Commit:
    """What a commit did; ``id`` is the change set's number. ``erased`` are changes that an undo could not take back,
    since the content was erased meanwhile."""

    id: int
    new: int
    changed: int
    gone: int
    same: int
    erased: int = 0


_NOTHING_GONE = pl.DataFrame(schema={"id": pl.Int64, "base": pl.Int64})


def difference(
    conn: Connection,
    declaration: Declaration,
    rows: pl.DataFrame,
    *,
    scope: Scope,
    gone: Literal["keep", "remove"] = "keep",
) -> ChangeSet:
    """Compare checked rows (``intake.checking`` gives their shape) with the records that are known.

    Records of the same communes that the rows do not name are counted as ``absent``; ``gone="remove"`` takes
    them away. A row whose key is kept where the scope does not read is new like any other (``transfers``); where it may
    read but not propose, or read nothing at all, the row is held for the department.
    """
    demand(scope, "propose", declaration.register)
    known, marked = _known_and_marked(conn, declaration, rows, scope)
    compared, same = _compared(declaration, marked, known, scope)
    held = compared.filter(~pl.col("mine")).drop("mine", "op", "id", "base")
    absent = _absent(conn, declaration, rows, known, scope)
    kept = compared.filter("mine").drop("mine")
    return ChangeSet(declaration, kept, absent if gone == "remove" else _NOTHING_GONE, same, absent.height, held)


def made_ready(declaration: Declaration, rows: pl.DataFrame) -> pl.DataFrame:
    """Do beforehand what of a commit needs no database; big files do it while their rows are sent."""
    return versions.prepared(declaration, rows) if rows.height < _WHOLE else rows


def commit(db: Database, change_set: ChangeSet, *, source: Source, scope: Scope) -> Commit:
    """Make a proposed change true; refused with ``registers.overtaken`` where the records moved on meanwhile."""
    demand(scope, "approve", change_set.declaration.register)
    with db.app(scope.settings()) as conn:
        return write(conn, change_set, source=source)


def write(conn: Connection, change_set: ChangeSet, *, source: Source, sent: bool = False) -> Commit:
    """The commit itself, inside a transaction whose settings are the scope's; ``sent``: it has the rows already."""
    declaration = change_set.declaration
    incoming, touched = change_set.new, change_set.changed + change_set.gone.height
    if not sent:
        send(conn, change_set)
    told = msgspec.structs.asdict(_Meta.of(source))
    made = _call_commit(conn, declaration, {**told, "incoming": incoming, "touched": touched, "same": change_set.same})
    if change_set.held.height:
        transfers.hold(conn, declaration, change_set.held, told)
    return made


def send(conn: Connection, change_set: ChangeSet) -> None:
    """Fill this transaction's inbox. No record is touched: nobody waits for it, however long the transaction lasts."""
    declaration = change_set.declaration
    if change_set.rows.is_empty() and change_set.gone.is_empty():
        return
    (inbox,) = _one(conn, f"select registers.open_{declaration.register}()")
    columns = versions.inbox_columns(declaration)
    if change_set.rows.height:
        for piece in versions.inbox_slices(declaration, change_set.rows):
            copy_in(conn, f"inbox.{inbox}", columns, piece, own=True)
    if change_set.gone.height:
        leaving = change_set.gone.select(_op("gone"), "id", "base")
        copy_in(conn, f"inbox.{inbox}", leaving.columns, leaving, own=True)


def remove(db: Database, register: str, keys: list[str], *, source: Source, scope: Scope) -> Commit:
    """Take records away (their versions stay in history)."""
    demand(scope, "approve", register)
    with db.app(scope.settings()) as conn:
        declaration = declared.one(conn, register)
        known = _asked(conn, declaration, keys).filter(scope.mask(register, verb="approve"))
        missing = sorted(set(keys) - set(known["key"]))
        if missing:
            raise refuse("registers.unknown_record", value=missing[0], register=register)
        leaving = known.select("id", pl.col("version").alias("base"))
        nothing = pl.DataFrame(schema={"op": pl.String})
        return write(conn, ChangeSet(declaration, nothing, leaving, 0), source=source)


def leaving(conn: Connection, declaration: Declaration, records: Sequence[int], *, scope: Scope) -> ChangeSet:
    """The change set that takes records away by id; those outside the scope are not among them."""
    demand(scope, "approve", declaration.register)
    query = SQL("select id, version from registers.{} where id = any(%s) and {} order by id").format(
        ident(declaration.register), made_sql(scope.predicate(declaration.register, verb="approve"))
    )
    rows = conn.execute(query, (list(records),)).fetchall()
    gone = pl.DataFrame(rows, schema={"id": pl.Int64, "base": pl.Int64}, orient="row")
    return ChangeSet(declaration, pl.DataFrame(schema={"op": pl.String}), gone, 0)


def undo(db: Database, change_set: int, *, reason: str, scope: Scope) -> Commit:
    """Take a change set back by a new one; refused where its records were changed again since, or it is taken back.

    What was erased since stays erased and is counted; an act of erasure is final. What an undoing brought back belongs
    to the set it came from, so an undoing can be taken back only as long as nothing came after it.
    """
    demand(scope, "approve")
    with db.app(scope.settings()) as conn:
        row = conn.execute(
            "select register, way, undoes from registers.change_set where id = %s", (change_set,)
        ).fetchone()
        if row is None:
            raise refuse("registers.unknown_change_set", value=change_set)
        if row[1] == ERASURE:
            raise refuse("registers.erasure_is_final", value=change_set)
        declaration = declared.one(conn, row[0])
        demand(scope, "approve", declaration.register)
        incoming, touched, overtaken, erased = _one(
            conn, f"select * from registers.undo_{declaration.register}(%s)", change_set
        )
        if erased and not incoming + touched + overtaken:
            raise refuse("registers.undo_erased", value=change_set, count=erased)
        if (by := history.undone(conn, [change_set]).get(change_set)) is not None:
            raise refuse("registers.already_undone", value=change_set, by=by)
        if overtaken and row[2] is not None:
            raise refuse("registers.undoing_overtaken", value=change_set, undoes=row[2], count=overtaken)
        if overtaken:
            raise refuse("registers.undo_overtaken", value=change_set, count=overtaken)
        meta = {"way": "undo", "reason": reason, "undoes": change_set, "incoming": incoming, "touched": touched}
        return replace(_call_commit(conn, declaration, meta), erased=erased)


def demand(scope: Scope, verb: str, register: str = ANY) -> None:
    """Refuse unless the scope holds the verb somewhere in the register; with none named, in any register."""
    if not scope.may(verb, register):
        raise refuse("registers.may_not", actor=scope.actor, verb=verb, register=register)


class _Meta(msgspec.Struct):
    way: Way
    file_name: str | None
    file_sha256: str | None
    sheets: tuple[str, ...]
    reason: str | None
    proposal: int | None = None
    transfer: int | None = None
    case: int | None = None

    @classmethod
    def of(cls, source: Source) -> _Meta:
        told = (source.proposal, source.transfer, source.case)
        return cls(source.way, source.file_name, source.file_sha256, source.sheets, source.reason, *told)


def _op(name: str) -> pl.Expr:
    return pl.lit(name).alias("op")


def _known_and_marked(
    conn: Connection, declaration: Declaration, rows: pl.DataFrame, scope: Scope
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """What is known of the rows' keys, fetched while the rows are given their fingerprints.

    A register that never had a commit knows nothing; its rows get their fingerprints while they are sent.
    """
    leaf = conn.execute(
        "select last_leaf from registers.register where register = %s", (declaration.register,)
    ).fetchone()
    if leaf == (0,) and _whole(declaration, scope):
        return pl.DataFrame(schema=_KNOWN), rows  # fingerprints are made while rows are sent
    if rows.height < _WHOLE:
        return _asked(conn, declaration, rows["key"].to_list()), versions.prepared(declaration, rows)
    with ThreadPoolExecutor(1, thread_name_prefix="known") as asker:
        asked = asker.submit(_all_asked, conn, declaration, rows["key"], scope)
        marked = rows.with_columns(versions.fingerprints(declaration, rows))
        return asked.result(), marked


_KNOWN = {"key": pl.String, "id": pl.Int64, "version": pl.Int64, "fingerprint": pl.String, "place": pl.Int64}


def _all_asked(conn: Connection, declaration: Declaration, keys: pl.Series, scope: Scope) -> pl.DataFrame:
    """All that the scope may propose to, and of the keys those that others hold."""
    own = _asked(conn, declaration, None)
    if _whole(declaration, scope):
        return own
    return pl.concat([own, _asked(conn, declaration, keys.filter(~keys.is_in(own["key"].implode())).to_list())])


def _whole(declaration: Declaration, scope: Scope) -> bool:
    """Whether no key can be kept where the scope does not see it."""
    return scope.whole(declaration.register, "propose") and scope.whole(declaration.register)


def _own(declaration: Declaration, scope: Scope) -> pl.Expr:
    """Records that the scope may both propose to and read."""
    return scope.mask(declaration.register, verb="propose") & scope.mask(declaration.register)


def _asked(conn: Connection, declaration: Declaration, keys: list[str] | None) -> pl.DataFrame:
    return frame(conn, f"select * from registers.known_{declaration.register}(%s)", (keys,), schema=_KNOWN)


def _compared(
    declaration: Declaration, rows: pl.DataFrame, known: pl.DataFrame, scope: Scope
) -> tuple[pl.DataFrame, int]:
    """New and changed rows with the id and version they were compared with, and how many are the same.

    Only keys are joined: most rows of most files are the same, and need not be carried along.
    """
    mine = _own(declaration, scope) & pl.col("id").is_not_null()
    beside = known.select(
        "key",
        "id",
        pl.col("version").alias("base"),
        pl.col("fingerprint").alias("was"),
        mine.fill_null(False).alias("mine"),
    )
    found = rows.select("key").join(beside, on="key", how="left", maintain_order="left")
    op = pl.when(pl.col("id").is_null()).then(pl.lit("new")).otherwise(pl.lit("changed"))
    columns = found.select(op.alias("op"), "id", "base", pl.col("mine").fill_null(True))
    if "fingerprint" not in rows.columns:
        return pl.concat([rows, columns], how="horizontal"), 0
    same = (rows["fingerprint"].str.slice(0, 32) == found["was"]).fill_null(False)
    return pl.concat([rows.filter(~same), columns.filter(~same)], how="horizontal"), int(same.sum())


def _absent(
    conn: Connection, declaration: Declaration, rows: pl.DataFrame, known: pl.DataFrame, scope: Scope
) -> pl.DataFrame:
    """Records in the communes (or the wider units) of the rows that the rows do not name."""
    if rows.height >= _WHOLE:
        others = known.join(rows.select("key"), on="key", how="anti").filter(_own(declaration, scope))
        if others.is_empty():
            return _NOTHING_GONE
    spans = conn.execute(_SPANS, (rows["area"].unique().to_list(),)).fetchall()
    if not spans:
        return _NOTHING_GONE
    if rows.height < _WHOLE:
        others = _kept(conn, declaration, spans, scope).join(rows.select("key"), on="key", how="anti")
    within = [pl.col("place").is_between(low, high) for low, high in spans]
    return others.filter(pl.any_horizontal(within)).select("id", pl.col("version").alias("base"))


_SPANS = """
select distinct c.low, c.high from areas.tree t
join areas.tree c on t.low between c.low and c.high and c.level = least(t.level, 3)
where t.area = any (%s)
"""


def _kept(conn: Connection, declaration: Declaration, spans: list[tuple[Any, ...]], scope: Scope) -> pl.DataFrame:
    """The records of these spans; as literal ranges, for which the planner takes the index on place."""
    ranges = " or ".join(f"place between {int(low)} and {int(high)}" for low, high in spans)
    own = scope.predicate(declaration.register, verb="propose")
    query = f"select key, id, version, place from registers.{declaration.register} where ({ranges}) and {own}"
    schema = {"key": pl.String, "id": pl.Int64, "version": pl.Int64, "place": pl.Int64}
    return frame(conn, query, schema=schema)


def _call_commit(conn: Connection, declaration: Declaration, meta: dict[str, Any]) -> Commit:
    try:
        (made,) = _one(conn, f"select registers.commit_{declaration.register}(%s)", msgspec.json.encode(meta).decode())
    except errors.Error as error:
        if error.sqlstate in _OVERTAKEN:
            raise refuse("registers.overtaken") from error
        if error.sqlstate in _OUTSIDE:
            raise refuse("registers.outside_scope") from error
        if error.sqlstate == _ALONE:
            raise refuse("registers.second_person", register=declaration.register) from error
        raise
    counts = "select id, new_count, changed_count, gone_count, same_count from registers.change_set where id = %s"
    return Commit(*_one(conn, counts, made))


def _one(conn: Connection, query: str, *params: Any) -> tuple[Any, ...]:
    row = conn.execute(made_sql(query), params).fetchone()
    assert row is not None
    return tuple(row)
