"""What somebody else makes of a proposal: looked at against the register as it is, approved or sent back row by row.

What an approver is shown has a short mark; where approving would do anything else by then, nothing is done.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from hashlib import sha256
from typing import Any, Literal

import polars as pl

from tinhso.access import narrowing
from tinhso.access.readings import Seen
from tinhso.access.scope import Scope
from tinhso.foundation import text
from tinhso.foundation.database import SQL, Connection, Database, ident, made_sql
from tinhso.foundation.problems import refuse
from tinhso.registers import changes, declared, looking, proposals, transfers
from tinhso.registers.changes import ChangeSet, Commit, Source, Way
from tinhso.registers.declaration import Declaration, FieldType
from tinhso.registers.masking import Mask
from tinhso.registers.proposals import Line, Proposal

Op = Literal["new", "changed", "gone", "same", "barred"]
"""What approving a row would do now: nothing where it is the ``same`` already; ``barred`` where it concerns a
record that the approver may not touch, or its unit is no longer in the tree."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """A row and what it would do now. ``before`` holds the record as it is and ``after`` the row, both masked as far as
    the scope sees; ``turned`` are the fields in which they differ, and ``moved`` tells that the register has changed
    there since the row was sent."""

    line: Line
    op: Op
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    turned: tuple[str, ...]
    moved: bool


@dataclass(frozen=True, slots=True)
class Weighing:
    """The rows that wait, weighed, and the mark of all that approving them would do."""

    proposal: Proposal
    declaration: Declaration
    rows: tuple[Weighed, ...]
    mark: str


@dataclass(frozen=True, slots=True)
class _Compared:
    change_set: ChangeSet
    found: Mapping[int, tuple[Op, int | None, int | None]]
    """By line: what it would do, to which record, of which version."""


def weigh(db: Database, number: int, *, scope: Scope) -> Weighing:
    """The rows of a proposal that wait, against the register as it is now; that they were looked at is noted."""
    deciding = narrowing.deciding(scope)
    with db.app(deciding.settings()) as conn:
        known = _open(conn, number, scope)
        declaration = declared.one(conn, known.register)
        waiting = [each for each in proposals.lines(conn, number) if each.state == "waiting"]
        compared = _compared(conn, declaration, waiting, deciding)
        ids = [record for _, record, _ in compared.found.values() if record is not None]
        before = _kept(conn, declaration, ids, scope)
        seen = [Seen(record, was["area"], was["place"]) for record, was in before.items()]
        looking.at_file(conn, declaration, len(waiting), seen, scope=scope, action="approval")
    mask = Mask(declaration, scope)
    rows = tuple(_weighed(each, compared.found[each.id], before, mask, declaration) for each in waiting)
    return Weighing(known, declaration, rows, _mark(compared.found))


def decide(
    db: Database, number: int, approve: Collection[int], back: Mapping[int, str], *, shown: str, scope: Scope
) -> Commit | None:
    """Approve rows, as one change set, and send others ``back``, each with a remark; what is named in neither waits on.

    ``shown`` is the mark of what the approver saw. Refused, with nothing done, where the register or the proposal is no
    longer as it was shown, a remark is missing, or whoever decides sent it.
    """
    with db.app(narrowing.deciding(scope).settings()) as conn:
        known = _open(conn, number, scope)
        declaration = declared.one(conn, known.register)
        waiting = [each for each in proposals.lines(conn, number) if each.state == "waiting"]
        compared = _compared(conn, declaration, waiting, narrowing.deciding(scope))
        if shown != _mark(compared.found) or not {*approve, *back} <= set(compared.found):
            raise refuse("registers.proposal_moved")
        remarks = {each: text.clean(said)[: proposals.REMARK].strip() for each, said in back.items()}
        if not all(remarks.values()) or set(approve) & set(remarks):
            raise refuse("registers.no_remark")
        made = _approved(conn, known, [each for each in waiting if each.id in approve], compared) if approve else None
        if remarks:
            proposals.decide(conn, number, remarks, "returned")
        return made


def _open(conn: Connection, number: int, scope: Scope) -> Proposal:
    """The proposal; refused to its sender."""
    known = proposals.one(conn, number)
    if known.own:
        raise refuse("registers.own_proposal", value=number)
    changes.demand(scope, "approve", known.register)
    return known


def _approved(conn: Connection, known: Proposal, rows: Sequence[Line], compared: _Compared) -> Commit:
    if any(compared.found[each.id][0] == "barred" for each in rows):
        raise refuse("registers.outside_scope")
    keys = [each.key for each in rows if each.op == "put"]
    ids = [compared.found[each.id][1] for each in rows if each.op == "gone"]
    whole = compared.change_set
    same = sum(compared.found[each.id][0] == "same" for each in rows)
    chosen = ChangeSet(whole.declaration, whole.rows.filter(pl.col("key").is_in(keys)),
                       whole.gone.filter(pl.col("id").is_in(ids)), same)  # fmt: skip
    way: Way = "api" if known.way == "api" else "form" if known.way == "form" else "file"
    source = Source(way, known.file_name, known.file_sha256, known.sheets, known.reason, proposal=known.id)
    made = changes.write(conn, chosen, source=source)
    proposals.decide(conn, known.id, dict.fromkeys(each.id for each in rows), "approved", made.id)
    return made


def _compared(conn: Connection, declaration: Declaration, waiting: Sequence[Line], scope: Scope) -> _Compared:
    """The difference of these rows against the register, by row."""
    puts = [each for each in waiting if each.op == "put" and each.place is not None]
    change_set = _nothing(declaration)
    if puts:
        change_set = changes.difference(conn, declaration, transfers.typed(declaration, puts), scope=scope)
    found: dict[int, tuple[Op, int | None, int | None]] = {}
    going = {row[0]: row for row in _standing(conn, declaration, [each.record for each in waiting], scope)}
    change_set = _of_records(change_set, {each.key: going[each.record] for each in puts if each.record in going})
    by_key = {row["key"]: row for row in change_set.rows.select("key", "op", "id", "base").to_dicts()}
    held = set(change_set.held["key"].to_list())
    for each in waiting:
        row = by_key.get(each.key)
        if each.op == "gone":
            found[each.id] = ("gone", *going[each.record]) if each.record in going else ("same", None, None)
        elif each.place is None or each.key in held:
            found[each.id] = ("barred", None, None)
        else:
            found[each.id] = (row["op"], row["id"], row["base"]) if row else ("same", None, None)
    left = {each.record for each in waiting if each.op == "gone"}
    gone = [(number, version) for number, version in going.values() if number in left]
    leaving = pl.DataFrame(gone, schema={"id": pl.Int64, "base": pl.Int64}, orient="row")
    return _Compared(ChangeSet(declaration, change_set.rows, leaving, change_set.same), found)


def _of_records(change_set: ChangeSet, compared: Mapping[str, tuple[int, int]]) -> ChangeSet:
    """A row that was sent as a change of a record still is where its key is the very thing that was put right."""
    new = pl.col("op") == "new"
    turned = [key for key in change_set.rows.filter(new)["key"].to_list() if key in compared]
    if not turned:
        return change_set
    names = {"id": 0, "base": 1}
    rows = change_set.rows.with_columns(
        pl.when(pl.col("key").is_in(turned)).then(pl.lit("changed")).otherwise(pl.col("op")).alias("op"),
        *(pl.col("key").replace_strict(turned, [compared[key][at] for key in turned], default=pl.col(name),
          return_dtype=pl.Int64).alias(name) for name, at in names.items()),
    )  # fmt: skip
    return replace(change_set, rows=rows)


def _nothing(declaration: Declaration) -> ChangeSet:
    none = pl.DataFrame(schema={"op": pl.String, "key": pl.String, "id": pl.Int64, "base": pl.Int64})
    return ChangeSet(declaration, none, none.select("id", "base"), 0)


def _standing(
    conn: Connection, declaration: Declaration, records: Sequence[int | None], scope: Scope
) -> list[tuple[int, int]]:  # fmt: skip
    """Which of these records stand where the scope may approve, with their versions."""
    query = SQL("select id, version from registers.{} where id = any(%s) and {} and {}").format(
        ident(declaration.register), made_sql(scope.predicate(declaration.register, verb="approve")),
        made_sql(scope.predicate(declaration.register)),
    )  # fmt: skip
    return [(row[0], row[1]) for row in conn.execute(query, ([each for each in records if each],)).fetchall()]


def _kept(
    conn: Connection, declaration: Declaration, ids: Sequence[int], scope: Scope
) -> dict[int, dict[str, Any]]:  # fmt: skip
    names = [*declaration.fields, "place", "area"]
    columns = SQL(", ").join(ident(name) for name in names)
    query = SQL("select id, {} from registers.{} where id = any(%s) and {}").format(
        columns, ident(declaration.register), made_sql(scope.predicate(declaration.register))
    )
    rows = conn.execute(query, (list(ids),)).fetchall()
    return {row[0]: dict(zip(names, row[1:], strict=True)) for row in rows}


def _weighed(
    line: Line, found: tuple[Op, int | None, int | None], before: Mapping[int, Mapping[str, Any]], mask: Mask,
    declaration: Declaration,
) -> Weighed:  # fmt: skip
    op, record, version = found
    was = before.get(record or 0, {})
    moved = line.record is not None and op != "barred" and (record, version) != (line.record, line.base)
    shown = mask.row({name: value for name, value in was.items() if name not in ("place", "area")}, was.get("place"))
    turned = tuple(name for name, field in declaration.fields.items()
                   if op == "changed" and was and _differs(was[name], line.content.get(name), field.type))  # fmt: skip
    return Weighed(line, op, shown, mask.row(line.content, line.place), turned, moved)


def _differs(kept: Any, sent: str | None, kind: FieldType) -> bool:
    if kept is None or sent is None:
        return kept is not sent
    if kind == "number":
        return bool(Decimal(sent) != kept)
    return (str(kept).lower() if kind == "boolean" else str(kept)) != sent


def _mark(found: Mapping[int, tuple[Op, int | None, int | None]]) -> str:
    """A row's content never changes, and a version names a record's: together they say all that approving would do."""
    return sha256(repr(sorted(found.items())).encode()).hexdigest()[:32]
