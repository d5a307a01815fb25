"""The server folds what commits leave behind."""

from __future__ import annotations

import time

import pytest

from tests.web.house import An
from tinhso.indicators import fold


def test_a_commit_is_folded_by_the_server(an: An, monkeypatch: pytest.MonkeyPatch) -> None:
    folded: list[object] = []
    monkeypatch.setattr(fold, "fold_if_due", folded.append)
    an.commits(an.sends())
    deadline = time.monotonic() + 20
    while not folded and time.monotonic() < deadline:
        time.sleep(0.1)
    assert folded
