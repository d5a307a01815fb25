"""Read a ledger's checkpoints from file and table, and judge each by itself and beside its neighbours."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tinhso.foundation.database import Connection
from tinhso.ledgers import keys, notes
from tinhso.ledgers.book import Book
from tinhso.ledgers.checkpoints import Checkpoint
from tinhso.ledgers.findings import Finding
from tinhso.ledgers.notes import Verifier

MOST = 1000
"""Findings of one kind that are told one by one."""


@dataclass(frozen=True, slots=True)
class Signed:
    """A checkpoint that a known key signed; ``frontier`` is what the table keeps with it."""

    checkpoint: Checkpoint
    note: str
    frontier: bytes | None = None


def gathered(conn: Connection, home: Path, ledger: str) -> tuple[list[Signed], list[Finding]]:
    """All checkpoints that are truly signed, from either place, in order of number; and what is wrong with any."""
    known = keys.known(home, ledger)
    file, wrong = _from_file(home, ledger, known)
    table, wrong_rows = _from_table(conn, ledger, known)
    findings = [*wrong, *wrong_rows, *_compared(ledger, file, table)]
    both = {**{each.checkpoint.number: each for each in file}, **{each.checkpoint.number: each for each in table}}
    signed = [both[number] for number in sorted(both)]
    twice = [each for each in (*file, *table) if each.note != both[each.checkpoint.number].note]
    return [*signed, *twice], [*findings, *_ordered(ledger, signed)]


def _from_file(home: Path, ledger: str, known: list[Verifier]) -> tuple[list[Signed], list[Finding]]:
    signed: list[Signed] = []
    findings = []
    for entry in Book.of(home, ledger).entries():
        facts = {"line": entry.line}
        read = _read(entry.note, known) if entry.whole else None
        if read is None:
            code = "ledgers.line_not_signed" if entry.whole else "ledgers.line_unreadable"
            findings.append(Finding(code, ledger=ledger, facts=facts))
        else:
            if signed and read.number <= signed[-1].checkpoint.number:
                findings.append(Finding("ledgers.line_moved", ledger=ledger, checkpoint=read.number, facts=facts))
            signed.append(Signed(read, entry.note))
    return signed, findings


def _from_table(conn: Connection, ledger: str, known: list[Verifier]) -> tuple[list[Signed], list[Finding]]:
    signed: list[Signed] = []
    findings: list[Finding] = []
    before = None
    for number, size, root, seconds, occasion, note, frontier in conn.execute(_ROWS, (ledger,)).fetchall():
        if number == before:
            findings.append(Finding("ledgers.row_twice", ledger=ledger, checkpoint=number))
        read, before = _read(note, known), number
        if read is None:
            findings.append(Finding("ledgers.row_not_signed", ledger=ledger, checkpoint=number))
            continue
        if (number, size, root, seconds, occasion) != _row(read):
            findings.append(Finding("ledgers.row_altered", ledger=ledger, checkpoint=number))
        signed.append(Signed(read, note, frontier))
    return signed, findings


_ROWS = """
select number, size, root, extract(epoch from at)::text, occasion, note, frontier from ledgers.checkpoint
where ledger = %s order by number
"""


def _row(read: Checkpoint) -> tuple[Any, ...]:
    """The columns that go with a note."""
    return read.number, read.size, read.root, f"{read.at.timestamp():.6f}", read.occasion


def _read(note: str, known: list[Verifier]) -> Checkpoint | None:
    text = notes.text_of(note, known)
    return Checkpoint.parse(text) if text else None


def _compared(ledger: str, file: list[Signed], table: list[Signed]) -> Iterator[Finding]:
    """The same checkpoints must stand in both places."""
    written = {each.checkpoint.number: each.note for each in file}
    kept = {each.checkpoint.number: each.note for each in table}
    for number in sorted(written.keys() | kept.keys()):
        code = _difference(written.get(number), kept.get(number))
        if code:
            yield Finding(code, ledger=ledger, checkpoint=number)


def _difference(written: str | None, kept: str | None) -> str | None:
    if written is None:
        return "ledgers.not_in_file"
    if kept is None:
        return "ledgers.not_in_table"
    return None if written == kept else "ledgers.signed_twice"


def _ordered(ledger: str, signed: list[Signed]) -> Iterator[Finding]:
    """Numbers without a hole from 1; sizes and times never go back."""
    last: Checkpoint | None = None
    for each in signed:
        now = each.checkpoint
        for number in range((last.number if last else 0) + 1, now.number)[:MOST]:
            yield Finding("ledgers.checkpoint_gone", ledger=ledger, checkpoint=number)
        if last and (now.size < last.size or now.at < last.at):
            yield Finding("ledgers.went_back", ledger=ledger, checkpoint=now.number, facts={"before": last.number})
        last = now
