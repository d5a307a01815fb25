"""The content of Viet Nam and Hà Giang: complete, consistent, and its examples come out as they say."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tinhso.foundation.text import fold
from tinhso.intake.matching import key
from tinhso.packs import consistency, examples
from tinhso.packs import read as packs
from tinhso.packs.read import Pack
from tinhso.registers.declaration import CodeList, Declaration

FOLDER = Path(__file__).parents[2] / "provinces" / "hagiang"
PACK = packs.read(FOLDER)
ARTICLE = [f"A{number:02}" for number in range(1, 27)]


@pytest.fixture(scope="module")
def pack() -> Pack:
    return PACK


def test_every_name_and_expression_can_be_read(pack: Pack) -> None:
    assert [problem.en for problem in consistency.problems_of(pack)] == []


def test_every_example_comes_out_as_it_says(pack: Pack) -> None:
    assert [(problem.sheet, problem.row, dict(problem.facts)) for problem in examples.failures(pack)] == []


@pytest.mark.parametrize("register", PACK.registers)
def test_each_register_has_good_and_bad_examples(register: str, pack: Pack) -> None:
    good = [example for example in pack.examples[register] if not example.expect]
    bad = [example for example in pack.examples[register] if example.expect]
    assert len(good) >= 2 and len(bad) >= 3
    assert all(example.say for example in bad)


@pytest.mark.parametrize("register", PACK.registers)
def test_no_heading_means_two_fields(register: str, pack: Pack) -> None:
    meant = Counter(heading for field in _headings(pack.registers[register]) for heading in field)
    assert [heading for heading, times in meant.items() if times > 1] == []


def _headings(declaration: Declaration) -> Iterator[set[str]]:
    for field in declaration.fields.values():
        yield {key(text, brackets=kept) for text in (field.title.vi, *field.headings) for kept in (True, False)}


@pytest.mark.parametrize("name", PACK.code_lists)
def test_no_word_means_two_codes(name: str, pack: Pack) -> None:
    meant = Counter(word for words in _words(pack.code_lists[name]) for word in words)
    assert [word for word, times in meant.items() if times > 1] == []


def _words(codes: CodeList) -> Iterator[set[str]]:
    for code, entry in codes.codes.items():
        yield {fold(word) for word in (code, entry.title.vi, *entry.synonyms)}


def test_ethnic_groups_name_their_list_and_the_lists_differ(pack: Pack) -> None:
    lists = pack.code_lists
    assert (len(lists["ethnicity_1979"].codes), len(lists["ethnicity_census"].codes)) == (55, 54)
    assert {
        field.codes for one in pack.registers.values() for name, field in one.fields.items() if name == "ethnicity"
    } == {"ethnicity_1979"}
    for code in ("01", "02", "03", "07", "08", "09"):
        census, law = (lists[name].codes[code].title.vi for name in ("ethnicity_census", "ethnicity_1979"))
        assert fold(census)[-3:] == fold(law)[-3:]
    assert (lists["ethnicity_1979"].codes["04"].title.vi, lists["ethnicity_census"].codes["04"].title.vi) == (
        "Hoa",
        "Mường",
    )


def test_the_board_holds_the_article_in_full(pack: Pack) -> None:
    assert sorted(row.indicator for row in pack.boards["article"].rows) == ARTICLE
    assert sorted(pack.published["article"].values) == ARTICLE
    assert {row.pillar for row in pack.boards["article"].rows} == set(pack.boards["article"].pillars)
    assert str(pack.boards["article"].as_at) == "2023-11-30"


def test_every_register_has_a_measure(pack: Pack) -> None:
    measured = {one.register for one in pack.indicators.values()} | {
        one.over.register for one in pack.indicators.values() if one.over
    }
    assert measured >= set(pack.registers)
    assert len(set(pack.indicators) - set(ARTICLE)) >= 30


def test_everything_is_said_in_both_languages(pack: Pack) -> None:
    for register in pack.registers.values():
        for check in register.checks:
            assert "{cell}" in check.say.vi and "{cell}" in check.say.en, (register.register, check.code)
            assert "Hãy" in check.say.vi or check.severity == "warning", (register.register, check.code)
    for indicator in pack.indicators.values():
        assert indicator.description is not None and indicator.title.vi != indicator.title.en


def test_what_names_persons_is_never_public(pack: Pack) -> None:
    for register in pack.registers.values():
        for name in register.public:
            assert not register.fields[name].sensitive, (register.register, name)


def test_thresholds_of_project_groups_rise(pack: Pack) -> None:
    checks = {check.code: check for check in pack.registers["projects"].checks}
    assert str(checks["group_2019"].to) == "2024-12-31" and str(checks["group_2024"].from_) == "2025-01-01"


def test_tables_of_the_demo_name_fields_of_their_registers(pack: Pack) -> None:
    for name in ("partnerships", "policies", "topics", "tourism_points"):
        with (FOLDER / "demo" / f"{name}.csv").open(encoding="utf-8") as stream:
            assert set(next(csv.reader(stream))) <= set(pack.registers[name].fields), name
