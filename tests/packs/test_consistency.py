"""Names that lead nowhere and expressions that cannot be read are told with file and line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tinhso.packs import consistency, read

Spoil = Callable[[str, str, str], None]
PEOPLE, INDICATORS, BOARD = "registers/people.yaml", "indicators/people.yaml", "boards/main.yaml"
CHECKED = "    level: commune\n"
"""The end of the last field, where a check can follow."""

LOST = [
    (PEOPLE, "label: name", "label: nme", 4, "nme", "name"),
    (PEOPLE, "primaryKey: [number]", "primaryKey: [name, numbr]", 3, "numbr", "number"),
    (PEOPLE, "area: {commune: commune}", "area: {commune: comune}", 6, "comune", "commune"),
    (PEOPLE, "label: name", "label: name\nquality: {same: [[nme]]}", 5, "nme", "name"),
    (PEOPLE, "codes: gender", "codes: genders", 19, "genders", "gender"),
    (PEOPLE, "    field: members", "    field: member", 32, "member", "members"),
    (PEOPLE, CHECKED, CHECKED + "    check: citizenid\n", 28, "citizenid", "citizen_id"),
    (PEOPLE, CHECKED, CHECKED + "    check: citizen_id\n    with: {gender: sex}\n", 29, "sex", None),
    (PEOPLE, CHECKED, CHECKED + "    check: citizen_id\n    with: {gendr: gender}\n", 29, "gendr", "gender"),
    (INDICATORS, "scale: 100", "kept: [number, sex]", 13, "sex", None),
    (INDICATORS, "over: {register: people}", "over: {register: peple}", 12, "peple", "people"),
    (INDICATORS, "scale: 100", "dimensions: [number, sex]", 13, "sex", None),
    (INDICATORS, "scale: 100", "on: born", 13, "born", None),
    (BOARD, "{indicator: P2}", "{indicator: P3}", 5, "P3", None),
    ("boards/main.published.yaml", "P1:", "P9:", 3, "P9", None),
    ("boards/main.published.yaml", "board: main", "board: mian", 1, "mian", "main"),
]


def test_a_right_pack_has_no_problems(folder: Path) -> None:
    assert list(consistency.problems_of(read.read(folder))) == []


@pytest.mark.parametrize(("file", "before", "after", "line", "value", "near"), LOST)
def test_lost_names(
    folder: Path, spoil: Spoil, file: str, before: str, after: str, line: int, value: str, near: str | None
) -> None:
    spoil(file, before, after)
    (found,) = consistency.problems_of(read.read(folder))
    assert (found.code, found.sheet, found.row, found.value) == ("packs.unknown_name", f"nho/{file}", line, value)
    if near:
        assert found.facts["near"] == near
    assert "…" not in found.vi + found.en


@pytest.mark.parametrize(
    ("file", "before", "after", "line"),
    [
        (PEOPLE, 'then: "members >= 2"', 'then: "memers >= 2"', 31),
        (PEOPLE, 'then: "members >= 2"', 'then: "members"', 31),
        (PEOPLE, "if: \"gender = 'male'\"", 'if: "(select 1) = 1"', 30),
        (INDICATORS, "where: \"gender = 'female'\"", 'where: "pg_sleep(9) is null"', 11),
    ],
)
def test_unreadable_expressions(folder: Path, spoil: Spoil, file: str, before: str, after: str, line: int) -> None:
    spoil(file, before, after)
    (found,) = consistency.problems_of(read.read(folder))
    assert (found.code, found.row) == ("packs.bad_expression", line)


def test_a_pattern_that_is_none(folder: Path, spoil: Spoil) -> None:
    spoil(PEOPLE, r"'^\d{3}$'", r"'^(\d{3}$'")
    (found,) = consistency.problems_of(read.read(folder))
    assert (found.code, found.row) == ("packs.bad_pattern", 11)
    assert "unclosed group" in found.en


def test_a_right_value_that_is_wrong(folder: Path, spoil: Spoil) -> None:
    spoil(PEOPLE, r"'^\d{3}$'}", "'^\\d{3}$'}\n    example: \"12\"")
    (found,) = consistency.problems_of(read.read(folder))
    assert (found.code, found.row, found.value) == ("packs.bad_example", 12, "12")


def test_a_day_that_is_none(folder: Path, spoil: Spoil) -> None:
    spoil(PEOPLE, "    codes: gender\n", "    codes: gender\n    on: members\n")
    (found,) = consistency.problems_of(read.read(folder))
    assert (found.code, found.row, found.value) == ("packs.not_a_day", 20, "members")


def test_an_example_of_a_field_that_is_none(folder: Path) -> None:
    (folder / "registers" / "people.examples.yaml").write_text("- given: {nmae: An}\n", encoding="utf-8")
    (found,) = consistency.problems_of(read.read(folder))
    assert (found.code, found.row, found.facts["near"]) == ("packs.unknown_name", 1, "name")


def test_the_packs_of_the_house_are_consistent() -> None:
    provinces = Path(__file__).resolve().parents[2] / "provinces"
    for path in sorted(provinces.glob("*/pack.yaml")):
        assert [problem.en for problem in consistency.problems_of(read.read(path.parent))] == []
