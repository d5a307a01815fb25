"""The server by itself signs how far the ledgers have come."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.web.house import An
from tinhso.ledgers import hourly
from tinhso.registers.chain import verify
from tinhso.web.kit.house import House


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """It looks again at once, from its start on."""
    monkeypatch.setattr(hourly, "EVERY", 0.1)


def test_a_commit_gets_its_checkpoint(an: An, house: House, tmp_path: Path) -> None:
    an.commits(an.sends())
    file = tmp_path / "checkpoints" / "changes.txt"
    deadline = time.monotonic() + 20
    while not file.exists() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert file.exists()
    assert verify.chain(house.db, tmp_path).findings == []
