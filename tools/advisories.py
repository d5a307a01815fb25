"""Ask for published advisories about what the lock files name, by pip-audit; where the source is out of reach, say so.

Fails only where an advisory was found: without a network the check is skipped with one loud line.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ("requirements.lock", "requirements-dev.lock")
PATIENCE = 45
"""Seconds for both lock files together."""
ASKED = ("--disable-pip", "--no-deps", "--progress-spinner", "off", "--timeout", "10")
SKIPPED = "ADVISORIES: the source of pip-audit is not reachable, skipped"


def main() -> None:
    """Print what was found; exit code 1 where something was."""
    files = [word for name in LOCKS for word in ("-r", str(ROOT / name))]
    try:
        asked = subprocess.run(
            [sys.executable, "-m", "pip_audit", *ASKED, *files], capture_output=True, text=True, timeout=PATIENCE
        )
    except subprocess.TimeoutExpired:
        print(f"{SKIPPED} ({PATIENCE} s)")
        return
    code, told = judged(asked.returncode, asked.stdout, asked.stderr)
    print(told)
    sys.exit(code)


def judged(code: int, out: str, errors: str) -> tuple[int, str]:
    """Exit code and what to say: pip-audit ends with 1 for advisories and for every trouble of its own alike."""
    if code == 0:
        return 0, "ADVISORIES: none known for what the lock files name"
    if "known vulnerabilit" in errors and "No known" not in errors:
        return 1, f"{out}{errors}".strip()
    last = (errors.strip().splitlines() or ["?"])[-1][:200]
    return 0, f"{SKIPPED} ({last})"


if __name__ == "__main__":
    main()
