"""The commands that pages show are run, page after page, in a home of their own, and end as the page says."""

from __future__ import annotations

import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docs.pages import DOCS, blocks
from tests.docs.test_blocks import command_of
from tests.laws import small_home
from tests.laws.house import ROOT
from tests.laws.small_home import Home

ORDER = (
    "start.md",
    "take-in-a-workbook.md",
    "undo.md",
    "carry-a-list-out.md",
    "boundaries.md",
    "a-register-of-your-own.md",
    "an-indicator.md",
    "a-persons-request.md",
    "check-a-proof.md",
)
"""The order in which somebody would read them."""


@pytest.fixture(scope="module")
def home() -> Iterator[Home]:
    """A home of the pages' own, since they change it."""
    with small_home.opened("pages") as opened, small_home.alone(opened):
        for page in sorted(DOCS.rglob("*.md")):
            for name, content in small_home.files_shown(page):
                (opened.work / name).write_text(content, encoding="utf-8")
        yield opened


def test_every_page_with_commands_is_run() -> None:
    assert {block.page.name for block in blocks("tinhso")} == set(ORDER)


def test_commands_end_as_the_pages_say(home: Home) -> None:
    shown = sorted(blocks("tinhso"), key=lambda block: ORDER.index(block.page.name))
    wrong = []
    for block in shown:
        for line in block.text.strip().splitlines():
            code, told = _done(home, line)
            if code != (1 if block.mark == "fails" else 0):
                wrong.append(f"{block.page.relative_to(ROOT)}: {line}\n{told}")
    assert not wrong, "\n".join(wrong)


def _done(home: Home, line: str) -> tuple[int, str]:
    """How a line ended and what it printed; tools of the project stand by themselves and are run so."""
    program, *words = shlex.split(line)
    if program == ".venv/bin/python":
        command = [sys.executable, str(ROOT / words[0]), *words[1:]]
        apart = subprocess.run(command, cwd=home.work, capture_output=True, text=True, timeout=60)
        return apart.returncode, apart.stdout + apart.stderr
    assert program == "tinhso" and command_of(words), line
    done = home.run(*words)
    return done.exit_code, done.stdout + done.stderr


def test_the_first_file_has_the_error_that_the_page_tells_of(home: Home) -> None:
    shape = home.json("intake", "workers", "lung-cu.csv", "--dry-run", code=1)
    assert [problem["cell"] for problem in shape["problems"] if problem["severity"] == "error"] == ["I4"]
    assert Path(home.work / "lung-cu.csv").is_file()
