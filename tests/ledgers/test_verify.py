"""Checkpoints that were altered, deleted, put in or moved, in file or table, are found and named."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ledgers.conftest import Post
from tinhso.foundation import clock
from tinhso.ledgers import keys, verify
from tinhso.ledgers.checkpoints import Checkpoint

Named = list[tuple[str, int | None, int | None]]


@pytest.fixture
def sealed(post: Post) -> Post:
    """Three letters under checkpoint 1, five under 2 and 3, and one that waits for the next."""
    post.seal()
    post.letters("Thưa bác", "Thưa cô")
    post.seal()
    post.seal()
    post.letters("Thưa thầy")
    return post


def test_what_nobody_touched_is_whole(sealed: Post) -> None:
    assert sealed.found() == []


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        ("update ledgers.checkpoint set root = sha256(root) where number = 2", [("row_altered", 2, None)]),
        ("update ledgers.checkpoint set size = 4 where number = 2", [("row_altered", 2, None)]),
        ("update ledgers.checkpoint set at = at + interval '1 minute' where number = 2", [("row_altered", 2, None)]),
        ("update ledgers.checkpoint set at = 'infinity' where number = 2", [("row_altered", 2, None)]),
        ("update ledgers.checkpoint set occasion = 'hourly' where number = 2", [("row_altered", 2, None)]),
        ("update ledgers.checkpoint set frontier = sha256(frontier) || root where number = 2",
         [("frontier_altered", 2, None)]),
        ("update ledgers.checkpoint set note = replace(note, 'asked', 'hourly') where number = 2",
         [("row_not_signed", 2, None), ("not_in_table", 2, None)]),
        ("delete from ledgers.checkpoint where number = 2", [("not_in_table", 2, None)]),
        ("update ledgers.checkpoint set number = 9 where number = 2", [("row_altered", 9, None)]),
        ("insert into ledgers.checkpoint select ledger, 4, size, root, at, occasion, note, frontier"
         " from ledgers.checkpoint where number = 3", [("row_altered", 4, None)]),
        ("update ledgers.leaf set hash = sha256(hash) where position = 1", [("hash_altered", None, 2)]),
        ("update ledgers.leaf set row_id = 99 where position = 1", [("hash_altered", None, 2)]),
        ("delete from ledgers.leaf where position = 1", [("hashes_not_kept", None, 2)]),
        ("insert into ledgers.leaf values ('letters', 5, 99, sha256(''))",
         [("hashes_not_kept", None, 6), ("hash_altered", None, 6)]),
        ("update post.letter set text = 'Ký tên' where id = 2",
         [("leaf_altered", None, 2), ("root_differs", 1, None), ("root_differs", 2, None), ("root_differs", 3, None)]),
        ("update post.letter set text = 'Ký tên' where id = 5",
         [("leaf_altered", None, 5), ("root_differs", 2, None), ("root_differs", 3, None)]),
        ("delete from post.letter where id = 2", [("leaf_gone", None, 2)]),
        ("delete from post.letter where id >= 4", [("leaf_gone", None, 4), ("leaf_gone", None, 5)]),
        ("update post.letter set place = 9 - place where place in (4, 5)",
         [("leaf_altered", None, 4), ("leaf_altered", None, 5), ("root_differs", 2, None), ("root_differs", 3, None)]),
    ],
)  # fmt: skip
def test_tables(sealed: Post, statement: str, named: Named) -> None:
    sealed.tamper(statement)
    assert sealed.named() == named


def _lines(post: Post) -> list[str]:
    return post.book.file.read_text(encoding="utf-8").split("\n")


NOTE_LINES = 9
"""Lines of a note in the file: six of text, an empty one, one signature, an empty one."""


@pytest.mark.parametrize("line", range(8))
def test_any_line_of_the_file_altered(sealed: Post, line: int) -> None:
    lines = _lines(sealed)
    lines[NOTE_LINES + line] = lines[NOTE_LINES + line][:-1] + "x"
    sealed.book.file.write_text("\n".join(lines), encoding="utf-8")
    found = sealed.found()
    assert ("ledgers.not_in_file", 2) in {(one.code, one.checkpoint) for one in found}
    (about,) = [one for one in found if one.code.startswith("ledgers.line_")]
    assert about.facts["line"] == NOTE_LINES + 1


@pytest.mark.parametrize("line", range(8))
def test_any_line_of_the_file_deleted(sealed: Post, line: int) -> None:
    lines = _lines(sealed)
    del lines[NOTE_LINES + line]
    sealed.book.file.write_text("\n".join(lines), encoding="utf-8")
    assert ("not_in_file", 2, None) in sealed.named()


def test_a_checkpoint_cut_out_of_the_file(sealed: Post) -> None:
    lines = _lines(sealed)
    del lines[NOTE_LINES : 2 * NOTE_LINES]
    sealed.book.file.write_text("\n".join(lines), encoding="utf-8")
    assert sealed.named() == [("not_in_file", 2, None)]


def test_a_checkpoint_cut_out_of_both(sealed: Post) -> None:
    lines = _lines(sealed)
    del lines[NOTE_LINES : 2 * NOTE_LINES]
    sealed.book.file.write_text("\n".join(lines), encoding="utf-8")
    sealed.tamper("delete from ledgers.checkpoint where number = 2")
    assert sealed.named() == [("checkpoint_gone", 2, None)]


def test_checkpoints_in_another_order(sealed: Post) -> None:
    lines = _lines(sealed)
    first, rest = lines[:NOTE_LINES], lines[NOTE_LINES:]
    sealed.book.file.write_text("\n".join([*rest[:-1], *first, ""]), encoding="utf-8")
    assert sealed.named() == [("line_moved", 1, None)]


def test_a_checkpoint_put_in_twice(sealed: Post) -> None:
    sealed.book.append(sealed.book.entries()[1].note)
    assert sealed.named() == [("line_moved", 2, None)]


def test_words_put_between(sealed: Post) -> None:
    sealed.rewrite(("occasion asked\n", "occasion asked\nsigned by nobody\n"))
    assert sealed.named() == [("line_not_signed", None, None), ("not_in_file", 1, None)]


def test_bytes_that_are_no_text(sealed: Post) -> None:
    sealed.book.file.write_bytes(b"\xff\xfe\x00" + sealed.book.file.read_bytes())
    assert sealed.named() == [("line_not_signed", None, None), ("not_in_file", 1, None)]


def test_the_file_gone(sealed: Post) -> None:
    sealed.book.file.unlink()
    assert sealed.named() == [("not_in_file", number, None) for number in (1, 2, 3)]


def test_the_table_emptied(sealed: Post) -> None:
    sealed.tamper("delete from ledgers.checkpoint")
    assert sealed.named() == [("not_in_table", number, None) for number in (1, 2, 3)]


def test_a_thief_of_the_key_who_signs_another_history(sealed: Post) -> None:
    """With the key anything can be signed, but not so that it fits what was signed before."""
    signer = keys.signer(sealed.home, "letters")
    forged = Checkpoint(signer.name, 2, bytes(32), 2, clock.now().replace(microsecond=0), "asked")
    note = signer.note(forged.text)
    entries = [entry.note for entry in sealed.book.entries()]
    sealed.book.file.write_text("\n".join([entries[0], note, entries[2], ""]), encoding="utf-8")
    found = sealed.named()
    assert ("signed_twice", 2, None) in found
    assert ("root_differs", 2, None) in found


def test_a_checkpoint_that_goes_back(sealed: Post) -> None:
    signer = keys.signer(sealed.home, "letters")
    forged = Checkpoint(signer.name, 0, bytes(32), 4, clock.now().replace(microsecond=0, year=2020), "asked")
    sealed.book.append(signer.note(forged.text))
    assert {("went_back", 4, None), ("not_in_table", 4, None)} <= set(sealed.named())


def test_ledgers_that_are_kept_no_more(sealed: Post, tmp_path: Path) -> None:
    with sealed.db.owner() as conn:
        found = verify.unknown_ledgers(conn, sealed.home, {"others"})
    assert [one.ledger for one in found] == ["letters"]
