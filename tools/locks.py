"""Write the lock files with uv, for every platform at once; ``--check`` proves them complete and free of addresses."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCKS = {
    "requirements.lock": [],
    "requirements-dev.lock": ["--group", "build", "--group", "dev", "-c", "requirements.lock"],
}
OPTIONS = (
    "--universal",
    "--python-version",
    "3.11",
    "--generate-hashes",
    "--no-emit-index-url",
    "--no-header",
    "--quiet",
)


def main(arguments: list[str]) -> None:
    """Resolve anew, or check what is there."""
    if "--check" not in arguments:
        for name, groups in LOCKS.items():
            subprocess.run(
                ["uv", "pip", "compile", "pyproject.toml", *OPTIONS, *groups, "-o", name], cwd=ROOT, check=True
            )
        return
    wrong = [line for name in LOCKS for line in faults(name)]
    for folder in ("web", "tests/provider"):
        if '"resolved"' in (ROOT / folder / "package-lock.json").read_text(encoding="utf-8"):
            wrong.append(f"{folder}/package-lock.json holds addresses: run npm install with the .npmrc beside it")
    if wrong:
        sys.exit("\n".join(wrong))


def faults(name: str) -> Iterator[str]:
    """What is wrong with a lock file, a line each."""
    text = (ROOT / name).read_text(encoding="utf-8")
    if "://" in text:
        yield f"{name} holds an address; lock files name packages and hashes only"
    entries = re.split(r"\n(?=\S)", text)
    pinned = {_name(entry) for entry in entries if "==" in entry}
    yield from (f"{name}: {_name(entry)} has no hash" for entry in entries if "==" in entry and "--hash=" not in entry)
    yield from (f"{name} lacks {wanted}: run make lock" for wanted in sorted(_wanted(name) - pinned))


def _wanted(lock: str) -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    groups = [project["dependency-groups"][word] for word in LOCKS[lock] if word in project["dependency-groups"]]
    return {_name(entry) for entries in [project["project"]["dependencies"], *groups] for entry in entries}


def _name(requirement: str) -> str:
    return re.split(r"[^A-Za-z0-9._-]", requirement, maxsplit=1)[0].lower().replace("_", "-")


if __name__ == "__main__":
    main(sys.argv[1:])
