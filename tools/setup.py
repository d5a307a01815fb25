"""Prepare ``.venv`` from the lock file, with Python's standard library only; instant when nothing changed."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
LOCK = ROOT / "requirements-dev.lock"
STAMP = VENV / "prepared"
LAUNCHER = """#!{python}
import sys

from tinhso.cli.main import main

sys.exit(main())
"""


def main() -> None:
    """Create, install, link; each step only where needed."""
    stamp = f"{sys.version_info[:2]} {hashlib.sha256(LOCK.read_bytes()).hexdigest()} {VENV}"
    if STAMP.is_file() and STAMP.read_text(encoding="utf-8") == stamp:
        return
    pip = _make()
    print("Installing what requirements-dev.lock names ...", flush=True)
    quietly = ("--quiet", "--quiet", "--disable-pip-version-check")
    _run(*pip, "install", *quietly, "--require-hashes", "--no-deps", "-r", str(LOCK))
    _link()
    STAMP.write_text(stamp, encoding="utf-8")


def _make() -> list[str]:
    """Create the environment if it is not there; the command that runs pip for it is returned."""
    inside = [str(VENV / "bin" / "python"), "-m", "pip"]
    if _works([*inside, "--version"]):
        return inside
    if _works([sys.executable, "-c", "import ensurepip, venv"]):
        _run(sys.executable, "-m", "venv", str(VENV))
        return inside
    if _works([sys.executable, "-m", "pip", "--version"]):
        _run(sys.executable, "-m", "venv", "--without-pip", str(VENV))
        return [sys.executable, "-m", "pip", "--python", str(VENV / "bin" / "python")]
    version = "{}.{}".format(*sys.version_info)
    sys.exit(
        f"{sys.executable} has neither ensurepip nor pip, so no environment can be made.\n"
        f"On Debian or Ubuntu: apt-get install python{version}-venv. Elsewhere install pip for Python {version}.\n"
        "Then run make again, or name another Python: make setup PYTHON=/path/to/python3"
    )


def _link() -> None:
    """Make this folder importable in the environment and give it the command ``tinhso``."""
    python = VENV / "bin" / "python"
    where = "import sysconfig; print(sysconfig.get_paths()['purelib'])"
    packages = subprocess.run([python, "-c", where], capture_output=True, text=True, check=True).stdout.strip()
    Path(packages, "tinhso.pth").write_text(f"{ROOT}\n", encoding="utf-8")
    command = VENV / "bin" / "tinhso"
    command.write_text(LAUNCHER.format(python=python), encoding="utf-8")
    command.chmod(0o755)


def _works(command: list[str]) -> bool:
    try:
        return subprocess.run(command, capture_output=True, cwd="/").returncode == 0
    except OSError:
        return False


def _run(*command: str) -> None:
    # pip as root warns about permissions; in an environment of our own that says nothing.
    done = subprocess.run(command, env=os.environ | {"PIP_ROOT_USER_ACTION": "ignore"})
    if done.returncode != 0:
        sys.exit(f"This step failed, see above: {' '.join(command)}")


if __name__ == "__main__":
    main()
