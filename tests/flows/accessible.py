"""What axe-core (MPL-2.0, a devDependency of ``web``) finds on a page that stands open in a browser."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import Page

AXE = Path(__file__).parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"
RULES = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
GRAVE = ("serious", "critical")


def findings(page: Page) -> list[str]:
    """The serious and critical findings by WCAG 2.2 AA, each with the first place where it stands."""
    page.evaluate(AXE.read_text(encoding="utf-8"))  # evaluated, not inserted: the page's own policy stays as it is
    found: dict[str, Any] = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
    return [
        f"{each['id']} ({each['impact']}): {each['nodes'][0]['html'][:160]}"
        for each in found["violations"] if each["impact"] in GRAVE
    ]  # fmt: skip
