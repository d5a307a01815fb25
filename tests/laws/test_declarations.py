"""What holds for every declaration of every province: two languages, and expressions that can be read."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.laws.house import PROVINCES
from tinhso.indicators.declaration import Indicator, Measure
from tinhso.packs import consistency
from tinhso.packs.read import Pack, read
from tinhso.registers import expressions
from tinhso.registers.declaration import Declaration, FieldType, Text

PACKS = sorted(path.parent.name for path in PROVINCES.glob("*/pack.yaml"))
DAY: dict[str, FieldType] = {"as_at": "date"}


@cache
def _pack(name: str) -> Pack:
    return read(PROVINCES / name)


def _registers() -> Iterator[tuple[str, Declaration]]:
    for name in PACKS:
        yield from ((f"{name}/{register}", each) for register, each in _pack(name).registers.items())


REGISTERS = dict(_registers())


def _said(text: Text | None, what: str) -> list[str]:
    if text is None:
        return []
    return [f"{what}.{language}" for language in ("vi", "en") if not getattr(text, language).strip()]


@pytest.mark.parametrize("name", PACKS)
def test_names_lead_somewhere(name: str) -> None:
    assert [problem.en for problem in consistency.problems_of(_pack(name))] == []


@pytest.mark.parametrize("name", REGISTERS)
def test_registers_and_fields_speak_both_languages(name: str) -> None:
    register = REGISTERS[name]
    silent = _said(register.title, "title") + _said(register.description, "description")
    for field_name, field in register.fields.items():
        silent += _said(field.title, field_name) + _said(field.unit, f"{field_name}.unit")
    for check in register.checks:
        silent += _said(check.say, check.code)
    assert silent == []


@pytest.mark.parametrize("name", REGISTERS)
def test_headings_name_one_field(name: str) -> None:
    from tinhso.foundation.text import fold

    owners: dict[str, set[str]] = {}
    for field_name, field in REGISTERS[name].fields.items():
        for heading in {fold(each) for each in (field.title.vi, *field.headings)}:
            owners.setdefault(heading, set()).add(field_name)
    assert {heading: fields for heading, fields in owners.items() if len(fields) > 1} == {}


@pytest.mark.parametrize("name", REGISTERS)
def test_checks_can_be_read(name: str) -> None:
    register = REGISTERS[name]
    fields = {each: field.type for each, field in register.fields.items()}
    for check in register.checks:
        expressions.condition(check.if_, fields)
        expressions.condition(check.then, fields)


@pytest.mark.parametrize("name", PACKS)
def test_indicators_can_be_read_and_speak_both_languages(name: str) -> None:
    pack = _pack(name)
    silent = []
    for code, indicator in pack.indicators.items():
        silent += (
            _said(indicator.title, code) + _said(indicator.unit, f"{code}.unit") + _said(indicator.description, code)
        )
        measures: list[Indicator | Measure] = [indicator, *([indicator.over] if indicator.over else [])]
        for measure in measures:
            fields = {each: field.type for each, field in pack.registers[measure.register].fields.items()}
            for text in (measure.where, measure.value, measure.distinct):
                if text is not None:
                    expressions.parse(text, fields, DAY)
    assert silent == []


@pytest.mark.parametrize("name", PACKS)
def test_code_lists_speak_both_languages(name: str) -> None:
    silent = []
    for code_list in _pack(name).code_lists.values():
        silent += _said(code_list.title, code_list.list)
        for code, each in code_list.codes.items():
            silent += _said(each.title, f"{code_list.list}.{code}")
    assert silent == []


@pytest.mark.parametrize("name", [name for name in PACKS if (PROVINCES / name / "registers").is_dir()])
def test_every_register_has_examples(name: str) -> None:
    registers = PROVINCES / name / "registers"
    declared = {path.name.removesuffix(".yaml") for path in registers.glob("*.yaml") if ".examples" not in path.name}
    shown = {path.name.removesuffix(".examples.yaml") for path in registers.glob("*.examples.yaml")}
    assert declared - shown == set()


def test_there_are_packs(tmp_path: Path) -> None:
    assert {"vietnam", "hagiang"} <= set(PACKS)


@pytest.mark.parametrize("name", REGISTERS)
def test_a_form_that_values_must_have_is_shown_by_a_right_value(name: str) -> None:
    fields = REGISTERS[name].fields
    assert [each for each, field in fields.items() if field.constraints.pattern and not field.example] == []
