"""The bootstrap does nothing twice, and says what is missing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools import setup


def test_a_prepared_environment_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    lock = tmp_path / "lock"
    lock.write_text("polars==2.1.0 --hash=sha256:0")
    monkeypatch.setattr(setup, "LOCK", lock)
    monkeypatch.setattr(setup, "STAMP", tmp_path / "prepared")
    monkeypatch.setattr(setup, "_make", lambda: ["pip"])
    monkeypatch.setattr(setup, "_run", lambda *command: done.append(command[1]))
    monkeypatch.setattr(setup, "_link", lambda: None)
    setup.main()
    setup.main()
    assert done == ["install"]
    lock.write_text("polars==2.2.0 --hash=sha256:0")
    setup.main()
    assert done == ["install", "install"]


def test_a_python_without_pip_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(setup, "_works", lambda command: False)
    with pytest.raises(SystemExit, match=r"apt-get install python3\.\d+-venv"):
        setup._make()
