"""Advisories: what was found fails the check, a network that is away does not."""

from __future__ import annotations

import importlib.util
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
    found = judged(1, "litestar 1.0 PYSEC-1\n", "Found 1 known vulnerability in 1 package")
    assert found[0] == 1 and "PYSEC-1" in found[1]
    assert judged(0, "", "No known vulnerabilities found")[0] == 0
    away = judged(1, "", "ConnectionError: HTTPSConnectionPool: Max retries exceeded")
    assert away[0] == 0 and "not reachable, skipped" in away[1]
