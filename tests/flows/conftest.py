"""A province that knows three video-conference points, and the counter where files are handed in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.conftest import Copies
from tests.flows import browsing
from tests.flows.bad_files import Counter, workbook
from tinhso.foundation.files import Files
from tinhso.foundation.postgres.server import Cluster
from tinhso.intake.desk import Desk
from tinhso.packs.apply import apply

HAGIANG = Path(__file__).parents[2] / "provinces" / "hagiang"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with browsing.chromium() as launched:
        yield launched


@pytest.fixture(scope="module")
def served() -> Iterator[browsing.Served]:
    """A house of its own, started as anybody starts it."""
    with browsing.house() as served:
        yield served


@pytest.fixture(scope="module")
def address(served: browsing.Served) -> str:
    return served.address


@pytest.fixture(scope="module")
def thông(browser: Browser, served: browsing.Served) -> Iterator[BrowserContext]:
    """The officer of the whole province."""
    with browsing.officer(browser, served, "thong", "Trần Văn Thông", "02") as context:
        yield context


@pytest.fixture(scope="module")
def an(browser: Browser, served: browsing.Served) -> Iterator[BrowserContext]:
    """The officer of one commune, Lũng Cú."""
    with browsing.officer(browser, served, "an", "Vàng Thị An", "00715") as context:
        yield context


@pytest.fixture(scope="module")
def province(cluster: Cluster, template: str) -> Iterator[str]:
    copies = Copies(cluster)
    name, db = copies.make(template)
    apply(db, HAGIANG)
    db.close()
    yield name
    copies.drop(name)


@pytest.fixture
def counter(copies: Copies, province: str, tmp_path: Path) -> Iterator[Counter]:
    """The counter of a province that knows three video-conference points already."""
    name, db = copies.make(province)
    counter = Counter(Desk.open(db, Files(tmp_path)), tmp_path)
    assert counter.takes(workbook()).commit is not None
    yield counter
    db.close()
    copies.drop(name)
