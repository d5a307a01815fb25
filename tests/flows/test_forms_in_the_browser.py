"""An officer types a record, is told what is wrong meanwhile, is signed out and goes on; two people at one record."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.flows import accessible
from tests.flows.browsing import PASSWORD, Served, officer, troubles

pytestmark = pytest.mark.browser
REGISTER = "/staff/registers/video_points"


@pytest.fixture(scope="module")
def an(browser: Browser, served: Served) -> Iterator[BrowserContext]:
    with officer(browser, served, "an", "Vàng Thị An", "026") as context:
        yield context


@pytest.fixture(scope="module")
def bình(browser: Browser, served: Served) -> Iterator[BrowserContext]:
    with officer(browser, served, "binh", "Sùng Mí Bình", "00715") as context:
        yield context


def test_a_record_is_typed_left_found_again_and_merged(
    an: BrowserContext, bình: BrowserContext, served: Served
) -> None:
    page, other = an.new_page(), bình.new_page()
    said = troubles(page, other)
    page.goto(f"{served.address}{REGISTER}/new")
    assert accessible.findings(page) == []
    page.get_by_label("Mã điểm cầu").fill("DC-7")
    page.keyboard.press("Tab")
    expect(page.locator("#f-point_no-said")).to_contain_text("Sửa theo mẫu: DC-001")
    expect(page.locator("#f-point_no")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#f-name-said")).to_be_empty()
    page.get_by_label("Mã điểm cầu").fill("DC-007")
    page.get_by_label("Tên điểm cầu").fill("UBND xã Lũng Cú")
    expect(page.locator("#f-point_no-said")).to_be_empty()
    page.get_by_label("Cấp").select_option("Cấp xã")
    page.get_by_label("Xã, phường, thị trấn").select_option("Xã Lũng Cú")
    page.get_by_label("Ngày đưa vào sử dụng").fill("1/6/2022")
    page.keyboard.press("Tab")
    expect(page.locator("[data-kept]")).to_contain_text("Đã giữ bản nháp lúc")

    _ends(page, served)
    page.get_by_role("button", name="Ghi nhận").click()
    expect(page.locator("[data-kept]")).to_contain_text("Bạn đã bị đăng xuất")
    expect(page.get_by_label("Tên điểm cầu")).to_have_value("UBND xã Lũng Cú")
    again = an.new_page()
    again.goto(f"{served.address}/staff/drafts")
    again.get_by_label("Tên đăng nhập").fill("an")
    again.get_by_label("Mật khẩu", exact=True).fill(PASSWORD)
    again.keyboard.press("Enter")
    expect(again.locator("tbody tr")).to_have_count(1)
    again.get_by_role("link", name="Điểm cầu trực tuyến").click()
    expect(again.get_by_label("Mã điểm cầu")).to_have_value("DC-007")
    assert accessible.findings(again) == []
    again.get_by_role("button", name="Ghi nhận").click()
    expect(again.locator("h1")).to_have_text("UBND xã Lũng Cú")
    record = again.url
    page.close(run_before_unload=False)

    _two_at_one(again, other, record)
    for width in (390, 768, 1440):
        again.set_viewport_size({"width": width, "height": 844})
        for path in (f"{record}/edit", f"{served.address}{REGISTER}/new", f"{served.address}/staff/drafts"):
            again.goto(path)
            over = again.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert over <= 0, f"{path} at {width}"
    assert said == [] or all("401" in each or "sign-in" in each for each in said)


def _two_at_one(page: Page, other: Page, record: str) -> None:
    page.get_by_role("link", name="Sửa", exact=True).click()
    other.goto(f"{record}/edit")
    other.get_by_label("Đường truyền").fill("FTTH")
    other.get_by_role("button", name="Ghi nhận thay đổi").click()
    expect(other.locator("h1")).to_have_text("UBND xã Lũng Cú")
    page.get_by_label("Đường truyền").fill("4G")
    page.get_by_role("button", name="Ghi nhận thay đổi").click()
    expect(page.locator("[data-summary]")).to_be_focused()
    assert accessible.findings(page) == []
    page.get_by_label("Của người kia: FTTH").check()
    page.get_by_role("button", name="Ghi nhận thay đổi").click()
    expect(page.locator("h1")).to_have_text("UBND xã Lũng Cú")
    expect(page.locator(".pairs").first).to_contain_text("FTTH")


def _ends(page: Page, served: Served) -> None:
    """The session ends in another tab."""
    other = page.context.new_page()
    other.goto(f"{served.address}/account")
    other.get_by_role("button", name="Đăng xuất").first.click()
    other.wait_for_load_state()
    other.close()


def test_a_point_is_set_by_a_click_by_dragging_and_by_typing(an: BrowserContext, served: Served) -> None:
    page = an.new_page()
    said = troubles(page)
    page.goto(f"{served.address}/staff/registers/tourism_points/new")
    ground = page.locator("figure[data-ground]")
    expect(ground).to_be_hidden()
    page.get_by_label("Xã, phường, thị trấn").select_option("Xã Lũng Cú")
    expect(ground).to_contain_text("Xã Lũng Cú")
    assert accessible.findings(page) == []
    svg, latitude, longitude = ground.locator("svg"), page.get_by_label("Vĩ độ"), page.get_by_label("Kinh độ")
    svg.scroll_into_view_if_needed()
    box = svg.bounding_box()
    assert box is not None
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(*middle)
    page.mouse.down()
    first = degrees(latitude.input_value()), degrees(longitude.input_value())
    assert 23 < first[0] < 23.5 and 105 < first[1] < 105.5
    page.mouse.move(middle[0] + 30, middle[1] - 30)
    page.mouse.up()
    assert degrees(latitude.input_value()) > first[0] and degrees(longitude.input_value()) > first[1], "north and east"
    expect(page.locator("[data-kept]")).to_contain_text("Đã giữ bản nháp lúc")
    pin = svg.locator("circle").last
    at = pin.get_attribute("cx")
    longitude.fill(str(first[1]).replace(".", ","))
    expect(pin).not_to_have_attribute("cx", at or "")
    longitude.fill("104,1")
    expect(ground).to_contain_text("nằm ngoài bản đồ này")
    assert said == []
    page.close(run_before_unload=False)


def degrees(text: str) -> float:
    return float(text.replace(",", "."))
