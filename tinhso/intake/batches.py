"""Batches: files that wait for their sender's decision, as the staff pages show them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import polars as pl

from tinhso.access.readings import Seen
from tinhso.access.scope import Scope
from tinhso.foundation.database import SQL, Connection, ident, made_sql
from tinhso.foundation.files import Stored
from tinhso.foundation.problems import Refused, refuse
from tinhso.intake import river
from tinhso.intake.desk import Desk
from tinhso.intake.river import Choices, Examined
from tinhso.registers import changes, looking
from tinhso.registers.changes import Commit
from tinhso.registers.declaration import Declaration
from tinhso.registers.masking import Mask

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


def receive(desk: Desk, path: Path, name: str, register: str, *, scope: Scope, sender: str) -> Batch:
    """Store an uploaded file and open a batch for it."""
    changes.demand(scope, "propose", register)
    desk.declaration(register)
    stored = desk.files.put(path)
    place = scope.ranges(register, "propose")[0][0]
    with desk.db.app(scope.settings()) as conn:
        row = conn.execute(
            "insert into intake.batch (register, sender, place, file_sha256, file_name) values (%s, %s, %s, %s, %s)"
            " returning id",
            (register, sender, place, stored.sha256, name),
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
    summary = {
        "rows": examined.rows, "errors": examined.errors,
        "good": examined.checked.frame.height if examined.checked else 0,
    }  # fmt: skip
    with desk.db.app(scope.settings()) as conn:
        if known.state in ("received", "checked"):
            _update(conn, batch, state="checked", summary=summary)
        seen: list[Seen] = []
        found = Review(one(conn, batch, scope=scope), examined, _examples(conn, desk, examined, scope, seen))
        declaration = desk.declaration(examined.register)
        looking.at_file(conn, declaration, examined.rows, seen, scope=scope, action=action)
        return found


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
    examined = _examined(desk, known, scope)
    if sure is not None:
        sure(examined)

    def settled(conn: Connection, commit: Commit) -> None:
        _close(conn, batch, "committed", commit.id)
        _update(conn, batch, choices=msgspec.to_builtins(known.choices))

    taken = river.finish(desk, examined, scope=scope, sender=known.sender, choices=known.choices, beside=settled)
    if taken.commit is None:
        raise Refused(examined.problems)
    return taken.commit


def drop(desk: Desk, batch: int, *, scope: Scope) -> Batch:
    """Leave a batch: nothing of it is written, the file stays in the store."""
    with desk.db.app(scope.settings()) as conn:
        _open(one(conn, batch, scope=scope))
        _close(conn, batch, "dropped")
        return one(conn, batch, scope=scope)


def _open(batch: Batch) -> Batch:
    if batch.state in ("committed", "dropped"):
        raise refuse("intake.batch_settled", value=batch.id)
    return batch


def _close(conn: Connection, batch: int, state: str, change_set: int | None = None) -> None:
    """Decide a batch once: of two who decide it at the same moment, the second is refused."""
    closed = conn.execute(
        "update intake.batch set state = %s, change_set = %s where id = %s and state not in ('committed', 'dropped')",
        (state, change_set, batch),
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
        f" coalesce(summary, '{{}}')::text from intake.batch where {where} and {own} order by id desc limit %s"
    )
    rows = conn.execute(made_sql(query), [*params, scope.actor, size]).fetchall()
    return [_batch(*row) for row in rows]


def _batch(*values: Any) -> Batch:
    decoded = msgspec.json.decode(values[6], type=Choices), *values[7:9], msgspec.json.decode(values[9])
    return Batch(*values[:6], *decoded)


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
