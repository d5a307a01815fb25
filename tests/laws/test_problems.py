"""Every problem has its sentence in both languages, and every sentence has somebody who says it."""

from __future__ import annotations

import ast
import re
from collections import Counter
from string import Formatter

import pytest
import yaml

from tests.laws.house import PACKAGE, calls, nodes, rooms, where
from tinhso.foundation.problems import Sentence, catalogue

SAYS = {"refuse", "Problem", "_problem", "problem"}
CODE = re.compile(r"[a-z_]+\.[a-z0-9_]+")


def _constants() -> set[str]:
    return {node.value for _, node in nodes() if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def _beginnings() -> set[str]:
    """Constant beginnings of f-strings such as ``f"intake.{name}"``."""
    joined = (node.values[0] for _, node in nodes() if isinstance(node, ast.JoinedStr) and node.values)
    texts = {part.value for part in joined if isinstance(part, ast.Constant) and isinstance(part.value, str)}
    return {text for text in texts if re.fullmatch(r"[a-z]+\.[a-z_]*", text)}


def _names(text: str) -> list[str]:
    return [name for _, name, _, _ in Formatter().parse(text) if name is not None]


def test_every_code_that_is_said_has_a_sentence() -> None:
    known = catalogue()
    said = [
        f"{where(path, call)} {call.args[0].value}"
        for path, call, name in calls()
        if name in SAYS and call.args and isinstance(call.args[0], ast.Constant)
        and isinstance(call.args[0].value, str) and CODE.fullmatch(call.args[0].value)
        and call.args[0].value not in known
    ]  # fmt: skip
    assert said == []


def test_every_sentence_is_said() -> None:
    constants, beginnings = _constants(), _beginnings()
    silent = [
        code for code in catalogue()
        if code not in constants
        and not any(code.startswith(text) and code.removeprefix(text) in constants for text in beginnings)
    ]  # fmt: skip
    assert silent == []


@pytest.mark.parametrize("room", rooms())
def test_a_room_says_its_own_codes_once(room: str) -> None:
    source = PACKAGE / room / "problems.yaml"
    if not source.is_file():
        return
    text = source.read_text(encoding="utf-8")
    written = re.findall(r"^([a-z_.0-9]+):", text, re.MULTILINE)
    assert [code for code, times in Counter(written).items() if times > 1] == []
    assert [code for code in yaml.safe_load(text) if not code.startswith(f"{room}.")] == []


@pytest.mark.parametrize(
    ("code", "sentence"), sorted(catalogue().items()), ids=lambda each: each if isinstance(each, str) else ""
)
def test_sentences_are_whole_and_alike(code: str, sentence: Sentence) -> None:
    assert sentence.severity in ("error", "repair", "warning")
    for text in (sentence.vi, sentence.en):
        assert text.strip() == text and text[-1] in ".…?)}" and "!" not in text, text
        assert all(re.fullmatch(r"[a-z_]+", name) for name in _names(text)), text
    bilingual = {name.removesuffix("_vi") for name in _names(sentence.vi)}
    assert bilingual == {name.removesuffix("_en") for name in _names(sentence.en)}, "both languages name the same facts"
    assert re.search(r"[àáâãèéêìíòóôõùúýăđĩũơưạ-ỹ]", sentence.vi), "Vietnamese with its marks"
