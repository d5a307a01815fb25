"""Signed notes are read to the letter, whoever added a signature, and by other programs too."""

from __future__ import annotations

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from tinhso.ledgers.notes import Signer, Verifier, text_of

KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
NOTE = """If you think cryptography is the answer to your problem,
then you don't know what your problem is.

— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=
"""
"""The example of golang.org/x/mod/sumdb/note, after which the format was written down."""


def signer(name: str = "tinhso/an/letters") -> Signer:
    return Signer(name, Ed25519PrivateKey.generate())


def test_the_known_note_is_signed_by_its_key() -> None:
    key = Verifier.parse(KEY)
    assert key is not None and str(key) == KEY
    assert text_of(NOTE, [key]) == NOTE.rpartition("\n\n")[0] + "\n"


def test_the_known_note_with_another_word_is_not() -> None:
    key = Verifier.parse(KEY)
    assert key is not None
    assert text_of(NOTE.replace("answer", "Answer"), [key]) is None


def test_a_witness_may_sign_too() -> None:
    mine, witness = signer(), signer("witness.example/w1")
    note = mine.note("text\n") + witness.note("text\n").rpartition("\n\n")[2]
    assert text_of(note, [mine.verifier]) == text_of(note, [witness.verifier]) == "text\n"
    assert text_of(note, [signer().verifier]) is None


def test_a_known_key_that_signed_something_else_spoils_the_note() -> None:
    mine, witness = signer(), signer("witness.example/w1")
    note = mine.note("text\n") + witness.note("other\n").rpartition("\n\n")[2]
    assert text_of(note, [mine.verifier, witness.verifier]) is None


@given(st.data())
def test_no_bit_may_be_turned(data: st.DataObject) -> None:
    mine = signer()
    note = mine.note("origin\n3\nroot\n").encode()
    at, bit = data.draw(st.integers(0, len(note) - 1)), data.draw(st.integers(0, 7))
    turned = bytearray(note)
    turned[at] ^= 1 << bit
    assert text_of(bytes(turned).decode("utf-8", "replace"), [mine.verifier]) is None


@pytest.mark.parametrize(
    "note",
    ["", "\n", "text\n", "text\n\n", "text\n\n— \n", "text\n\n— name\n", "text\n\n— name !!!\n", "text\n\nname AAAA\n"],
)
def test_what_is_no_note_is_none(note: str) -> None:
    assert text_of(note, [signer().verifier]) is None


@pytest.mark.parametrize(
    "line",
    ["", "name", "name+00000000", "name+00000000+AAAA", KEY.replace("c7", "c8"), KEY.replace("Peter", "Paul"),
     f"n+00000000+{base64.b64encode(bytes(33)).decode()}"],
)  # fmt: skip
def test_what_is_no_key_is_none(line: str) -> None:
    assert Verifier.parse(line) is None
