"""Every page of the house in a real browser: nobody is kept out by it, and it fits a telephone.

The pages come from the application: what is new is covered without anybody's help.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Browser, Route, ViewportSize

from tests.conftest import Copies
from tests.flows import accessible, browsing
from tests.laws import exits
from tests.laws.exits import Exit
from tests.laws.worlds import AN, AUDITOR, LIVE, NOBODY, PACKS, WARDEN, World, lone
from tinhso.foundation.postgres.server import Cluster

pytestmark = pytest.mark.browser
AUTHORITY = "http://tinhso.example"
VISITORS = {None: NOBODY, "administer": WARDEN, "audit": AUDITOR}
"""Who opens the pages of a verb; all the others An does."""
OPEN = {"indicator": "A09", "name": "gui-tep", "secret": "-"}
"""What the addresses of pages that are open to everybody ask for."""
WIDE, NARROW = ViewportSize(width=1280, height=800), ViewportSize(width=390, height=844)


@dataclass(frozen=True)
class Visit:
    """Somebody who opens a page."""

    who: str
    address: str


@pytest.fixture(scope="module")
def world(cluster: Cluster, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with lone(Copies(cluster), template, PACKS[-1], tmp_path_factory.mktemp("pages")) as world:
        yield world


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with browsing.chromium() as launched:
        yield launched


def visits(world: World) -> list[Visit]:
    """One for each page there is, of one register where it is about one."""
    asked = [each for each in exits.every(world.client.app) if each.method == "GET"]
    return [
        Visit(VISITORS.get(each.verb, AN), _filled(world, each))
        for each in asked if not each.address.startswith((LIVE, "/api", "/static"))
    ]  # fmt: skip


def _filled(world: World, each: Exit) -> str:
    if each.address.startswith(exits.GUARDED):
        return next(exits.asked(world, each, "own")).address
    return re.sub(r"{(\w+):\w+}", lambda part: OPEN[part[1]], each.address)


def test_every_page_keeps_nobody_out_and_fits_a_telephone(world: World, browser: Browser) -> None:
    wrong, seen = [], 0
    for visit in visits(world):
        answer = world.ask(visit.who, "GET", visit.address)
        if answer.status_code == 200 and answer.headers["content-type"].startswith("text/html"):
            seen += 1
            wrong += [f"{visit.who} {visit.address}: {said}" for said in _looked_at(browser, world, visit)]
    assert seen > 40 and wrong == [], "\n".join(wrong)


def _looked_at(browser: Browser, world: World, visit: Visit) -> list[str]:
    page = browser.new_page(viewport=WIDE)
    page.route("**/*", lambda route: _answered(world, visit.who, route))
    page.goto(AUTHORITY + visit.address)
    found = accessible.findings(page)
    page.set_viewport_size(NARROW)
    over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    page.close()
    return [*found, *([f"{over} px wider than a telephone"] if over > 0 else [])]


_built: dict[str, Any] = {}
"""Answers with what the front end is built of, which every page asks for."""


def _answered(world: World, who: str, route: Route) -> None:
    address = route.request.url.removeprefix(AUTHORITY)
    if address.startswith(LIVE):
        return route.abort()
    answer = _built.get(address) or world.ask(who, "GET", address)
    if address.startswith("/static"):
        _built[address] = answer
    route.fulfill(status=answer.status_code, headers=dict(answer.headers), body=answer.content)
