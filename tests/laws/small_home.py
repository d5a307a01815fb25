"""A small province at home: Hà Giang's pack applied, the files of docs/start.md at hand, made once for the test run.

Workers of pytest-xdist share a home and take turns; the last one to leave stops its server.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import chdir, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from typer.testing import CliRunner, Result

from tests.laws.house import ROOT
from tinhso.cli.main import app

START = ROOT / "docs" / "start.md"


@dataclass(frozen=True)
class Home:
    """A home folder with a database, and a folder to work in."""

    folder: Path

    @property
    def work(self) -> Path:
        return self.folder / "work"

    def run(self, *arguments: str) -> Result:
        """Run ``tinhso ARGUMENTS`` there, in this process; paths are relative to the work folder. Bugs are raised."""
        before = os.environ.get("TINHSO_HOME")
        os.environ["TINHSO_HOME"] = str(self.folder)
        try:
            with chdir(self.work):
                done = CliRunner().invoke(app, arguments)
        finally:
            _restore("TINHSO_HOME", before)
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        return done

    def run_apart(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """The same in a process of its own, as people run it."""
        environment = {**os.environ, "TINHSO_HOME": str(self.folder), "PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-m", "tinhso", *arguments]
        return subprocess.run(command, cwd=self.work, env=environment, capture_output=True, text=True, timeout=300)

    def json(self, *arguments: str, code: int = 0) -> Any:
        """What a command prints with ``--json``; it must end with ``code``."""
        done = self.run(*arguments, "--json")
        assert done.exit_code == code, f"{arguments} ended with {done.exit_code}\n{done.stdout}\n{done.stderr}"
        return json.loads(done.stdout)


@contextmanager
def opened(name: str) -> Iterator[Home]:
    """The home of that name in this test run: filled by whoever comes first, stopped by whoever leaves last."""
    home = Home(Path(os.environ["TINHSO_TESTS_HOME"]) / name)
    me = home.folder / "users" / str(os.getpid())
    with alone(home):
        me.parent.mkdir(parents=True, exist_ok=True)
        me.touch()
        if not (home.folder / "filled").exists():
            _fill(home)
            (home.folder / "filled").touch()
    try:
        yield home
    finally:
        with alone(home):
            me.unlink(missing_ok=True)
            if not any(me.parent.iterdir()):
                _stop(home)


@contextmanager
def alone(home: Home) -> Iterator[None]:
    """One worker at a time."""
    home.folder.mkdir(parents=True, exist_ok=True)
    os.chmod(home.folder, 0o755)  # PostgreSQL's account has to get in
    with (home.folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _fill(home: Home) -> None:
    home.work.mkdir(exist_ok=True)
    (home.work / "provinces").symlink_to(ROOT / "provinces")
    for name, content in files_shown(START):
        (home.work / name).write_text(content, encoding="utf-8")
    applied = home.run("apply", "provinces/hagiang")
    assert applied.exit_code == 0, applied.stdout + applied.stderr


def _restore(name: str, value: str | None) -> None:
    if value is None:
        os.environ.pop(name, None)
    else:
        os.environ[name] = value


def _stop(home: Home) -> None:
    environment = {**os.environ, "TINHSO_HOME": str(home.folder)}
    command = [sys.executable, "-m", "tinhso.foundation.postgres", "stop"]
    subprocess.run(command, cwd=ROOT, env=environment, check=False, capture_output=True)


def files_shown(page: Path) -> list[tuple[str, str]]:
    """Files that a page tells to save: blocks fenced as csv or json with a file name beside."""
    found = re.findall(
        r"^```(?:csv|json) (\S+)\n(.*?)^```$", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    )
    return [(name, content) for name, content in found]
