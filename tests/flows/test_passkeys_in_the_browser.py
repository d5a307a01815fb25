"""Passkeys as people use them: a device in a real browser, by Chromium's own virtual authenticator."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.flows.browsing import Served, troubles

pytestmark = pytest.mark.browser
PASSWORD = "ruộng bậc thang mù sương"


def _device(page: Page) -> tuple[Any, str]:
    """A device that is always at hand, and whose owner's finger it always knows."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    return session, session.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]


def _named(served: Served) -> str:
    """The same house by the name that browsers let passkeys have on this machine."""
    return served.address.replace("127.0.0.1", "localhost")


def _signs_in(page: Page, address: str, login: str) -> None:
    page.goto(f"{address}/sign-in?next=/account")
    page.get_by_label("Tên đăng nhập").fill(login)
    page.get_by_label("Mật khẩu", exact=True).fill(PASSWORD)
    page.keyboard.press("Enter")


def _joins(page: Page, served: Served, login: str, name: str) -> None:
    link = served.run("user", "add", login, "--name", name)["link"]
    page.goto(link.replace("127.0.0.1", "localhost"))
    page.get_by_label("Mật khẩu mới", exact=True).fill(PASSWORD)
    page.get_by_label("Gõ lại mật khẩu mới").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Đã đặt mật khẩu")
    _signs_in(page, _named(served), login)
    expect(page.locator("h1")).to_have_text(name)


def test_a_passkey_is_made_and_opens_the_account_in_both_ways(browser: Browser, served: Served) -> None:
    context = browser.new_context(locale="vi-VN", viewport={"width": 390, "height": 844})
    page, address = context.new_page(), _named(served)
    said = troubles(page)
    session, device = _device(page)
    _joins(page, served, "mua", "Mùa Thị Dia")

    page.get_by_role("link", name="Thêm khoá truy cập").click()
    page.get_by_label("Tên", exact=True).fill("Điện thoại của Dia")
    page.get_by_role("button", name="Thêm khoá truy cập").click()
    expect(page.locator(".codes code")).to_have_count(10)
    kept = session.send("WebAuthn.getCredentials", {"authenticatorId": device})["credentials"]
    assert [each["rpId"] for each in kept] == ["localhost"] and kept[0]["isResidentCredential"]
    page.get_by_role("link", name="Tôi đã cất mã").click()
    page.get_by_role("button", name="Đăng xuất").click()

    page.get_by_role("button", name="Đăng nhập bằng khoá truy cập").click()
    expect(page.get_by_role("link", name="Đăng nhập")).to_have_count(0)
    page.goto(f"{address}/account")
    expect(page.locator("h1")).to_have_text("Mùa Thị Dia")
    page.get_by_role("button", name="Đăng xuất").click()

    _signs_in(page, address, "mua")
    expect(page.locator("h1")).to_have_text("Còn một bước")
    page.get_by_role("button", name="Tiếp tục bằng khoá truy cập").click()
    expect(page.locator("h1")).to_have_text("Mùa Thị Dia")

    page.goto(f"{address}/account/passkeys")
    expect(page.get_by_text("dùng gần nhất")).to_be_visible()
    page.get_by_text("Gỡ…").click()
    page.get_by_role("button", name="Gỡ khoá truy cập Điện thoại của Dia").click()
    expect(page.get_by_role("status")).to_contain_text("Đã gỡ khoá truy cập")
    page.goto(f"{address}/account")
    page.get_by_role("button", name="Đăng xuất").click()
    page.get_by_role("button", name="Đăng nhập bằng khoá truy cập").click()
    expect(page.get_by_role("alert")).to_contain_text("Không nhận được khoá truy cập này")
    assert [each for each in said if "401" not in each] == []
    context.close()


def test_a_device_that_has_one_already_says_so(browser: Browser, served: Served) -> None:
    context = browser.new_context(locale="vi-VN")
    page, address = context.new_page(), _named(served)
    _device(page)
    _joins(page, served, "sung", "Sùng Thị Máy")
    for name in ("Máy tính", "Máy tính lần nữa"):
        page.goto(f"{address}/account/passkeys")
        page.get_by_label("Tên", exact=True).fill(name)
        page.get_by_role("button", name="Thêm khoá truy cập").click()
        page.wait_for_timeout(300)
    expect(page.get_by_role("alert")).to_contain_text("Chưa tạo được khoá truy cập")
    expect(page.get_by_role("button", name="Thêm khoá truy cập")).to_be_enabled()
    expect(page.get_by_label("Tên", exact=True)).to_have_value("Máy tính lần nữa")
    context.close()


def test_where_it_cannot_be_it_is_not_offered(browser: Browser, served: Served) -> None:
    """At an address that is a number browsers have none, and without script nothing asks the device."""
    context = browser.new_context(locale="vi-VN")
    page = context.new_page()
    page.goto(f"{served.address}/sign-in")
    expect(page.get_by_text("Đăng nhập bằng khoá truy cập")).to_have_count(0)
    context.close()
    plain = browser.new_context(locale="vi-VN", java_script_enabled=False)
    page = plain.new_page()
    page.goto(f"{_named(served)}/sign-in")
    expect(page.get_by_text("Đăng nhập bằng khoá truy cập")).to_be_hidden()
    plain.close()
