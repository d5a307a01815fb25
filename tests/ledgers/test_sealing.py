"""Checkpoints: in file and table alike, each going on from the one before, never on top of something broken."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.ledgers.conftest import LETTERS, VISITS, Post
from tinhso.foundation import clock
from tinhso.foundation.database import Connection, errors
from tinhso.foundation.problems import Refused
from tinhso.ledgers import hourly, keys, notes, sealing
from tinhso.ledgers.checkpoints import Checkpoint
from tinhso.ledgers.hourly import Hourly
from tinhso.ledgers.ledger import Leaf, Ledger
from tinhso.ledgers.merkle import leaf_hash, root


def test_a_checkpoint_stands_in_file_and_table(post: Post) -> None:
    made = post.seal()
    (entry,) = post.book.entries()
    with post.db.owner() as conn:
        (row,) = conn.execute("select note, size, number from ledgers.checkpoint").fetchall()
        hashes = [leaf_hash(leaf.data or b"") for leaf in LETTERS.leaves(conn, 0)]
    assert row == (entry.note, 3, 1)
    assert made.root == root(hashes)
    text = notes.text_of(entry.note, keys.known(post.home, "letters"))
    assert text is not None and Checkpoint.parse(text) == made


def test_leaves_say_what_the_rows_hold(post: Post) -> None:
    with post.db.owner() as conn:
        found = list(LETTERS.leaves(conn, 1))
    assert found == [
        Leaf(1, 2, '{"id":2,"place":2,"text":"Thưa"}'.encode()),
        Leaf(2, 3, '{"id":3,"place":3,"text":"Chào"}'.encode()),
    ]


def test_checkpoints_grow_as_if_counted_anew(post: Post) -> None:
    for text in "abcdefghij":
        post.seal()
        post.letters(text, text)
    last = post.seal("period 2026-Q3")
    with post.db.owner() as conn:
        hashes = [leaf_hash(leaf.data or b"") for leaf in LETTERS.leaves(conn, 0)]
        kept = conn.execute("select hash from ledgers.leaf order by position").fetchall()
    assert (last.size, last.root, last.number, last.occasion) == (23, root(hashes), 11, "period 2026-Q3")
    assert [one for (one,) in kept] == hashes
    assert post.found() == []


def test_only_what_came_since_is_read(post: Post) -> None:
    post.seal()
    post.letters("Thưa bác")
    asked = []

    def leaves(conn: Connection, start: int) -> Iterator[Leaf]:
        asked.append(start)
        return LETTERS.leaves(conn, start)

    sealing.seal(post.db, post.home, Ledger("letters", leaves), occasion="asked")
    assert asked == [3]


def test_the_key_is_made_once_and_only_its_owner_reads_it(post: Post) -> None:
    first, second = post.seal(), post.seal()
    folder = post.home / "keys"
    assert first.origin == second.origin
    assert (folder.stat().st_mode & 0o777, (folder / "checkpoint.pem").stat().st_mode & 0o777) == (0o700, 0o600)
    assert len(list(folder.glob("checkpoint-*.pub"))) == len(list(folder.glob("letters-*.vkey"))) == 1


def test_a_key_that_others_can_read_is_not_used(post: Post) -> None:
    post.seal()
    os.chmod(post.home / "keys" / "checkpoint.pem", 0o644)
    with pytest.raises(Refused, match="can be read by others"):
        post.seal()


def test_a_file_that_is_no_key_is_said(post: Post) -> None:
    post.seal()
    (post.home / "keys" / "checkpoint.pem").write_text("not a key")
    with pytest.raises(Refused, match="cannot be read"):
        post.seal()


def test_a_new_key_goes_on_from_what_the_old_one_signed(post: Post) -> None:
    old = post.seal()
    (post.home / "keys" / "checkpoint.pem").unlink()
    new = post.seal()
    assert old.origin != new.origin and (old.size, old.root) == (new.size, new.root)
    assert post.found() == []


def test_a_lost_public_key_is_missed(post: Post) -> None:
    post.seal()
    for file in (post.home / "keys").iterdir():
        file.unlink()
    with pytest.raises(Refused, match="nothing was signed"):
        post.seal()
    assert {code for code, _, _ in post.named()} >= {"line_not_signed", "row_not_signed"}


def test_a_crash_between_file_and_table_is_mended(post: Post) -> None:
    post.seal()
    post.letters("Thưa bác")
    post.seal()
    post.tamper("delete from ledgers.checkpoint where number = 2")
    post.tamper("delete from ledgers.leaf where position = 3")
    assert post.named() == [("not_in_table", 2, None), ("hashes_not_kept", None, 4)]
    assert post.seal().number == 3
    assert post.found() == []


def test_a_note_that_a_crash_cut_off_is_dropped(post: Post) -> None:
    post.seal()
    with post.book.file.open("a", encoding="utf-8") as file:
        file.write("tinhso/00/letters\n3\nAAA")
    assert post.named() == [("line_unreadable", None, None)]
    post.seal()
    assert post.found() == []


@pytest.mark.parametrize(
    "statement",
    [
        "delete from ledgers.checkpoint", "update ledgers.checkpoint set note = replace(note, 'asked', 'hourly')",
        "update ledgers.checkpoint set frontier = sha256(frontier) || sha256(root)",
        "update ledgers.checkpoint set frontier = ''", "update ledgers.checkpoint set size = 2",
    ],
)  # fmt: skip
def test_nothing_is_signed_on_top_of_a_broken_checkpoint(post: Post, statement: str) -> None:
    post.seal()
    post.seal()
    post.tamper(statement)
    with pytest.raises(Refused, match="nothing was signed"):
        post.seal()


def test_nothing_is_signed_over_a_missing_leaf(post: Post) -> None:
    post.tamper("delete from post.letter where place = 2")
    with pytest.raises(Refused, match="leaf 2 is missing"):
        post.seal()
    assert post.book.entries() == []


def test_a_file_that_cannot_be_written_leaves_no_row(post: Post) -> None:
    post.book.file.parent.mkdir(parents=True)
    post.book.file.mkdir()
    with pytest.raises(Refused, match="cannot be read or written"):
        post.seal()
    with post.db.owner() as conn:
        assert conn.execute("select count(*) from ledgers.checkpoint").fetchone() == (0,)


def test_the_tables_are_only_appended_to(post: Post) -> None:
    post.seal()
    for statement in ("update ledgers.checkpoint set size = 2", "delete from ledgers.leaf", "truncate ledgers.leaf"):
        with pytest.raises(errors.Error, match="only appended to"), post.db.owner() as conn:
            conn.execute(statement)


def test_the_application_sees_nothing_of_it(post: Post) -> None:
    with pytest.raises(errors.InsufficientPrivilege), post.db.app() as conn:
        conn.execute("select note from ledgers.checkpoint")


def test_a_month_closes_every_ledger_once(post: Post) -> None:
    """At the first look of the new month, however little time has passed since the last checkpoint."""

    def occasions() -> list[str | None]:
        made = [sealing.seal_if_due(post.db, post.home, ledger) for ledger in (LETTERS, VISITS)]
        return [one.occasion if one else None for one in made]

    with clock.stopped(datetime(2026, 9, 30, 23, 50)):
        for ledger in (LETTERS, VISITS):
            sealing.seal(post.db, post.home, ledger, occasion="asked")
    with clock.stopped(datetime(2026, 9, 30, 23, 59)):
        assert occasions() == [None, None]
    with clock.stopped(datetime(2026, 10, 1, 0, 0)):
        assert occasions() == ["period 2026-09"] * 2
        assert occasions() == [None, None]
    with clock.stopped(datetime(2027, 1, 1, 6, 0)):
        assert occasions() == ["period 2026-12"] * 2, "a server that stood still closes the last one"


def test_hourly_when_there_is_something_daily_in_any_case(post: Post) -> None:
    now = clock.now()

    def due(after: timedelta) -> bool:
        with clock.stopped(now + after):
            return sealing.seal_if_due(post.db, post.home, LETTERS) is not None

    assert due(timedelta(0)), "there is none yet"
    post.letters("Thưa bác")
    assert not due(timedelta(minutes=59))
    assert due(timedelta(minutes=61))
    assert not due(timedelta(hours=5)), "nothing was added"
    assert due(timedelta(hours=26))


def test_an_empty_ledger_waits_for_its_first_row(post: Post) -> None:
    assert sealing.seal_if_due(post.db, post.home, VISITS) is None


def test_the_server_keeps_the_clock(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hourly, "EVERY", 0.02)
    keeping = Hourly(post.db, post.home, [LETTERS])
    _wait_for(post.book.file)
    keeping.close()
    assert [entry.whole for entry in post.book.entries()] == [True]
    assert post.found() == []


def test_the_server_goes_on_after_a_refusal(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hourly, "EVERY", 0.02)
    with post.db.owner() as conn:
        conn.execute("update post.letter set place = 4 where place = 3")
    keeping = Hourly(post.db, post.home, [LETTERS, VISITS])
    post.visit(1, "An")
    _wait_for(post.home / "checkpoints" / "visits.txt")
    keeping.close()
    assert post.book.entries() == []


def _wait_for(file: Path) -> None:
    deadline = time.monotonic() + 20
    while not file.exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert file.exists()


def test_rows_that_come_out_of_order_are_gathered(post: Post) -> None:
    visits = Post(post.db, post.home, VISITS)
    visits.visit(1, "An")
    visits.visit(5, "Bình")
    visits.seal()
    visits.visit(3, "Chi")  # numbered before, committed after
    assert visits.found() == []
    assert visits.seal().size == 3
    with post.db.owner() as conn:
        assert [leaf.row for leaf in VISITS.leaves(conn, 0)] == [1, 5, 3]
    assert visits.found() == []


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("delete from post.visit where id = 5", "leaf_gone"),
        ("update post.visit set who = 'Chi' where id = 5", "leaf_altered"),
        ("update post.visit set at = at - interval '1 hour' where id = 5", "leaf_altered"),
    ],
)
def test_rows_that_were_gathered_are_held(post: Post, statement: str, code: str) -> None:
    visits = Post(post.db, post.home, VISITS)
    visits.visit(1, "An")
    visits.visit(5, "Bình")
    visits.seal()
    post.tamper(statement)
    (one, *_) = [one for one in visits.found() if one.code == f"ledgers.{code}"]
    assert (one.leaf, one.facts["row"]) == (2, 5)
