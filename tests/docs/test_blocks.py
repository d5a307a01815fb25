"""What documents show is true: declarations decode, expressions parse, examples come out as said, targets exist.

The language of a fenced block says what it is: ``bash`` (``make`` and ``tinhso``), ``tinhso`` (commands that
``test_commands`` runs, those of ``tools`` too), ``yaml KIND``, ``expression REGISTER``, ``csv NAME`` and ``json NAME``
(files to save), ``floors``, none (a drawing).
"""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
import typer.main
import yaml

from tests.docs.pages import BLOCK, Block, blocks, pages
from tests.laws.house import PROVINCES, ROOT
from tinhso.cli.main import app
from tinhso.foundation.problems import Sentence
from tinhso.packs import consistency, examples
from tinhso.packs.read import Pack, read
from tinhso.registers import expressions, tables

LANGUAGES = {"", "bash", "tinhso", "yaml", "expression", "csv", "json", "floors"}
FILES = {
    "register": "registers/bee_hives.yaml",
    "examples": "registers/bee_hives.examples.yaml",
    "board": "boards/bees.yaml",
    "published": "boards/bees.published.yaml",
}


def test_every_block_says_what_it_is() -> None:
    for page in pages():
        for info, _ in BLOCK.findall(page.read_text(encoding="utf-8")):
            assert info.strip().partition(" ")[0] in LANGUAGES, f"{page}: {info}"


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    """Hà Giang's pack with everything in it that the how-to pages tell to write."""
    folder = tmp_path_factory.mktemp("docs") / "provinces"
    shutil.copytree(PROVINCES, folder)
    for number, block in enumerate(blocks("yaml")):
        name = FILES.get(block.mark, f"indicators/shown_{number}.yaml")
        if block.mark != "problems":
            (folder / "hagiang" / name).write_text(block.text, encoding="utf-8")
    return read(folder / "hagiang")


def test_declarations_shown_are_declarations(pack: Pack) -> None:
    assert {block.mark for block in blocks("yaml")} <= {*FILES, "indicators", "problems"}
    assert {"BEE1", "BEE2", "BEE3"} <= set(pack.indicators)
    assert [problem.en for problem in consistency.problems_of(pack)] == []
    assert tables.create(pack.registers["bee_hives"])


def test_examples_shown_come_out_as_said(pack: Pack) -> None:
    found = [problem.en for problem in examples.failures(pack) if "bee_hives" in (problem.sheet or "")]
    assert found == []


@pytest.mark.parametrize("block", [block for block in blocks("yaml") if block.mark == "problems"], ids=str)
def test_problems_shown_are_problems(block: Block) -> None:
    for entry in yaml.safe_load(block.text).values():
        assert Sentence(**entry).vi


@pytest.mark.parametrize("block", blocks("expression"), ids=str)
def test_expressions_shown_can_be_read(block: Block) -> None:
    register = read(PROVINCES / "hagiang").registers[block.mark]
    fields = {name: field.type for name, field in register.fields.items()}
    for line in block.text.splitlines():
        expressions.parse(line, fields, {"as_at": "date"})


@pytest.mark.parametrize("block", blocks("json"), ids=str)
def test_json_shown_is_json(block: Block) -> None:
    assert json.loads(block.text)


@pytest.mark.parametrize("block", blocks("bash"), ids=str)
def test_commands_shown_exist(block: Block) -> None:
    assert subprocess.run(["bash", "-n"], input=block.text, text=True).returncode == 0
    for line in block.text.strip().splitlines():
        _known(shlex.split(line))


def _known(words: list[str]) -> None:
    program, *rest = words
    if program == "make":
        assert rest[0] in _targets(), f"make {rest[0]}"
        variables = {word.split("=")[0] for word in rest[1:]}
        assert variables <= {"SCALE", "ARGS", "JOBS", "PYTHON"}
    elif Path(program).name == "tinhso":
        assert command_of(rest) is not None, rest
    else:
        assert program == ".venv/bin/python" and (ROOT / rest[0]).is_file(), words


def _targets() -> set[str]:
    return set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))


def command_of(words: list[str]) -> str | None:
    """The command that words of a command line call, such as ``areas find``; None where there is none."""
    command, name = typer.main.get_command(app), []
    while (below := getattr(command, "commands", None)) is not None:
        if not words or words[0] not in below:
            return None
        command, words = below[words[0]], words[1:]
        name.append(str(command.name))
    return " ".join(name)
