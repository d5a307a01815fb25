"""Find or install a Chromium for the browser tests; without one they are skipped, and this says how to get it."""

from __future__ import annotations

import os
import shutil
import subprocess

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def main() -> None:
    """Find Chromium, or install it where this is allowed, or say what to do."""
    if found() or _installed():
        return
    print("No Chromium here, so the browser tests are skipped. To run them: apt-get install chromium (as root).")


def found() -> str | None:
    """The path of a Chromium on this machine; ``TINHSO_CHROMIUM`` names another."""
    return os.environ.get("TINHSO_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


def _installed() -> bool:
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    install = ["apt-get", "install", "-y", "-q", "--no-install-recommends", "chromium"]
    for command in (["apt-get", "update", "-q"], install):
        if subprocess.run(command, env=environment, capture_output=True).returncode != 0:
            return False
    return found() is not None


if __name__ == "__main__":
    main()
