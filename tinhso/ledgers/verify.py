"""Recount a ledger and hold it against everything that was ever signed of it.

The leaves are made again from the rows. Each checkpoint, in the file and in the table, must bear a known signature,
stand in both places alike and in order, and have the root that the recounted leaves give at its size: with one row of
leaves under all of them, that is consistency between any two as well. The hashes kept beside the checkpoints say
which leaf is not what it was.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from tinhso.foundation.database import Connection
from tinhso.ledgers import judging
from tinhso.ledgers.findings import Finding
from tinhso.ledgers.judging import Signed
from tinhso.ledgers.ledger import PAGE, Leaf, Ledger
from tinhso.ledgers.merkle import Range, leaf_hash


@dataclass(slots=True)
class Recount:
    """What was counted of one ledger, and what was found."""

    ledger: str
    leaves: int = 0
    checkpoints: int = 0
    findings: list[Finding] = field(default_factory=list)


def hold_still(conn: Connection) -> None:
    """Begin a transaction that sees one moment of tables and files; checkpoints wait meanwhile, commits do not."""
    conn.execute("set transaction isolation level repeatable read")
    conn.execute("lock table ledgers.checkpoint in share mode")  # takes no snapshot, so what follows sees the last one


def recount(conn: Connection, home: Path, ledger: Ledger) -> Recount:
    """Verify one ledger, in a transaction that ``hold_still`` began (as owner)."""
    found = Recount(ledger.name)
    checkpoints, findings = judging.gathered(conn, home, ledger.name)
    found.checkpoints, found.findings = len(checkpoints), findings
    kept = _kept(conn, ledger.name)
    counted = _counted(conn, ledger)
    found.leaves = len(counted.hashes)
    found.findings += _holes(ledger.name, counted, kept)
    found.findings += _unkept(ledger.name, kept, max((each.checkpoint.size for each in checkpoints), default=0))
    broken = list(_roots(ledger.name, counted, kept, checkpoints))
    found.findings += _altered(ledger.name, counted, kept, roots_differ=bool(broken))
    found.findings += broken
    return found


def unknown_ledgers(conn: Connection, home: Path, known: set[str]) -> list[Finding]:
    """Ledgers that were signed once and that the platform keeps no more."""
    rows = conn.execute("select ledger from ledgers.checkpoint union select ledger from ledgers.leaf").fetchall()
    signed = {name for (name,) in rows} | {file.stem for file in (home / "checkpoints").glob("*.txt")}
    return [Finding("ledgers.unknown_ledger", ledger=name) for name in sorted(signed - known)]


@dataclass(frozen=True, slots=True)
class _Hashes:
    """Hashes and row numbers by position; ``twice`` holds leaves whose position was taken already."""

    hashes: dict[int, bytes] = field(default_factory=dict)
    rows: dict[int, int] = field(default_factory=dict)
    twice: list[Leaf] = field(default_factory=list)


def _counted(conn: Connection, ledger: Ledger) -> _Hashes:
    found = _Hashes()
    for leaf in ledger.leaves(conn, 0):
        _take(found, leaf)
    return found


def _take(found: _Hashes, leaf: Leaf) -> None:
    if leaf.position in found.hashes:
        found.twice.append(leaf)
    elif leaf.data is not None:
        found.hashes[leaf.position], found.rows[leaf.position] = leaf_hash(leaf.data), leaf.row


def _kept(conn: Connection, ledger: str) -> _Hashes:
    found, after = _Hashes(), -1
    while True:
        rows = conn.execute(_KEPT, (ledger, after, PAGE)).fetchall()
        for position, row, kept in rows:
            if position in found.hashes:
                found.twice.append(Leaf(position, row, kept))
            found.hashes[position], found.rows[position] = kept, row
            after = position
        if len(rows) < PAGE:
            return found


_KEPT = """
select position, row_id, hash from ledgers.leaf where ledger = %s and position > %s order by position limit %s
"""


def _holes(ledger: str, counted: _Hashes, kept: _Hashes) -> Iterator[Finding]:
    """Leaves that are not there though later ones are, or though they were signed; and such as are there twice."""
    for leaf in counted.twice[: judging.MOST]:
        yield Finding("ledgers.leaf_twice", ledger=ledger, leaf=leaf.position + 1, facts={"row": leaf.row})
    end = max((*counted.hashes, *kept.hashes), default=-1) + 1
    if len(counted.hashes) == end:
        return
    missing = (position for position in range(end) if position not in counted.hashes)
    for position in islice(missing, judging.MOST):
        row = kept.rows.get(position)
        yield Finding("ledgers.leaf_gone", ledger=ledger, leaf=position + 1, facts={"row": "?" if row is None else row})


def _unkept(ledger: str, kept: _Hashes, covered: int) -> Iterator[Finding]:
    """A hash is kept for each leaf that a checkpoint covers, and for no other."""
    there = kept.hashes.keys()
    wrong = [*(at for at in range(covered) if at not in there), *(at for at in there if at >= covered)]
    wrong += [leaf.position for leaf in kept.twice]
    if wrong:
        yield Finding("ledgers.hashes_not_kept", ledger=ledger, leaf=wrong[0] + 1, facts={"count": len(wrong)})


def _roots(ledger: str, counted: _Hashes, kept: _Hashes, checkpoints: list[Signed]) -> Iterator[Finding]:
    """Checkpoints whose root the leaves do not give; the leaves up to the last good one are as they were signed."""
    tree, good = Range(), 0
    for signed in sorted(checkpoints, key=lambda each: (each.checkpoint.size, each.checkpoint.number)):
        size = signed.checkpoint.size
        more = range(tree.size, size)
        tree = tree.extended(counted.hashes.get(at) or kept.hashes.get(at) or bytes(32) for at in more)
        number = signed.checkpoint.number
        if tree.root() != signed.checkpoint.root:
            yield Finding(
                "ledgers.root_differs", ledger=ledger, checkpoint=number, facts={"first": good + 1, "last": size}
            )
        else:
            good = size
            if signed.frontier is not None and signed.frontier != tree.to_bytes():
                yield Finding("ledgers.frontier_altered", ledger=ledger, checkpoint=number)


def _altered(ledger: str, counted: _Hashes, kept: _Hashes, *, roots_differ: bool) -> Iterator[Finding]:
    """Leaves that are not what their kept hash says: the row was altered if the roots say so too, else the hash was."""
    code = "ledgers.leaf_altered" if roots_differ else "ledgers.hash_altered"
    differing = (
        position
        for position, known in kept.hashes.items()
        if position in counted.hashes
        and (counted.hashes[position] != known or counted.rows[position] != kept.rows[position])
    )
    for position in islice(differing, judging.MOST):
        row, was = counted.rows[position], kept.rows[position]
        yield Finding(code, ledger=ledger, leaf=position + 1, facts={"row": row, "was": was})
