"""Proofs to be carried out of the house: that one row stands in a ledger, that a ledger only ever grew.

Each is one JSON file with everything in it that ``tools/check_proof.py``, which knows nothing of the house, needs.
"""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

from tinhso.foundation.database import Connection
from tinhso.foundation.problems import refuse
from tinhso.ledgers import judging, keys, merkle
from tinhso.ledgers.judging import Signed
from tinhso.ledgers.ledger import Ledger


def inclusion(conn: Connection, home: Path, ledger: Ledger, row: int) -> dict[str, Any]:
    """That the row with this number is a leaf under the newest checkpoint.

    Raises:
        Refused: ``ledgers.not_yet`` if no checkpoint covers it, ``ledgers.unprovable`` if the rows as they are now
            do not give the root that was signed.
    """
    signed = _signed(conn, home, ledger)
    newest = signed[max(signed)]
    leaves = _leaves(conn, ledger, newest)
    index = next((at for at, (number, _) in enumerate(leaves) if number == row), None)
    if index is None:
        raise refuse("ledgers.not_yet", value=row, ledger=ledger.name)
    path = merkle.inclusion_path(index, [merkle.leaf_hash(data) for _, data in leaves])
    return {
        "kind": "inclusion", "ledger": ledger.name, "leaf": leaves[index][1].decode(), "index": index,
        "path": _encoded(path), "checkpoint": newest.note, "key": _key(home, ledger, newest),
    }  # fmt: skip


def consistency(conn: Connection, home: Path, ledger: Ledger, first: int, second: int) -> dict[str, Any]:
    """That the ledger of checkpoint ``first`` is the beginning of that of checkpoint ``second`` (their numbers).

    Raises:
        Refused: ``ledgers.no_such_checkpoint``; ``ledgers.unprovable`` as above.
    """
    signed = _signed(conn, home, ledger)
    for number in (first, second):
        if number not in signed:
            raise refuse("ledgers.no_such_checkpoint", value=number, ledger=ledger.name, last=max(signed))
    older, newer = sorted((signed[first], signed[second]), key=lambda each: each.checkpoint.number)
    hashes = [merkle.leaf_hash(data) for _, data in _leaves(conn, ledger, newer)]
    if merkle.root(hashes[: older.checkpoint.size]) != older.checkpoint.root:
        raise refuse("ledgers.unprovable", value=older.checkpoint.number, ledger=ledger.name)
    path = merkle.consistency_path(older.checkpoint.size, hashes)
    return {
        "kind": "consistency", "ledger": ledger.name, "first": older.note, "second": newer.note,
        "path": _encoded(path), "key": _key(home, ledger, newer),
    }  # fmt: skip


def _signed(conn: Connection, home: Path, ledger: Ledger) -> dict[int, Signed]:
    signed, _ = judging.gathered(conn, home, ledger.name)
    if not signed:
        raise refuse("ledgers.no_checkpoint", ledger=ledger.name)
    return {each.checkpoint.number: each for each in reversed(signed)}


def _leaves(conn: Connection, ledger: Ledger, under: Signed) -> list[tuple[int, bytes]]:
    """Row numbers and data of the leaves under a checkpoint, which must give its root."""
    found: list[tuple[int, bytes]] = []
    for leaf in ledger.leaves(conn, 0):
        if leaf.position != len(found) or leaf.data is None or len(found) == under.checkpoint.size:
            break
        found.append((leaf.row, leaf.data))
    if merkle.root([merkle.leaf_hash(data) for _, data in found]) != under.checkpoint.root:
        raise refuse("ledgers.unprovable", value=under.checkpoint.number, ledger=ledger.name)
    return found


def _encoded(path: list[bytes]) -> list[str]:
    return [base64.b64encode(step).decode() for step in path]


def _key(home: Path, ledger: Ledger, signed: Signed) -> str:
    """The key that signed, as a line; the outsider should have had it by another way before."""
    named = f"{signed.checkpoint.origin}+"
    return next(line for line in map(str, keys.known(home, ledger.name)) if line.startswith(named))
