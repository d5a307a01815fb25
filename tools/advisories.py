"""Ask for published advisories about what the lock files name, by pip-audit; where the source is out of reach, say so.

Fails only where an advisory was found: without a network the check is skipped with one loud line.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ("requirements.lock", "requirements-dev.lock")
PATIENCE = 45
"""Seconds for both lock files together."""
ASKED = ("--disable-pip", "--no-deps", "--format", "json", "--progress-spinner", "off", "--timeout", "10")
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
    code, told = judged(asked.stdout, asked.stderr)
    print(told)
    sys.exit(code)


def judged(out: str, errors: str) -> tuple[int, str]:
    """Exit code and what to say; a package that the source does not know was not looked at."""
    try:
        asked = json.loads(out)["dependencies"]
    except (ValueError, KeyError):
        return 0, f"{SKIPPED} ({(errors.strip().splitlines() or ['?'])[-1][:200]})"
    known = [each for each in asked if "skip_reason" not in each]
    found = [f"{each['name']} {each['version']}: {one['id']}" for each in known for one in each["vulns"]]
    if found:
        return 1, "\n".join(("ADVISORIES:", *found))
    if not known:
        return 0, f"{SKIPPED} (it knows none of {len(asked)} packages)"
    return 0, f"ADVISORIES: none known for {len(known)} of {len(asked)} packages"


if __name__ == "__main__":
    main()
