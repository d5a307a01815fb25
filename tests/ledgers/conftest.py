"""A ledger of three letters by An, and a home where checkpoints go."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from tinhso.foundation.database import Database, made_sql
from tinhso.ledgers import sealing, verify
from tinhso.ledgers.book import Book
from tinhso.ledgers.checkpoints import Checkpoint
from tinhso.ledgers.findings import Finding
from tinhso.ledgers.ledger import Ledger, gathered, numbered

LETTERS = numbered("letters", "post.letter", position="place", columns=("id", "text", "place"))
VISITS = gathered("visits", "post.visit", columns=("id", "who", "at"))


@dataclass(frozen=True)
class Post:
    """A database with letters (numbered by themselves) and visits (places given by checkpoints)."""

    db: Database
    home: Path
    ledger: Ledger = LETTERS

    @property
    def book(self) -> Book:
        return Book.of(self.home, self.ledger.name)

    def letters(self, *texts: str) -> None:
        with self.db.owner() as conn:
            for text in texts:
                conn.execute(
                    "insert into post.letter (text, place) select %s, coalesce(max(place), 0) + 1 from post.letter",
                    (text,),
                )

    def visit(self, number: int, who: str) -> None:
        with self.db.owner() as conn:
            conn.execute("insert into post.visit (id, who) values (%s, %s)", (number, who))

    def seal(self, occasion: str = "asked") -> Checkpoint:
        return sealing.seal(self.db, self.home, self.ledger, occasion=occasion)

    def found(self) -> list[Finding]:
        with self.db.owner() as conn:
            verify.hold_still(conn)
            return verify.recount(conn, self.home, self.ledger).findings

    def named(self) -> list[tuple[str, int | None, int | None]]:
        return [(one.code.removeprefix("ledgers."), one.checkpoint, one.leaf) for one in self.found()]

    def tamper(self, statement: str) -> None:
        with self.db.owner() as conn:
            for table in ("leaf", "checkpoint"):
                conn.execute(made_sql(f"alter table ledgers.{table} disable trigger user"))
            conn.execute(made_sql(statement))

    def rewrite(self, change: tuple[str, str]) -> None:
        """Replace text in the file of checkpoints."""
        was = self.book.file.read_text(encoding="utf-8")
        assert change[0] in was
        self.book.file.write_text(was.replace(*change, 1), encoding="utf-8")


@pytest.fixture
def post(db: Database, tmp_path: Path) -> Post:
    with db.owner() as conn:
        conn.execute("create schema post")
        conn.execute("create table post.letter (id bigint generated always as identity, text text, place bigint)")
        conn.execute(
            "create table post.visit (id bigint primary key, who text, at timestamptz default clock_timestamp())"
        )
    made = Post(db, tmp_path / "home")
    made.letters("Kính gửi", "Thưa", "Chào")
    return made
