"""Recount what each change set says it did: its counts, and its digest over the versions that came, changed and went.

The digest is SHA-256 over one entry after the other: new versions, changed ones, gone ones, each in order of id; an
act of erasure adds the versions it erased, in order of id and version. An entry is the version's digest (of what went:
SHA-256 of ``gone`` and the digest; of what was erased: of ``erased`` and the digest). In change sets of form 2 what
binds it to its place follows, big-endian: id (8 bytes), version (4), and for what came or changed origin (8), source
sheet (2) and source row (4), -1 where there is none.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from itertools import pairwise

import polars as pl

from tinhso.foundation.database import Connection
from tinhso.ledgers.findings import Finding
from tinhso.registers.chain.versions import MOST

FEW = 3_000
"""In a change set of up to so many versions the one that was put in is looked for."""
NEW, CHANGED, GONE, ERASED = range(4)
Row = tuple[str, int, int, int | None, int | None, int | None]
"""Digest in digits, id, version, origin, sheet, row."""


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """What the table says of one change set."""

    id: int
    form: int | None
    digest: bytes | None
    counts: tuple[int, int, int]


def recounted(conn: Connection, register: str, bound: pl.DataFrame) -> Iterator[Finding]:
    """Change sets of the register whose counts or digest are not those of the versions there are."""
    sets = {row[0]: ChangeSet(row[0], row[1], row[2], row[3:]) for row in conn.execute(_SETS, (register,)).fetchall()}
    acts = _erasures(conn, register, bound)
    lonely = 0
    for number, entries in _by_change_set(pl.concat([_entries(bound), acts])):
        if number in sets:
            yield from _compared(register, sets.pop(number), entries, bound)
        elif lonely < MOST:
            lonely += 1
            first = entries[0][1]
            yield Finding(
                "registers.no_change_set", register=register, record=first[1], version=first[2], change_set=number,
                facts={"count": len(entries)},
            )  # fmt: skip
    for empty in sets.values():
        yield from _compared(register, empty, [], bound)


_SETS = """
select id, form, digest, new_count, changed_count, gone_count from registers.change_set where register = %s
"""

_COLUMNS = ("digest", "id", "version", "origin", "source_sheet", "source_row")


def _entries(bound: pl.DataFrame) -> pl.DataFrame:
    """Each version under the change set that brought it, and what went once more under the one that took it."""
    ended = bound.filter(pl.col("until_change_set").is_not_null())
    turned = ended.filter(pl.col("op") == "changed").select("id", pl.col("until_change_set").alias("change_set"))
    came = bound.join(
        turned.unique().with_columns(pl.lit(CHANGED).alias("kind")), on=["id", "change_set"], how="left"
    ).with_columns(pl.col("kind").fill_null(NEW))
    went = ended.filter(pl.col("op") == "gone").with_columns(
        pl.col("until_change_set").alias("change_set"), pl.lit(GONE).alias("kind")
    )
    return pl.concat([part.select("change_set", pl.col("kind").cast(pl.Int8), *_COLUMNS) for part in (came, went)])


def _erasures(conn: Connection, register: str, bound: pl.DataFrame) -> pl.DataFrame:
    rows = conn.execute("select id, version, act from ledgers.erased_version where register = %s", (register,))
    marks = pl.DataFrame(rows.fetchall(), {"id": pl.Int64, "version": pl.Int64, "act": pl.Int64}, orient="row")
    named = marks.join(bound.drop("change_set"), on=["id", "version"], how="left")
    kind = pl.lit(ERASED, pl.Int8).alias("kind")
    return named.select(pl.col("act").alias("change_set"), kind, *_COLUMNS)


def _by_change_set(entries: pl.DataFrame) -> Iterator[tuple[int, list[tuple[int, Row]]]]:
    grouped = entries.sort("change_set", "kind", "id", "version").group_by("change_set", maintain_order=True)
    for (number,), rows in grouped:
        yield number, [(kind, tuple(row)) for kind, *row in rows.select("kind", *_COLUMNS).iter_rows()]


def _compared(register: str, kept: ChangeSet, entries: list[tuple[int, Row]], bound: pl.DataFrame) -> Iterator[Finding]:
    found = tuple(sum(kind == each for kind, _ in entries) for each in (NEW, CHANGED, GONE))
    pieces = [_entry(kind, row, kept.form) for kind, row in entries]
    if sha256(b"".join(pieces)).digest() == kept.digest:
        if found != kept.counts:
            yield Finding("registers.counts_altered", register=register, change_set=kept.id, facts=_said(kept, found))
        return
    more = sum(found) - sum(kept.counts)
    surplus = _surplus(entries, pieces, kept.digest) if more == 1 else None
    if surplus is not None:
        yield Finding(
            "registers.version_put_in", register=register, record=surplus[1], version=surplus[2], change_set=kept.id
        )
        return
    for record in _missing(entries, bound, -more):
        yield Finding("registers.record_gone", register=register, record=record, change_set=kept.id)
    yield Finding("registers.change_set_altered", register=register, change_set=kept.id, facts=_said(kept, found))


def _said(kept: ChangeSet, found: tuple[int, ...]) -> dict[str, object]:
    return {"counted": sum(found), "expected": sum(kept.counts)}


def _entry(kind: int, row: Row, form: int | None) -> bytes:
    """The bytes by which a version stands in a change set's digest."""
    digits, record, version, origin, sheet, line = row
    digest = bytes.fromhex((digits or "").removeprefix("\\x"))
    if kind in (GONE, ERASED):
        digest = sha256((b"gone" if kind == GONE else b"erased") + digest).digest()
    if form is None:
        return digest
    place = struct.pack(">qi", record, version)
    if kind in (GONE, ERASED):
        return digest + place
    return (
        digest + place + struct.pack(">qhi", origin or 0, -1 if sheet is None else sheet, -1 if line is None else line)
    )


def _surplus(entries: list[tuple[int, Row]], pieces: list[bytes], wanted: bytes | None) -> Row | None:
    """The one version without which the digest would be right."""
    if len(pieces) > FEW:
        return None
    before = sha256()
    for at, (_, row) in enumerate(entries):
        without = before.copy()
        without.update(b"".join(pieces[at + 1 :]))
        if without.digest() == wanted:
            return row
        before.update(pieces[at])
    return None


def _missing(entries: list[tuple[int, Row]], bound: pl.DataFrame, count: int) -> list[int]:
    """Records that this change set must have brought: numbers given within it that no record has any more."""
    ids = sorted({row[1] for kind, row in entries if kind == NEW})
    gaps = [number for low, high in pairwise(ids) if high - low <= FEW for number in range(low + 1, high)]
    if not 0 < count <= len(gaps) <= FEW:
        return []
    elsewhere = set(bound.filter(pl.col("id").is_in(gaps))["id"])
    lost = [number for number in gaps if number not in elsewhere]
    return lost if len(lost) == count else []
