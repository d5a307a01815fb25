"""A house served as anybody serves it, and a Chromium to visit it with."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import warnings
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.web.house import HAGIANG
from tinhso.foundation.postgres import server
from tinhso.foundation.settings import Settings
from tools.browser import found

PASSWORD = "ruộng bậc thang mù sương"
PATIENCE = 60
"""Seconds to wait for the server."""
TINHSO = [sys.executable, "-m", "tinhso"]


@dataclass(frozen=True)
class Served:
    """A house with Hà Giang's declarations and no records: its address, and its home for commands."""

    address: str
    home: Path

    def run(self, *words: str) -> Any:
        """What ``tinhso WORDS --json`` prints."""
        done = subprocess.run([*TINHSO, *words, "--json"], env=_environment(self), check=True, capture_output=True)
        return json.loads(done.stdout)

    def printed(self, pattern: str) -> str:
        """What the server printed at its start, by a pattern with one group."""
        found_there = re.search(pattern, (self.home / "printed").read_text(encoding="utf-8"))
        assert found_there is not None
        return found_there[1]


@contextmanager
def chromium() -> Iterator[Browser]:
    """Chromium; without it the story is skipped, and says so."""
    program = found()
    if program is None:
        said = "NO CHROMIUM HERE: the story in the browser was not run. python tools/browser.py installs it."
        warnings.warn(said, stacklevel=1)
        pytest.skip(said)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield launched
        launched.close()


@contextmanager
def house() -> Iterator[Served]:
    """A house of its own, gone afterwards."""
    home = Path(tempfile.mkdtemp(prefix="tinhso-story-"))
    home.chmod(0o755)  # PostgreSQL's account has to get in
    served = Served(f"http://127.0.0.1:{_free_port()}", home)
    environment = _environment(served)
    subprocess.run([*TINHSO, "apply", str(HAGIANG)], env=environment, check=True, capture_output=True)
    with (home / "printed").open("w") as printed:
        serving = subprocess.Popen([*TINHSO, "serve"], env=environment, stdout=printed, stderr=subprocess.DEVNULL)
    try:
        _wait(f"{served.address}/icon.svg")
        yield served
    finally:
        serving.terminate()
        with suppress(subprocess.TimeoutExpired):
            serving.wait(20)
        server.remove(Settings(home=home))
        shutil.rmtree(home, ignore_errors=True)


def troubles(*pages: Page) -> list[str]:
    """What browsers complain about: scripts that fail, things refused by the security policy."""
    said: list[str] = []
    for page in pages:
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    return said


def _environment(served: Served) -> dict[str, str]:
    port = served.address.rpartition(":")[2]
    # as the demo is served: a story about something else does not begin with a second factor
    return os.environ | {"TINHSO_HOME": str(served.home), "TINHSO_PORT": port, "TINHSO_SECOND_FACTOR": "off"}


def _free_port() -> int:
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def _wait(address: str) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        with suppress(urllib.error.URLError, ConnectionError), urllib.request.urlopen(address, timeout=2):
            return
        time.sleep(0.2)
    raise AssertionError(f"nothing answers at {address}")


@contextmanager
def officer(
    browser: Browser, served: Served, login: str, name: str, area: str, role: str = "information_officer"
) -> Iterator[BrowserContext]:  # fmt: skip
    """Somebody over an area, signed in; of the department that keeps the video points where no role is named."""
    link = served.run("user", "add", login, "--name", name)["link"]
    served.run("grant", "add", login, role, "--area", area, "--purpose", "administration")
    with browser.new_context(locale="vi-VN", permissions=["clipboard-read", "clipboard-write"]) as context:
        page = context.new_page()
        page.goto(link)
        page.get_by_label("Mật khẩu mới", exact=True).fill(PASSWORD)
        page.get_by_label("Gõ lại mật khẩu mới").fill(PASSWORD)
        page.keyboard.press("Enter")
        page.get_by_label("Tên đăng nhập").fill(login)
        page.get_by_label("Mật khẩu", exact=True).fill(PASSWORD)
        page.keyboard.press("Enter")
        expect(page.locator(".who")).to_contain_text(name)
        page.close()
        yield context
