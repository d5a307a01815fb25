"""YAML with lines, words that stay words and codes that keep their zeros."""

from __future__ import annotations

from datetime import date

import pytest

from tinhso.foundation.problems import Problem, Refused
from tinhso.packs import documents


def read(text: str) -> object:
    return documents.parse(text, "x.yaml").content


def problem(text: str) -> Problem:
    with pytest.raises(Refused) as refused:
        read(text)
    return refused.value.problems[0]


def test_words_stay_words() -> None:
    assert read("{on: surveyed_on, no: yes, off: n, a: true, b: false}") == {
        "on": "surveyed_on", "no": "yes", "off": "n", "a": True, "b": False,
    }  # fmt: skip


def test_codes_keep_their_zeros() -> None:
    assert read("{01: 024, a: 12:30, b: 00715, c: 0, d: -12, e: 2.50, f: 1_000, g: 0x1F}") == {
        "01": "024", "a": "12:30", "b": "00715", "c": 0, "d": -12, "e": 2.5, "f": "1_000", "g": "0x1F",
    }  # fmt: skip


def test_days_and_nothing() -> None:
    assert read("{a: 2023-12-31, b: ~, c: null, d: , e: '2023-12-31'}") == {
        "a": date(2023, 12, 31), "b": None, "c": None, "d": None, "e": "2023-12-31",
    }  # fmt: skip


def test_lines() -> None:
    document = documents.parse("a:\n  b: 1\n  c:\n    - x\n    - y: 2\n", "x.yaml")
    assert document.line(("a", "b")) == 2
    assert document.line(("a", "c", 1, "y")) == 5
    assert document.line(("a", "z")) == 1
    assert document.line(()) == 1


def test_a_key_twice() -> None:
    found = problem("a: 1\nb: 2\na: 3\n")
    assert (found.code, found.row, found.value) == ("packs.key_twice", 3, "a")
    assert "x.yaml" in found.vi and "3" in found.vi


@pytest.mark.parametrize(("text", "line"), [("a: [1\nb: 2\n", 2), ("a: 1\n b: 2\n", 2), ("a: 2023-02-30\n", 1)])
def test_not_yaml(text: str, line: int) -> None:
    found = problem(text)
    assert (found.code, found.row) == ("packs.not_yaml", line)


@pytest.mark.parametrize("text", ["a: !!python/object:os.system {}", "a: !x 1", "a: 1\n---\nb: 2\n"])
def test_tags_and_second_documents_are_refused(text: str) -> None:
    assert problem(text).code == "packs.not_yaml"
