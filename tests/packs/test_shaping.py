"""Mistakes in a declaration are told with file, line, what was found and what was expected."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tinhso.foundation.problems import Problem, Refused
from tinhso.packs import read

Spoil = Callable[[str, str, str], None]

MISTAKES = [
    ("type: integer", "type: interger", "packs.not_one_of", 21, "interger", "integer"),
    ("labelOrder: person", "labelOrder: given", "packs.not_one_of", 5, "given", "person"),
    ("label: name", "lable: name", "packs.unknown_field", 4, "lable", "label"),
    ("title: {vi: Số khẩu, en: Members}", "title: {vi: Số khẩu}", "packs.missing_field", 22, "en", None),
    ("title: {vi: Số khẩu, en: Members}", "title: Số khẩu", "packs.wrong_value", 22, "Số khẩu", None),
    ("primaryKey: [number]", "primaryKey: number", "packs.wrong_value", 3, "number", None),
    ("{required: true, pattern", "{required: 1, pattern", "packs.wrong_value", 11, "1", None),
    ("codes: gender", "code: gender", "packs.unknown_field", 19, "code", "codes"),
    ("    say: {vi: Sửa số khẩu", "    say: {vn: Sửa số khẩu", "packs.unknown_field", 33, "vn", "vi"),
    ("if: \"gender = 'male'\"", "when: true", "packs.unknown_field", 30, "when", None),
]  # fmt: skip


def mistake(folder: Path) -> Problem:
    with pytest.raises(Refused) as refused:
        read.read(folder)
    return refused.value.problems[0]


@pytest.mark.parametrize(("before", "after", "code", "line", "value", "near"), MISTAKES)
def test_mistakes(
    folder: Path, spoil: Spoil, before: str, after: str, code: str, line: int, value: str, near: str | None
) -> None:
    spoil("registers/people.yaml", before, after)
    found = mistake(folder)
    assert (found.code, found.row, found.value) == (code, line, value)
    assert found.sheet == "nho/registers/people.yaml"
    if near:
        assert found.facts["near"] == near
    for said in (found.vi, found.en):
        assert "nho/registers/people.yaml" in said and str(line) in said and "…" not in said


def test_the_sentence_says_what_was_found_and_expected(folder: Path, spoil: Spoil) -> None:
    spoil("registers/people.yaml", "minimum: 1", "required: 12")
    found = mistake(folder)
    assert found.en == (
        "nho/registers/people.yaml, line 23: fields.members.constraints.required is 12, true or false is expected."
    )
    assert found.vi == (
        "nho/registers/people.yaml, dòng 23: fields.members.constraints.required là 12, cần true hoặc false."
    )


def test_a_mistake_in_a_list_of_declarations(folder: Path, spoil: Spoil) -> None:
    spoil("indicators/people.yaml", "scale: 100", "scale: hundred")
    found = mistake(folder)
    assert (found.code, found.row, found.field) == ("packs.wrong_value", 13, "scale")


def test_all_files_mistakes_at_once(folder: Path, spoil: Spoil) -> None:
    spoil("registers/people.yaml", "label: name", "lable: name")
    spoil("boards/main.yaml", "board: main", "board: [main]")
    with pytest.raises(Refused) as refused:
        read.read(folder)
    assert [problem.sheet for problem in refused.value.problems] == [
        "nho/registers/people.yaml", "nho/boards/main.yaml",
    ]  # fmt: skip
