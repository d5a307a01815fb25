"""The system account that runs PostgreSQL, which refuses to be run by root."""

from __future__ import annotations

import os
import pwd
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

NAME = "tinhso"


@dataclass(frozen=True, slots=True)
class Account:
    """An account of this machine. ``run`` and ``own`` do nothing special when it is our own."""

    uid: int
    gid: int

    @property
    def name(self) -> str:
        try:
            return pwd.getpwuid(self.uid).pw_name
        except KeyError:
            return str(self.uid)

    def run(self, *command: str | Path, text: str = "", **options: Any) -> subprocess.CompletedProcess[str]:
        """Run a program as this account, from ``/`` and in a plain environment; output is captured."""
        if self.uid != os.geteuid():
            options |= {"user": self.uid, "group": self.gid, "extra_groups": []}
        return subprocess.run(
            [str(part) for part in command],
            input=text, text=True, encoding="utf-8", errors="replace",
            capture_output=True, cwd="/", umask=0o077, env=_environment(), **options,
        )  # fmt: skip

    def can_run(self, program: Path) -> bool:
        """Whether this account reaches and may execute the program; found by trying."""
        try:
            return self.run(program, "--version").returncode == 0
        except OSError:
            return False

    def can_enter(self, folder: Path) -> bool:
        """Whether all folders above let this account through; found by trying."""
        return self.run("/bin/sh", "-c", 'cd "$0"', folder).returncode == 0

    def own(self, *paths: Path) -> None:
        """Hand files or folders over to this account."""
        if self.uid != os.geteuid():
            for path in paths:
                os.chown(path, self.uid, self.gid)


def account() -> Account:
    """Our own account; started by root, the account ``tinhso`` (made if need be) or else ``nobody``."""
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid())
    return _named(NAME) or _made(NAME) or _named("nobody") or Account(65534, 65534)


def owner(path: Path) -> Account:
    """The account that a file belongs to."""
    found = path.stat()
    return Account(found.st_uid, found.st_gid)


def _named(name: str) -> Account | None:
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        return None
    return Account(entry.pw_uid, entry.pw_gid)


def _made(name: str) -> Account | None:
    command: Sequence[str] = (
        "useradd", "--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent",
        "--shell", "/usr/sbin/nologin", name,
    )  # fmt: skip
    try:
        subprocess.run(command, capture_output=True, check=True, env=_environment())
    except (OSError, subprocess.CalledProcessError):
        return None
    return _named(name)


def _environment() -> dict[str, str]:
    """No ``PG*`` variable of the caller may steer our server; messages stay English for the log."""
    return {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C", "TZ": "UTC"}
