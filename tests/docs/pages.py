"""The documents as text: pages, their fenced blocks and their links."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from tests.laws.house import ROOT

TOP = ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md")
DOCS = ROOT / "docs"
BLOCK = re.compile(r"^```([^\n]*)\n(.*?)^```[ \t]*$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, what stands beside the language, and its text."""

    page: Path
    language: str
    mark: str
    text: str

    def __str__(self) -> str:
        return f"{self.page.relative_to(ROOT)}: {self.text.strip().splitlines()[0][:50]}"


def pages() -> list[Path]:
    """Every page that people read."""
    return [ROOT / name for name in TOP] + sorted(DOCS.rglob("*.md"))


def blocks(*languages: str) -> list[Block]:
    """The fenced blocks of these languages on all pages, in order."""
    found = []
    for page in pages():
        for info, text in BLOCK.findall(page.read_text(encoding="utf-8")):
            language, _, mark = info.strip().partition(" ")
            if language in languages:
                found.append(Block(page, language, mark, text))
    return found


def links(page: Path) -> list[str]:
    """What a page links to within the project."""
    text = BLOCK.sub("", page.read_text(encoding="utf-8"))
    return [link for link in LINK.findall(text) if "://" not in link and not link.startswith("#")]
