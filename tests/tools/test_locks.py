"""Lock files name packages and hashes, all that the project asks for, and no address."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools import locks


def test_the_lock_files_are_in_order() -> None:
    locks.main(["--check"])


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("--index-url https://example.org/simple\n", "holds an address"),
        ("polars==2.1.0\n", "polars has no hash"),
        ("", "lacks polars"),
    ],
)
def test_what_is_wrong_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, fault: str) -> None:
    (tmp_path / "pyproject.toml").write_text('[project]\ndependencies = ["polars>=2"]\n[dependency-groups]\n')
    (tmp_path / "requirements.lock").write_text(text)
    monkeypatch.setattr(locks, "ROOT", tmp_path)
    assert any(fault in line for line in locks.faults("requirements.lock"))
