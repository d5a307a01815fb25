"""Where the embedded database lies: under the home folder, or in ``/var/lib/tinhso`` when it cannot be there."""

from __future__ import annotations

import hashlib
import os
import sys
from dataclasses import dataclass
from pathlib import Path

from tinhso.foundation.postgres import binaries
from tinhso.foundation.postgres.account import Account, account, owner
from tinhso.foundation.problems import refuse
from tinhso.foundation.settings import Settings

SHELTERS = Path("/var/lib/tinhso")
MEMORY = "place"
"""The file under ``home/postgres`` that names the folder chosen: ``.`` or one in a shelter."""
SOCKET_NAME = ".s.PGSQL.5432.lock"
SOCKET_LIMIT = 107
"""Longest path of a socket in bytes; the systems' own limit."""


@dataclass(frozen=True, slots=True)
class Place:
    """The database's folders and the account that owns them and runs the programs in ``programs``."""

    folder: Path
    programs: Path
    account: Account

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def log(self) -> Path:
        return self.folder / "postgres.log"

    @property
    def socket(self) -> Path:
        beside = self.folder / "socket"
        if len(os.fsencode(beside / SOCKET_NAME)) < SOCKET_LIMIT:
            return beside
        return Path("/tmp") / f"tinhso-{_short(self.folder)}"


def find(settings: Settings) -> Place:
    """The place of this home's database; chosen and prepared at the first call, remembered afterwards.

    Raises:
        Refused: the programs are missing or out of reach, or the data belong to another user.
    """
    folder = remembered(settings) or _chosen(settings)
    runner = owner(folder / "data") if (folder / "data").exists() else account()
    if os.geteuid() not in (0, runner.uid):
        raise refuse("foundation.data_of_another", value=folder, user=runner.name)
    programs = binaries.reachable(binaries.find(settings), runner, shelter(settings))
    return Place(folder, programs, runner)


def remembered(settings: Settings) -> Path | None:
    """The folder chosen earlier, if it is still there. The home may have been moved since."""
    memory = settings.home / "postgres" / MEMORY
    folder = memory.parent / memory.read_text(encoding="utf-8") if memory.is_file() else None
    return folder if folder and folder.is_dir() else None


def shelter(settings: Settings) -> Path:
    """This home's folder outside of itself, used when PostgreSQL's account cannot get into the home."""
    return SHELTERS / _short(settings.home)


def _chosen(settings: Settings) -> Path:
    folder = settings.home / "postgres"
    folder.mkdir(parents=True, exist_ok=True)
    if not account().can_enter(folder):
        folder = _sheltered(settings)
    inside = folder.is_relative_to(settings.home)
    (settings.home / "postgres" / MEMORY).write_text("." if inside else str(folder), encoding="utf-8")
    return folder


def _sheltered(settings: Settings) -> Path:
    """A fresh folder in the shelter: data left by an earlier, deleted home of this path are never taken for ours."""
    number = 1
    while (folder := shelter(settings) / f"postgres{number}").exists():
        number += 1
    folder.mkdir(parents=True)
    for level in (SHELTERS, shelter(settings), folder):
        level.chmod(0o755)
    print(f"tinhso: the database lies in {folder}", file=sys.stderr)
    return folder


def _short(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:16]
