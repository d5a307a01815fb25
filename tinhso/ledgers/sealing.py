"""Make checkpoints: count the leaves that came since the last one, sign, write to the file and to the table.

Nothing here holds up a commit: leaves have their order already, and only checkpoints wait for each other. What is
signed goes on from what was signed: a last checkpoint that is not the same in file and table, does not bear our
signature or does not fit the hashes kept beside it is refused, for signing on top of it would cover it up.
"""

from __future__ import annotations

from datetime import timedelta
from itertools import islice
from pathlib import Path

import polars as pl

from tinhso.foundation import clock
from tinhso.foundation.database import Connection, Database, copy_in
from tinhso.foundation.problems import refuse
from tinhso.ledgers import checkpoints, keys, notes
from tinhso.ledgers.book import Book
from tinhso.ledgers.checkpoints import HOURLY, Checkpoint
from tinhso.ledgers.ledger import Ledger
from tinhso.ledgers.merkle import Range, leaf_hash

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SLICE = 50_000
"""Leaves hashed and stored at a time."""


def seal(db: Database, home: Path, ledger: Ledger, *, occasion: str) -> Checkpoint:
    """Sign how far the ledger has come, even if nothing was added since.

    Raises:
        Refused: ``ledgers.broken`` if the last checkpoint cannot be gone on from, ``ledgers.gap`` if a leaf is
            missing, ``ledgers.file`` or ``ledgers.key_...`` if file or key cannot be used.
    """
    checkpoints.checked_occasion(occasion)
    with db.owner() as conn:
        _alone(conn)
        return _sealed(conn, home, ledger, occasion)


def seal_if_due(db: Database, home: Path, ledger: Ledger) -> Checkpoint | None:
    """The checkpoint of a month's close, at the first look after it (quarters and years close with a month); else the
    hourly one, an hour after the last one if leaves were added, a day after it in any case."""
    with db.owner() as conn:
        if _due(conn, ledger) is None:
            return None
        _alone(conn)
        occasion = _due(conn, ledger)  # another server may have made it while this one waited
        return _sealed(conn, home, ledger, occasion) if occasion else None


def _alone(conn: Connection) -> None:
    """One checkpoint at a time, and none while a verification compares table and file."""
    conn.execute("lock table ledgers.checkpoint in share row exclusive mode")


def _due(conn: Connection, ledger: Ledger) -> str | None:
    """The occasion for which a checkpoint is due, if one is."""
    last = conn.execute(
        "select size, at from ledgers.checkpoint where ledger = %s order by number desc limit 1", (ledger.name,)
    ).fetchone()
    if last is None:
        return HOURLY if _grew(conn, ledger, 0) else None
    size, at = last
    closed = clock.today().replace(day=1) - timedelta(days=1)
    if at.astimezone(clock.VIETNAM).date() <= closed:
        return f"period {closed:%Y-%m}"
    age = clock.now() - at
    return HOURLY if age >= DAY or (age >= HOUR and _grew(conn, ledger, size)) else None


def _grew(conn: Connection, ledger: Ledger, size: int) -> bool:
    return next(ledger.leaves(conn, size), None) is not None


def _sealed(conn: Connection, home: Path, ledger: Ledger, occasion: str) -> Checkpoint:
    signer, book = keys.signer(home, ledger.name), Book.of(home, ledger.name)
    number, tree = _restored(conn, home, ledger, book)
    tree = _grown(conn, ledger, tree)
    moment = clock.now().replace(microsecond=0)
    made = Checkpoint(signer.name, tree.size, tree.root(), number + 1, moment, occasion)
    note = signer.note(made.text)
    _insert(conn, ledger.name, made, note, tree)
    book.append(note)
    return made


def _restored(conn: Connection, home: Path, ledger: Ledger, book: Book) -> tuple[int, Range]:
    """The last checkpoint's number and its leaves. One that a crash kept from the table is put there from the file."""
    count, number, tree, row_note = _last_row(conn, ledger.name)
    signed = [entry.note for entry in book.entries() if entry.whole]
    if len(signed) == count + 1:
        lost = _read(home, ledger.name, signed[-1])
        if count:
            _expect_same(ledger.name, number, row_note, signed[-2])
        tree = _grown(conn, ledger, _trusted(home, ledger.name, number, row_note, tree), lost.size)
        if lost.number != number + 1 or tree.root() != lost.root:
            raise refuse("ledgers.broken", value=lost.number, ledger=ledger.name)
        _insert(conn, ledger.name, lost, signed[-1], tree)
        return lost.number, tree
    if len(signed) != count:
        raise refuse("ledgers.broken", value=number, ledger=ledger.name)
    if count:
        _expect_same(ledger.name, number, row_note, signed[-1])
    return number, _trusted(home, ledger.name, number, row_note, tree)


def _last_row(conn: Connection, ledger: str) -> tuple[int, int, Range, str]:
    row = conn.execute(_LAST, {"ledger": ledger}).fetchone()
    if row is None:
        return 0, 0, Range(), ""
    count, number, size, note, frontier = row
    try:
        return count, number, Range.from_bytes(size, frontier), note
    except ValueError as error:
        raise refuse("ledgers.broken", value=number, ledger=ledger) from error


_LAST = """
select count(*) over (), number, size, note, frontier from ledgers.checkpoint
where ledger = %(ledger)s order by number desc limit 1
"""


def _expect_same(ledger: str, number: int, row: str, file: str) -> None:
    if row != file:
        raise refuse("ledgers.broken", value=number, ledger=ledger)


def _trusted(home: Path, ledger: str, number: int, note: str, tree: Range) -> Range:
    """The leaves so far, if the last note is ours and speaks of them."""
    if number == 0:
        return tree
    last = _read(home, ledger, note)
    if (last.number, last.size, last.root) != (number, tree.size, tree.root()):
        raise refuse("ledgers.broken", value=number, ledger=ledger)
    return tree


def _read(home: Path, ledger: str, note: str) -> Checkpoint:
    text = notes.text_of(note, keys.known(home, ledger))
    found = Checkpoint.parse(text) if text else None
    if found is None:
        raise refuse("ledgers.broken", value=note.partition("\n")[0], ledger=ledger)
    return found


def _grown(conn: Connection, ledger: Ledger, tree: Range, until: int | None = None) -> Range:
    """The leaves so far and all that came since (or as many as ``until``), their hashes stored."""
    leaves = ledger.leaves(conn, tree.size)
    while True:
        some = list(islice(leaves, SLICE if until is None else min(SLICE, until - tree.size)))
        if not some:
            return tree
        for expected, leaf in enumerate(some, tree.size):
            if leaf.position != expected or leaf.data is None:
                raise refuse("ledgers.gap", value=expected + 1, ledger=ledger.name)
        hashes = [leaf_hash(leaf.data or b"") for leaf in some]
        _store(conn, ledger.name, [leaf.row for leaf in some], hashes, tree.size)
        tree = tree.extended(hashes)


def _store(conn: Connection, ledger: str, rows: list[int], hashes: list[bytes], start: int) -> None:
    stored = pl.DataFrame(
        {
            "ledger": [ledger] * len(rows),
            "position": range(start, start + len(rows)),
            "row_id": rows,
            "hash": ["\\x" + one.hex() for one in hashes],
        }
    )
    copy_in(conn, "ledgers.leaf", stored.columns, stored)


def _insert(conn: Connection, ledger: str, made: Checkpoint, note: str, tree: Range) -> None:
    conn.execute(
        "insert into ledgers.checkpoint (ledger, number, size, root, at, occasion, note, frontier)"
        " values (%s, %s, %s, %s, %s, %s, %s, %s)",
        (ledger, made.number, made.size, made.root, made.at, made.occasion, note, tree.to_bytes()),
    )
