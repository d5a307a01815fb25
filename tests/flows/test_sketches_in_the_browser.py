"""A workbook that nobody prepared is dropped, one column is mended, the register made, the file taken in and listed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.flows import accessible, browsing
from tests.flows.browsing import Served, troubles
from tests.intake.test_sketching import HEADINGS, ROWS
from tests.web.house import workbook

pytestmark = pytest.mark.browser
WIDTHS = (390, 1440)


@pytest.fixture(scope="module")
def steward(browser: Browser, served: Served) -> Iterator[BrowserContext]:
    """Who may declare, and keeps the registers of the foundation."""
    with browsing.officer(browser, served, "dinh", "Hoàng Văn Định", "02") as context:
        served.run("grant", "add", "dinh", "data_steward", "--area", "02", "--purpose", "administration")
        yield context


def test_from_a_workbook_to_its_list(steward: BrowserContext, served: Served, tmp_path: Path) -> None:
    page = steward.new_page()
    said = troubles(page)
    file = tmp_path / "hoc_bong.xlsx"
    file.write_bytes(workbook([(*row[:5], "Xã Lũng Cú", *row[6:]) for row in ROWS], HEADINGS))
    page.goto(f"{served.address}/staff")
    page.get_by_role("link", name="Lập sổ").click()
    page.set_input_files("#file", file)
    page.get_by_role("button", name="Xem các cột").click()
    expect(page.locator("#preview")).to_contain_text("12 dòng đúng")
    _looked_at(page)
    job = page.get_by_role("group", name="Nghề")
    job.get_by_label("Loại").select_option("commune")
    expect(page.locator("#preview")).to_contain_text("12 dòng chưa nhận")
    job.get_by_label("Loại").select_option("text")
    expect(page.locator("#preview")).to_contain_text("12 dòng đúng")
    page.get_by_label("Tiêu đề tiếng Việt").first.fill("Học bổng")
    page.get_by_role("button", name="Lập sổ này").click()
    expect(page.locator("h1")).to_contain_text("12 dòng")
    page.get_by_role("button", name="Ghi nhận 12 dòng").click()
    page.goto(f"{served.address}/staff/registers/hoc_bong")
    expect(page.locator("h1")).to_contain_text("Học bổng")
    expect(page.locator("#found")).to_contain_text("Giàng A Páo")
    page.get_by_role("link", name="Khai báo").click()
    page.get_by_role("group", name="Đoàn viên").get_by_label("Bắt buộc").check()
    expect(page.locator("#preview")).to_contain_text("6 bản ghi chưa có")
    _looked_at(page)
    assert said == []


def _looked_at(page: Page) -> None:
    """Nothing scrolls sideways, and nobody is kept out (WCAG 2.2 AA by axe), folded parts opened, light and dark."""
    page.evaluate("document.querySelectorAll('main details').forEach(each => each.open = true)")
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert over <= 0, f"{page.url} at {width}"
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        assert accessible.findings(page) == [], f"{page.url} {theme}"
    page.emulate_media(color_scheme="light")
