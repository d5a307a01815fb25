"""Nothing is left out of the documents, and nothing stands in them that is not so."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml

from tests.docs.pages import DOCS, blocks, links, pages
from tests.laws.house import ROOT, python_files, rooms
from tinhso.foundation.problems import catalogue
from tinhso.registers.checks import CHECKS
from tinhso.registers.declaration import FieldType
from tinhso.registers.expressions.words import FUNCTIONS

REFERENCE = DOCS / "reference"


def _text(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    later = {"docs/pictures/board.png"}  # made by tools/screenshots.py
    lost = [link for link in links(page) if not (page.parent / link.partition("#")[0]).exists() and link not in later]
    assert lost == []


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_paths_named_are_there(page: Path) -> None:
    named = re.findall(r"`((?:tinhso|tests|tools|provinces|docs|bench)/[\w./-]+)`", page.read_text(encoding="utf-8"))
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_every_page_can_be_reached() -> None:
    linked = {(page.parent / link.partition("#")[0]).resolve() for page in pages() for link in links(page)}
    folders = {path for path in linked if path.is_dir()}
    lost = [page for page in DOCS.rglob("*.md") if page.resolve() not in linked and not folders & set(page.parents)]
    assert lost == []


def test_generated_pages_are_what_the_code_says() -> None:
    done = subprocess.run([sys.executable, "tools/reference.py", "--check"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_setting_is_documented() -> None:
    read = {name for path in python_files(ROOT / "tinhso", ROOT / "tools")
            for name in re.findall(r"\bTINHSO_[A-Z_]*[A-Z]\b", path.read_text(encoding="utf-8"))}  # fmt: skip
    shown = set(re.findall(r"^\| `(TINHSO_[A-Z_]+)`", _text("reference/settings.md"), re.MULTILINE))
    assert shown == read


def test_every_field_type_is_documented() -> None:
    shown = set(re.findall(r"^\| `(\w+)` \|", _text("reference/declarations.md"), re.MULTILINE))
    assert shown == set(get_args(FieldType))


def test_every_named_check_is_documented() -> None:
    rows = re.findall(r"^\| `(\w+)` \| ([^|]+) \|", _text("reference/checks.md"), re.MULTILINE)
    assert {name for name, said in rows if said.strip()} == set(CHECKS)


def test_every_problem_is_documented() -> None:
    shown = re.findall(r"^\| `([\w.]+)` \|", _text("reference/problems.md"), re.MULTILINE)
    assert shown == sorted(catalogue())


def test_every_function_of_expressions_is_documented() -> None:
    (row,) = re.findall(r"^\| functions \| (.*) \|$", _text("reference/expressions.md"), re.MULTILINE)
    assert re.findall(r"`(\w+)`", row) == list(FUNCTIONS)


def test_architecture_names_the_rooms_that_there_are() -> None:
    (block,) = blocks("floors")
    named = {word for line in block.text.splitlines() for word in line.partition("   ")[0].split() if word != "|"}
    there = {*rooms(), *(path.stem for path in (ROOT / "tinhso").glob("[a-z]*.py"))}
    assert named == there


def test_architecture_stands_on_the_floors_of_the_contract() -> None:
    (block,) = blocks("floors")
    drawn = [set(line.partition("   ")[0].split()) - {"|"} for line in block.text.splitlines()]
    text = (ROOT / ".importlinter").read_text(encoding="utf-8").partition("layers =")[2].partition("\n\n")[0]
    floors = [set(re.findall(r"\w+", line)) for line in text.strip().splitlines()]
    there = set().union(*drawn)
    assert drawn == [floor & there for floor in floors if floor & there]


def test_every_decision_is_listed() -> None:
    listed = set(re.findall(r"\]\(([\w-]+\.md)\)", _text("why/README.md")))
    assert listed == {page.name for page in (DOCS / "why").glob("*.md")} - {"README.md"}


@pytest.mark.parametrize("page", sorted((DOCS / "why").glob("*.md")), ids=lambda page: page.stem)
def test_decisions_have_their_four_parts(page: Path) -> None:
    if page.stem in ("README", "dependencies"):
        return
    parts = re.findall(r"^\*\*(\w+)\.\*\*", page.read_text(encoding="utf-8"), re.MULTILINE)
    assert parts == ["Context", "Decision", "Consequences", "Alternatives"]


def test_every_dependency_says_why_it_is_there() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = [
        *project["project"]["dependencies"],
        *(one for group in project["dependency-groups"].values() for one in group),
    ]
    rows = re.findall(
        r"^\| `([\w-]+)` \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", _text("why/dependencies.md"), re.MULTILINE
    )
    assert {name for name, *said in rows if all(part.strip() for part in said)} == {_bare(one) for one in wanted}


def _bare(requirement: str) -> str:
    return re.split(r"[\[<>=!~ ;]", requirement)[0].lower()


def test_the_licence_is_whole_and_the_same_everywhere() -> None:
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert "Apache License" in text and "Version 2.0, January 2004" in text and "END OF TERMS AND CONDITIONS" in text
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["license"] == _public()["legal"]["license"] == "Apache-2.0"
    assert project["version"] == _public()["softwareVersion"]


def _public() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((ROOT / "publiccode.yml").read_text(encoding="utf-8"))
    return read


def test_publiccode_keeps_to_the_standard() -> None:
    public = _public()
    assert public["publiccodeYmlVersion"] == "0.4"
    needed = {"name", "url", "platforms", "developmentStatus", "softwareType", "description", "legal", "maintenance",
              "localisation"}  # fmt: skip
    assert needed <= set(public)
    assert public["developmentStatus"] in ("concept", "development", "beta", "stable", "obsolete")
    assert public["maintenance"]["type"] == "community" and public["maintenance"]["contacts"]
    assert public["localisation"]["availableLanguages"] == ["vi", "en"]
    for told in public["description"].values():
        assert len(told["shortDescription"]) <= 150 <= len(told["longDescription"]) <= 10_000
        assert told["features"]


def test_changes_are_being_written_down() -> None:
    assert "\n## Unreleased\n" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
