"""Batches: files that wait for their sender's decision, as the staff pages show them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import msgspec
import polars as pl

from tinhso.access.readings import Seen
from tinhso.access.scope import Scope
from tinhso.foundation import clock
from tinhso.foundation.database import SQL, Connection, ident, made_sql
from tinhso.foundation.files import Stored
from tinhso.foundation.problems import Refused, refuse
from tinhso.intake import river, shown
from tinhso.intake.desk import Desk
from tinhso.intake.river import Choices, Examined
from tinhso.registers import changes, looking, proposals
from tinhso.registers.changes import Commit, Way
from tinhso.registers.declaration import Declaration
from tinhso.registers.masking import Mask

MOST_TOGETHER = 200
"""Files that are looked at as one sending."""
_RECORDING = 7_405_012
"""Advisory lock (with the batch's number): it is being recorded."""
EXAMPLES = 20
"""How many changed records a review shows field by field."""


@dataclass(frozen=True, slots=True)
class Batch:
    """A file that was received, with what its sender has chosen so far."""

    id: int
    register: str
    sender: str
    file_sha256: str
    file_name: str
    received_at: datetime
    choices: Choices
    state: str
    change_set: int | None
    summary: Mapping[str, Any]
    together: int | None = None
    """The first of the files that were sent with it."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One record that would change: ``fields`` hold (field, before, after); a new record has none."""

    op: str
    row: int
    sheet: int
    key: str
    fields: tuple[tuple[str, Any, Any], ...]


@dataclass(frozen=True, slots=True)
class Review:
    """A batch looked at again: what is in it, what is wrong, and examples of what would change."""

    batch: Batch
    examined: Examined
    examples: tuple[Difference, ...]
    direct: bool = True
    """Whether who looks makes it true alone; else it goes to somebody who may approve it."""


def receive(
    desk: Desk, path: Path, name: str, register: str, *, scope: Scope, sender: str, together: int | None = None
) -> Batch:  # fmt: skip
    """Store an uploaded file and open a batch for it; ``together`` names the first of the files sent with it."""
    changes.demand(scope, "propose", register)
    desk.declaration(register)
    stored = desk.files.put(path)
    place = scope.ranges(register, "propose")[0][0]
    with desk.db.app(scope.settings()) as conn:
        row = conn.execute(
            "insert into intake.batch (register, sender, place, file_sha256, file_name, together)"
            " values (%s, %s, %s, %s, %s, %s) returning id",
            (register, sender, place, stored.sha256, name, together),
        ).fetchone()
        assert row is not None
        return one(conn, row[0], scope=scope)


def one(conn: Connection, batch: int, *, scope: Scope) -> Batch:
    """A batch by number; refused where it does not exist or is another sender's."""
    found = _select(conn, "id = %s", [batch], scope, 1)
    if not found:
        raise refuse("intake.unknown_batch", value=batch)
    return found[0]


def recent(conn: Connection, *, scope: Scope, size: int = 20) -> list[Batch]:
    """The latest batches, newest first."""
    return _select(conn, "true", [], scope, size)


def review(desk: Desk, batch: int, *, scope: Scope, action: str = "review") -> Review:
    """Examine a batch again with its choices against the register as it is now.

    That its rows and some of the records beside them are looked at is noted as ``action``.
    """
    with desk.db.app(scope.settings()) as conn:
        known = one(conn, batch, scope=scope)
    examined = _examined(desk, known, scope)
    summary = _summary(examined)
    with desk.db.app(scope.settings()) as conn:
        if known.state in ("received", "checked"):
            _update(conn, batch, state="checked", summary=summary)
        seen: list[Seen] = []
        declaration = desk.declaration(examined.register)
        made = examined.change_set
        direct = proposals.direct(made, scope) if made else proposals.alone(declaration, scope)
        found = Review(one(conn, batch, scope=scope), examined, _examples(conn, desk, examined, scope, seen), direct)
        looking.at_file(conn, declaration, examined.rows, seen, scope=scope, action=action)
        return found


def _summary(examined: Examined) -> dict[str, Any]:
    """What lists of files tell of one without looking into it again; ``shown`` is the mark of what was found,
    ``newest`` the latest day by which these rows' retention runs, where all of them are good and have one."""
    change_set = examined.change_set
    counts = {
        "new": change_set.new, "changed": change_set.changed, "same": change_set.same,
        "waiting": change_set.held.height,
    } if change_set else {}  # fmt: skip
    return {
        "rows": examined.rows, "errors": examined.errors, "whole": examined.whole,
        "good": examined.checked.frame.height if examined.checked else 0, "shown": shown.mark(examined), **counts,
        "newest": _newest(examined),
    }  # fmt: skip


def _newest(examined: Examined) -> date | None:
    """So that retention reaches a file that waits without reading it again."""
    change_set = examined.change_set
    rule = change_set.declaration.retention if change_set else None
    if rule is None or examined.checked is None or not examined.whole:
        return None
    days = examined.checked.frame[rule.after]
    newest = None if days.null_count() else days.max()
    return newest if isinstance(newest, date) else None


def sent_together(conn: Connection, first: int, *, scope: Scope) -> list[Batch]:
    """The files of one sending, in the order in which they came; refused where there is none of the sender's."""
    where = "(id = %s or together = %s) and sender = %s"
    found = _select(conn, where, [first, first, scope.actor], scope, MOST_TOGETHER)
    if not any(each.id == first for each in found):
        raise refuse("intake.unknown_batch", value=first)
    return found[::-1]


def cut_off(conn: Connection, *, scope: Scope) -> list[Batch]:
    """The sender's own files whose recording was cut off half-way: nothing of them was written.

    Whoever records holds a lock that ends with the connection, so one that is still at it is not among them.
    """
    begun = _select(
        conn, "begun_at is not null and sender = %s and state in ('received', 'checked')", [scope.actor], scope, 20
    )
    return [each for each in begun if _is_free(conn, each.id)]


def _is_free(conn: Connection, batch: int) -> bool:
    row = conn.execute("select pg_try_advisory_xact_lock(%s, %s)", (_RECORDING, batch % 2**31)).fetchone()
    return row is not None and bool(row[0])


@contextmanager
def _recording(desk: Desk, batch: int, scope: Scope) -> Iterator[None]:
    """Keep that a batch is being recorded, until it is recorded or refused: a process that dies keeps it for good."""
    with desk.db.app() as lock:
        lock.execute("select pg_advisory_xact_lock(%s, %s)", (_RECORDING, batch % 2**31))
        with desk.db.app(scope.settings()) as conn:
            _update(conn, batch, begun_at=clock.now())
        try:
            yield
        finally:
            with desk.db.app(scope.settings()) as conn:
                _update(conn, batch, begun_at=None)


def choose(desk: Desk, batch: int, choices: Choices, *, scope: Scope) -> Batch:
    """Keep what the sender has chosen."""
    with desk.db.app(scope.settings()) as conn:
        _open(one(conn, batch, scope=scope))
        conn.execute(
            "update intake.batch set choices = %s where id = %s", (msgspec.json.encode(choices).decode(), batch)
        )
        return one(conn, batch, scope=scope)


def settle(
    desk: Desk, batch: int, *, scope: Scope, choices: Choices | None = None,
    sure: Callable[[Examined], None] | None = None,
) -> Commit:  # fmt: skip
    """Commit a batch as its choices say; refused, with nothing done, where a rule forbids it.

    ``choices`` take the place of those kept so far, and are kept with the commit. ``sure`` looks at what would be
    committed and may refuse it.
    """
    with desk.db.app(scope.settings()) as conn:
        known = _open(one(conn, batch, scope=scope))
    known = known if choices is None else replace(known, choices=choices)
    with _recording(desk, batch, scope):
        return _settled(desk, known, scope, sure)


def _settled(desk: Desk, known: Batch, scope: Scope, sure: Callable[[Examined], None] | None) -> Commit:
    batch, examined = known.id, _examined(desk, known, scope)
    if sure is not None:
        sure(examined)

    def settled(conn: Connection, commit: Commit) -> None:
        _close(conn, batch, "committed", commit.id)
        _update(conn, batch, choices=msgspec.to_builtins(known.choices))

    taken = river.finish(desk, examined, scope=scope, sender=known.sender, choices=known.choices, beside=settled)
    if taken.commit is None:
        raise Refused(examined.problems)
    return taken.commit


def propose(
    desk: Desk, batch: int, *, scope: Scope, choices: Choices | None = None, way: Way = "file",
    sure: Callable[[Examined], None] | None = None,
) -> int:  # fmt: skip
    """Put a batch before whoever may approve it, as its choices say; gives the number of the proposal.

    Refused, with nothing done, where a rule forbids it, nothing would change, or the batch is another's.
    """
    with desk.db.app(scope.settings()) as conn:
        known = _open(one(conn, batch, scope=scope))
    known = known if choices is None else replace(known, choices=choices)
    examined = _examined(desk, known, scope)
    if sure is not None:
        sure(examined)

    def kept(conn: Connection) -> None:
        _update(conn, batch, choices=msgspec.to_builtins(known.choices))

    return river.propose(
        desk, examined, scope=scope, sender=known.sender, choices=known.choices, batch=batch, way=way, beside=kept
    )


def drop(desk: Desk, batch: int, *, scope: Scope) -> Batch:
    """Leave a batch: nothing of it is written, the file stays in the store; what waits for somebody is taken back."""
    with desk.db.app(scope.settings()) as conn:
        waiting = proposals.of_batch(conn, batch)
        if waiting is not None and waiting.own and waiting.waiting:
            proposals.withdraw(conn, waiting.id)
            return one(conn, batch, scope=scope)
        _open(one(conn, batch, scope=scope))
        _close(conn, batch, "dropped")
        return one(conn, batch, scope=scope)


SETTLED = ("proposed", "committed", "refused", "dropped")
"""States in which a file waits for its sender no more."""


def _open(batch: Batch) -> Batch:
    if batch.state in SETTLED:
        raise refuse("intake.batch_settled", value=batch.id)
    return batch


def _close(conn: Connection, batch: int, state: str, change_set: int | None = None) -> None:
    """Decide a batch once: of two who decide it at the same moment, the second is refused."""
    closed = conn.execute(
        "update intake.batch set state = %s, change_set = %s where id = %s and not (state = any(%s))",
        (state, change_set, batch, list(SETTLED)),
    )
    if not closed.rowcount:
        raise refuse("intake.batch_settled", value=batch)


def _examined(desk: Desk, batch: Batch, scope: Scope) -> Examined:
    path = desk.files.path(batch.file_sha256)
    stored = Stored(batch.file_sha256, path.stat().st_size, path)
    return river.examine(
        desk, stored, batch.file_name, batch.register, scope=scope, sender=batch.sender, choices=batch.choices
    )


def _select(conn: Connection, where: str, params: list[Any], scope: Scope, size: int) -> list[Batch]:
    own = f"({scope.registers('register', 'propose')} or sender = %s)"
    query = (
        "select id, register, sender, file_sha256, file_name, received_at, choices::text, state, change_set,"
        f" coalesce(summary, '{{}}')::text, together from intake.batch where {where} and {own}"
        " order by id desc limit %s"
    )
    rows = conn.execute(made_sql(query), [*params, scope.actor, size]).fetchall()
    return [_batch(row) for row in rows]


def _batch(values: tuple[Any, ...]) -> Batch:
    made = Batch(*values)
    choices, summary = msgspec.json.decode(values[6], type=Choices), msgspec.json.decode(values[9])
    return replace(made, choices=choices, summary=summary)


def _update(conn: Connection, batch: int, **values: Any) -> None:
    for name, value in values.items():
        stored = msgspec.json.encode(value).decode() if isinstance(value, dict) else value
        conn.execute(SQL("update intake.batch set {} = %s where id = %s").format(ident(name)), (stored, batch))


def _examples(
    conn: Connection, desk: Desk, examined: Examined, scope: Scope, seen: list[Seen]
) -> tuple[Difference, ...]:  # fmt: skip
    """The first new and changed rows, with what the changed ones were before; these records are added to ``seen``."""
    change_set = examined.change_set
    if change_set is None or change_set.rows.is_empty():
        return ()
    declaration = desk.declaration(examined.register)
    changed = change_set.rows.filter(pl.col("op") == "changed").head(EXAMPLES)
    fresh = change_set.rows.filter(pl.col("op") == "new").head(3)
    before = _before(conn, declaration, changed["id"].to_list()) if changed.height else {}
    seen += [Seen(number, was["area"], was["place"]) for number, was in before.items()]
    mask = Mask(declaration, scope)
    return tuple(_example(declaration, row, before, mask) for row in [*fresh.to_dicts(), *changed.to_dicts()])


def _before(conn: Connection, declaration: Declaration, ids: list[int]) -> dict[int, dict[str, Any]]:
    names = [*declaration.fields, "place", "area"]
    columns = SQL(", ").join(ident(name) for name in names)
    query = SQL("select id, {} from registers.{} where id = any(%s)").format(columns, ident(declaration.register))
    return {row[0]: dict(zip(names, row[1:], strict=True)) for row in conn.execute(query, (ids,)).fetchall()}


def _example(
    declaration: Declaration, row: dict[str, Any], before: dict[int, dict[str, Any]], mask: Mask
) -> Difference:
    """What the row would change; of what was there before, sensitive values as far as the sender may see them."""
    was = before.get(row["id"] or 0)
    if was is None:
        return Difference(row["op"], row["row"], row["sheet"], row["key"], ())
    turned = [name for name in declaration.fields if str(was[name]) != str(row[name])]
    told = mask.row({name: was[name] for name in turned}, was["place"])
    fields = tuple((name, told[name], row[name]) for name in turned)
    return Difference(row["op"], row["row"], row["sheet"], row["key"], fields)
