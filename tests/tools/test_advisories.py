"""Advisories: what was found fails the check, a network that is away does not."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]


def _tool() -> Any:
    spec = importlib.util.spec_from_file_location("advisories", ROOT / "tools" / "advisories.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_what_was_found_fails_and_what_was_not_asked_does_not() -> None:
    judged = _tool().judged
    good = {"name": "msgspec", "version": "1", "vulns": []}
    bad = {"name": "litestar", "version": "1", "vulns": [{"id": "PYSEC-1"}]}
    away = {"name": "polars", "skip_reason": "Dependency not found on PyPI"}
    assert judged(json.dumps({"dependencies": [good, bad, away]}), "")[0] == 1
    assert "PYSEC-1" in judged(json.dumps({"dependencies": [bad]}), "")[1]
    assert judged(json.dumps({"dependencies": [good, away]}), "") == (0, "ADVISORIES: none known for 1 of 2 packages")
    for out, errors in ((json.dumps({"dependencies": [away]}), ""), ("", "ConnectionError: no route"), ("", "")):
        code, told = judged(out, errors)
        assert code == 0 and "not reachable, skipped" in told
