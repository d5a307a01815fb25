"""Signing in as people do it: the first start, a link, a password, a second factor, out, and in again."""

from __future__ import annotations

import pyotp
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.flows.browsing import Served, troubles

pytestmark = pytest.mark.browser
PASSWORD, OTHER = "ruộng bậc thang mù sương", "chợ phiên lùi bảy ngày"


def _signs_in(page: Page, address: str, login: str, password: str) -> None:
    page.goto(f"{address}/sign-in?next=/account")
    page.get_by_label("Tên đăng nhập").fill(login)
    page.get_by_label("Mật khẩu", exact=True).fill(password)
    page.keyboard.press("Enter")


def test_from_the_first_start_to_a_second_factor(browser: Browser, served: Served) -> None:
    context = browser.new_context(locale="vi-VN")
    page = context.new_page()
    said = troubles(page)

    _signs_in(page, served.address, "admin", served.printed(r"one-time password: (\S+)"))
    expect(page.locator("h1")).to_have_text("Đổi mật khẩu")
    page.get_by_label("Mật khẩu mới", exact=True).fill(OTHER)
    page.get_by_label("Gõ lại mật khẩu mới").fill(OTHER)
    page.get_by_role("button", name="Đặt mật khẩu").click()
    expect(page.locator("h1")).to_have_text("Quản trị viên")
    page.get_by_role("button", name="Đăng xuất").click()

    link = served.run("user", "add", "an", "--name", "Vàng Thị An")["link"]
    page.goto(link)
    expect(page.locator("h1")).to_have_text("Chào mừng Vàng Thị An")
    secret = page.get_by_label("Mật khẩu mới", exact=True)
    secret.fill(PASSWORD)
    page.get_by_role("button", name="Hiện").first.click()
    expect(secret).to_have_attribute("type", "text")
    page.get_by_label("Gõ lại mật khẩu mới").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Đã đặt mật khẩu")

    _signs_in(page, served.address, "an", PASSWORD)
    page.get_by_role("link", name="Đặt bước thứ hai").click()
    page.get_by_text("Không quét được?").click()
    totp = pyotp.TOTP(page.locator(".key").inner_text().replace(" ", ""))
    assert page.locator(".qr").evaluate("image => image.complete && image.naturalWidth > 0"), "the policy lets it show"
    page.get_by_label("Nhập mã").fill(totp.now())
    page.keyboard.press("Enter")
    expect(page.locator(".codes code")).to_have_count(10)
    codes = page.locator(".codes code").all_inner_texts()
    page.get_by_role("link", name="Tôi đã cất mã").click()
    expect(page.get_by_text("đã đặt", exact=True)).to_be_visible()
    page.get_by_role("button", name="Đăng xuất").click()

    _signs_in(page, served.address, "an", PASSWORD)
    expect(page.locator("h1")).to_have_text("Còn một bước")
    page.get_by_label("Mã xác nhận").fill(codes[0])
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Vàng Thị An")
    expect(page.get_by_text("còn 9 mã dự phòng")).to_be_visible()
    served.run("user", "disable", "an")
    page.reload()
    expect(page.locator("h1")).to_have_text("Đăng nhập")
    assert said == []
    context.close()


def test_without_script_and_on_a_phone(browser: Browser, served: Served) -> None:
    link = served.run("user", "add", "chi", "--name", "Lù Thị Chi")["link"]
    context = browser.new_context(locale="vi-VN", java_script_enabled=False, viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(link)
    page.get_by_label("Mật khẩu mới", exact=True).fill(PASSWORD)
    page.get_by_label("Gõ lại mật khẩu mới").fill(PASSWORD)
    page.get_by_role("button", name="Đặt mật khẩu").click()
    _signs_in(page, served.address, "chi", PASSWORD)
    expect(page.locator("h1")).to_have_text("Lù Thị Chi")
    phone = browser.new_context(storage_state=context.storage_state(), viewport={"width": 390, "height": 844})
    page = phone.new_page()
    for path in ("/account", "/account/password", "/account/second-factor"):
        page.goto(served.address + path)
        over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert over <= 0, path
    phone.close()
    context.close()


def test_the_keyboard_is_enough(browser: Browser, served: Served) -> None:
    context = browser.new_context(locale="vi-VN")
    page = context.new_page()
    page.goto(f"{served.address}/sign-in")
    expect(page.get_by_label("Tên đăng nhập")).to_be_focused()  # the browser focuses the field a moment after loading
    page.keyboard.type("nobody")
    page.keyboard.press("Tab")
    page.keyboard.type("a wrong password")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("không đúng")
    expect(page.get_by_label("Tên đăng nhập")).to_have_value("nobody")
    expect(page.get_by_label("Mật khẩu", exact=True)).to_be_focused()
    context.close()
