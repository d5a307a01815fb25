"""Examples run through the very checking of intake."""

from __future__ import annotations

from pathlib import Path

import pytest

from tinhso.foundation.problems import Refused
from tinhso.packs import examples, read

GOOD = """\
- say: A row that is taken, its commune given by name
  given: {number: 001, name: Nguyễn Văn An, gender: Nam, members: 4, commune: Xã Lũng Cú}
  reads: {gender: male, commune: 00715, members: 4}
- say: By code, and without gender the rule of men does not ask for more people
  given: {number: 002, name: Lý Thị Chi, members: 1, commune: 00742}
- say: A man alone
  given: {number: 003, name: Vàng A Bình, gender: male, members: 1, commune: lung cu}
  expect: [people.alone]
"""


def failures(folder: Path, text: str) -> list[tuple[str, int | None, str, str]]:
    (folder / "registers" / "people.examples.yaml").write_text(text, encoding="utf-8")
    found = examples.failures(read.read(folder))
    return [(problem.code, problem.row, problem.facts["expected"], problem.facts["found"]) for problem in found]


def test_right_examples(folder: Path) -> None:
    assert failures(folder, GOOD) == []


def test_wrong_examples_name_their_line(folder: Path) -> None:
    spoiled = GOOD.replace("expect: [people.alone]", "expect: []")
    spoiled = spoiled.replace("{gender: male, commune", "{gender: nam, commune")
    assert failures(folder, spoiled) == [
        ("packs.example_failed", 1, "commune = 00715, gender = nam, members = 4",
         "commune = 00715, gender = male, members = 4"),
        ("packs.example_failed", 6, "ok", "people.alone"),
    ]  # fmt: skip


def test_an_unmet_example_refuses_the_pack(folder: Path) -> None:
    (folder / "registers" / "people.examples.yaml").write_text("- given: {name: An}\n", encoding="utf-8")
    with pytest.raises(Refused) as refused:
        examples.check(read.read(folder))
    (problem,) = refused.value.problems
    assert "intake.required" in problem.vi and "nho/registers/people.examples.yaml" in problem.en


def test_the_examples_of_the_house_hold() -> None:
    provinces = Path(__file__).resolve().parents[2] / "provinces"
    for path in sorted(provinces.glob("*/pack.yaml")):
        assert [problem.en for problem in examples.failures(read.read(path.parent))] == []
