"""One change of one record taken back, by a change set of its own.

What the change brought to a field comes back as it was before. Where a later change stands on it, has written one of
the same fields again or taken the record out, nothing is done and each such change is named.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import polars as pl

from tinhso.access.scope import Scope
from tinhso.foundation.database import SQL, Connection, Database, frame, ident, made_sql
from tinhso.foundation.problems import Problem, Refused, refuse
from tinhso.registers import changes, declared
from tinhso.registers.changes import ChangeSet, Commit, Source
from tinhso.registers.declaration import Declaration

What = Literal["came", "changed", "gone"]
_NOTHING = pl.DataFrame(schema={"id": pl.Int64, "base": pl.Int64})
_SYSTEM = ("id", "key", "area", "version", "change_set")


@dataclass(frozen=True, slots=True)
class _Lives:
    """A record's versions, oldest first; ``ops`` say how each ended (None: it is in force)."""

    rows: pl.DataFrame

    @property
    def versions(self) -> list[int]:
        return self.rows["version"].to_list()

    def row(self, at: int) -> dict[str, Any]:
        return self.rows.row(at, named=True)


def undo(db: Database, register: str, record: int, version: int, *, what: What, reason: str, scope: Scope) -> Commit:
    """Take back what ``version`` brought (it ``came`` or ``changed`` the record), or that it went (``gone``).

    Refused without a reason, where content was erased meanwhile, and with one problem for each later change that
    stands on it (``registers.undo_stands_on``).
    """
    changes.demand(scope, "approve", register)
    if not reason.strip():
        raise refuse("registers.undo_no_reason")
    with db.app(scope.settings()) as conn:
        declaration = declared.one(conn, register)
        lives = _lives(conn, declaration, record, scope)
        if version not in lives.versions:
            raise refuse("registers.unknown_record", value=record, register=register)
        at = lives.versions.index(version)
        made = {"came": _unmade, "changed": _unchanged, "gone": _returned}[what](conn, declaration, lives, at)
        return changes.write(conn, made, source=Source("undo", reason=reason.strip()))


def _lives(conn: Connection, declaration: Declaration, record: int, scope: Scope) -> _Lives:
    fields = ", ".join(f'"{name}"' for name in (*_SYSTEM, *declaration.fields))
    own, both = made_sql(scope.predicate(declaration.register)), made_sql(fields)
    query = SQL(_LIVES).format(columns=both, register=ident(declaration.register), scope=own)
    rows = frame(conn, query, [record, record])
    if rows.is_empty():
        raise refuse("registers.unknown_record", value=record, register=declaration.register)
    return _Lives(rows)


_LIVES = """
select {columns}, op, ended_by, erased,
  coalesce((select s.way = 'undo' from registers.change_set s where s.id = v.change_set), false) as undoing,
  coalesce((select s.way = 'undo' from registers.change_set s where s.id = v.ended_by), false) as undone
from (
  select {columns}, place, null::text as op, null::bigint as ended_by, fingerprint is null as erased
  from registers.{register} where id = %s
  union all select {columns}, place, op, until_change_set, fingerprint is null from history.{register} where id = %s
) v where {scope} order by version
"""


def _unmade(conn: Connection, declaration: Declaration, lives: _Lives, at: int) -> ChangeSet:
    """It came: it goes."""
    _expect_nothing_later(conn, declaration, lives, at, [*declaration.fields])
    now = lives.row(lives.rows.height - 1)
    if now["op"] is not None:
        if now["undone"]:
            raise Refused([_at(conn, "registers.change_taken_back", now["ended_by"])])
        raise Refused([_stands(conn, now["ended_by"], ())])
    gone = pl.DataFrame({"id": [now["id"]], "base": [now["version"]]}, schema=_NOTHING.schema)
    return ChangeSet(declaration, pl.DataFrame(schema={"op": pl.String}), gone, 0)


def _unchanged(conn: Connection, declaration: Declaration, lives: _Lives, at: int) -> ChangeSet:
    """It changed fields: they are as before, the others stay as they are now."""
    if at == 0 or lives.row(at - 1)["op"] != "changed":
        raise refuse("registers.unknown_record", value=lives.row(at)["id"], register=declaration.register)
    before, after, now = lives.row(at - 1), lives.row(at), lives.row(lives.rows.height - 1)
    if before["erased"] or after["erased"]:
        raise refuse("registers.undo_erased", value=after["change_set"], count=1)
    touched = [name for name in ("area", *declaration.fields) if before[name] != after[name]]
    _expect_nothing_later(conn, declaration, lives, at, touched)
    if now["op"] is not None:
        raise Refused([_stands(conn, now["ended_by"], ())])
    newest = lives.rows.tail(1)
    back = lives.rows.slice(at - 1, 1)
    made = newest.with_columns(back[name].alias(name) for name in touched)
    return ChangeSet(declaration, _row(conn, declaration, made, "changed", now["version"]), _NOTHING, 0)


def _returned(conn: Connection, declaration: Declaration, lives: _Lives, at: int) -> ChangeSet:
    """It went: it comes back under its own number."""
    row = lives.row(at)
    if row["op"] != "gone":
        raise refuse("registers.unknown_record", value=row["id"], register=declaration.register)
    if row["erased"]:
        raise refuse("registers.undo_erased", value=row["ended_by"], count=1)
    if at + 1 < lives.rows.height:
        back = lives.row(at + 1)
        if back["undoing"]:
            raise Refused([_at(conn, "registers.change_taken_back", back["change_set"])])
        raise Refused([_stands(conn, back["change_set"], ())])
    made = _row(conn, declaration, lives.rows.slice(at, 1), "new", row["version"])
    return ChangeSet(declaration, made, _NOTHING, 0)


def _row(conn: Connection, declaration: Declaration, kept: pl.DataFrame, op: str, base: int) -> pl.DataFrame:
    """A version as ``changes`` writes it; it stands where its area stands today."""
    found = conn.execute("select low from areas.tree where area = %s", (kept["area"][0],)).fetchone()
    if found is None:
        raise refuse("registers.overtaken")
    return kept.select("id", "key", "area", *declaration.fields).with_columns(
        pl.lit(op).alias("op"), pl.lit(base, pl.Int64).alias("base"), pl.lit(found[0], pl.Int64).alias("place"),
        pl.lit(None, pl.Int32).alias("sheet"), pl.lit(None, pl.Int64).alias("row"),
    )  # fmt: skip


def _expect_nothing_later(
    conn: Connection, declaration: Declaration, lives: _Lives, at: int, touched: Sequence[str]
) -> None:
    """Refuse where a later version wrote one of these fields, or the record left and came back; but not for what was
    itself taken back since. Where the change was, say so."""
    states = [tuple(lives.row(place)[name] for name in touched) for place in range(lives.rows.height)]
    standing: list[int] = []
    for later in range(at + 1, lives.rows.height):
        left = lives.row(later - 1)["op"] == "gone"
        if states[later] == states[later - 1] and not left and len(touched) < len(declaration.fields):
            continue
        if not lives.row(later)["undoing"]:
            standing.append(later)
            continue
        held = next((place for place in reversed((at, *standing)) if states[place] == states[later]), None)
        standing = [*standing, later] if held is None else [place for place in standing if place <= held]
    if not standing:
        return
    first = lives.row(standing[0])
    if at and first["undoing"] and lives.row(at - 1)["op"] == "changed" and states[standing[0]] == states[at - 1]:
        raise Refused([_at(conn, "registers.change_taken_back", first["change_set"])])
    raise Refused([_in_the_way(conn, declaration, lives, later, touched) for later in standing])


def _in_the_way(
    conn: Connection, declaration: Declaration, lives: _Lives, later: int, touched: Sequence[str]
) -> Problem:
    before, after = lives.row(later - 1), lives.row(later)
    if before["op"] == "gone":
        return _stands(conn, before["ended_by"], ())
    again = [name for name in touched if before[name] != after[name]]
    return _stands(conn, after["change_set"], _titles(declaration, again))


def _titles(declaration: Declaration, names: Sequence[str]) -> tuple[tuple[str, str], ...]:
    titles = (declaration.fields[name].title for name in names if name in declaration.fields)
    return tuple((title.vi, title.en) for title in titles)


def _stands(conn: Connection, change_set: int, titles: Sequence[tuple[str, str]]) -> Problem:
    """That a change set stands on the change."""
    return _at(
        conn, "registers.undo_stands_on", change_set,
        fields_vi=", ".join(vi for vi, _ in titles) or "cả bản ghi",
        fields_en=", ".join(en for _, en in titles) or "the whole record",
    )  # fmt: skip


def _at(conn: Connection, code: str, change_set: int, **facts: str) -> Problem:
    """A problem with a change set; when it was is told to everybody (``registers.leaf``)."""
    row = conn.execute(
        "select to_char(at, 'DD/MM/YYYY HH24:MI') from registers.leaf where change_set = %s", (change_set,)
    ).fetchone()
    return Problem(code, value=str(change_set), facts={"at": row[0] if row else "?", **facts})
