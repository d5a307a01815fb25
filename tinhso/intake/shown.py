"""What somebody was shown before deciding, as a short mark: two looks with one mark would change the same."""

from __future__ import annotations

from array import array
from hashlib import sha256

import polars as pl

from tinhso.intake.examining import Examined

DIGITS = 32


def mark(examined: Examined, *, only_good: bool = False) -> str:
    """Of all that committing would do: rows new or changed, what each was compared with, and records to go.

    Records that merely stay absent or the same are no part of it. ``only_good`` never takes records away.
    """
    change_set = examined.change_set
    if change_set is None:
        return ""
    fields = ("op", "id", "base", "key", "area", *change_set.declaration.fields)
    made = sha256(f"{change_set.declaration.register} {change_set.new} {change_set.changed}".encode())
    made.update(_hashed(change_set.rows.select(fields)))
    made.update(_hashed(change_set.held.select("key", "sheet", "row")))
    if not only_good:
        made.update(_hashed(change_set.gone.select("id", "base").sort("id")))
    return made.hexdigest()[:DIGITS]


def _hashed(rows: pl.DataFrame) -> bytes:
    return array("Q", rows.hash_rows().to_list()).tobytes() if rows.height else b"-"
