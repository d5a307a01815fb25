"""A real provider of OpenID Connect, and somebody who walks through its pages."""

from __future__ import annotations

import html
import re
import subprocess
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import httpx
import pytest

from tools.provider import FOLDER, installed, node

BACK = "https://tinhso.example/sign-in/outside/back"
CLIENT, SECRET = "tinhso", "a secret of the tests/+"


@contextmanager
def started() -> Iterator[str]:
    """The provider in a process of its own; gives its issuer. Without Node or network the tests are skipped."""
    program = node()
    if program is None or not installed():
        said = "NO PROVIDER HERE: single sign-on was not tested. python tools/provider.py installs it."
        warnings.warn(said, stacklevel=1)
        pytest.skip(said)
    command: list[str | Path] = [program, FOLDER / "provider.mjs", BACK]
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        assert process.stdout is not None
        port = int(process.stdout.readline())
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(20)


def walked(address: str, login: str) -> str:
    """Sign in at the provider as somebody and agree; gives the address at our house to which it sends back."""
    with httpx.Client(timeout=10) as browser:
        answer = browser.get(address)
        for _ in range(12):
            if answer.is_redirect:
                onward = urljoin(str(answer.url), answer.headers["location"])
                if onward.startswith(BACK):
                    return onward[len("https://tinhso.example") :]
                answer = browser.get(onward)
                continue
            action = re.search(r'action="([^"]+)"', answer.text)
            assert answer.status_code == 200 and action, answer.text[:500]
            fields = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', answer.text))
            if 'name="login"' in answer.text:
                fields |= {"login": login, "password": "any"}
            answer = browser.post(urljoin(str(answer.url), html.unescape(action[1])), data=fields)
    raise AssertionError(f"the provider never sent back: {urlsplit(str(answer.url)).path}")
