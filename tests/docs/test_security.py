"""The page of security names only tests that there are, and no chapter of the standard is missing."""

from __future__ import annotations

import re

from tests.docs.pages import DOCS
from tests.laws.house import ROOT

PAGE = (DOCS / "why" / "security.md").read_text(encoding="utf-8")


def test_every_test_named_is_there() -> None:
    named = set(re.findall(r"`(tests/[\w/.]+\.py)::(\w+)`", PAGE))
    lost = [
        f"{path}::{name}"
        for path, name in sorted(named)
        if not (ROOT / path).is_file() or f"\ndef {name}(" not in (ROOT / path).read_text(encoding="utf-8")
    ]
    assert len(named) > 40 and lost == []


def test_every_chapter_is_there_and_every_line_says_something() -> None:
    chapters = [int(number) for number in re.findall(r"^## V(\d+) ", PAGE, re.MULTILINE)]
    assert chapters == list(range(1, 15))
    lines = [line for line in PAGE.splitlines() if line.startswith("| ") and not line.startswith("| Asked")]
    assert [line for line in lines if "::" not in line and "Not covered" not in line] == []
