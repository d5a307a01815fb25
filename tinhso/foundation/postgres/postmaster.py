"""The server's process: is it alive, start it, wait for it, stop it."""

from __future__ import annotations

import os
import time
from pathlib import Path

from tinhso.foundation.postgres import configuration
from tinhso.foundation.postgres.creation import INCLUDED
from tinhso.foundation.postgres.places import SOCKET_NAME, Place
from tinhso.foundation.problems import refuse

PATIENCE = 3600
"""Seconds to wait for a start: recovery after a power cut may replay gigabytes."""
ORPHANS_PATIENCE = 60
"""Seconds to wait for the processes that a killed postmaster left behind to notice and go."""
LEFT_OVER = "File exists"
"""What recovery says when it meets the file of an unlogged table whose making was rolled back just before the kill:
PostgreSQL unlinks such files before the rollback itself is on disk (the emptied first file stays until the next
checkpoint), so recovery makes the table once more. The next start sweeps both away."""
NOBODY = 2147483646
"""A process number that no system gives out."""


def alive(place: Place) -> bool:
    """Whether the process that holds the data folder runs; a defunct one, or a stranger with its number, does not."""
    pid = _pid(place.data)
    if pid is None:
        return False
    process = Path("/proc") / str(pid)
    if not process.parent.is_dir():
        return _exists(pid)
    try:
        name, state = (process / "stat").read_text(errors="replace").split("(", 1)[1].rsplit(")", 1)
        return state.split()[0] not in ("Z", "X") and name.startswith("postgres")
    except (OSError, IndexError, ValueError):
        return False


def run(place: Place, *, durable: bool = True) -> None:
    """Start the server and wait until it takes connections. Call only when it is not ``alive``.

    Raises:
        Refused: ``foundation.database_did_not_start``.
    """
    _forget_dead_process(place)
    _make_socket_folder(place)
    included = place.data / INCLUDED
    included.write_text(configuration.text(place.socket, durable=durable), encoding="utf-8")
    place.account.own(included)
    included.chmod(0o600)
    deadline, again = time.monotonic() + ORPHANS_PATIENCE, 2
    while _control(place, "start", "-w", "-t", str(PATIENCE), "-l", str(place.log)) != 0:
        reason = _reason(place.log)
        if LEFT_OVER in reason and again:
            again -= 1
        elif "shared memory block" not in reason or time.monotonic() > deadline:
            raise refuse("foundation.database_did_not_start", value=place.log, reason=reason)
        time.sleep(0.2)


def stop(place: Place) -> None:
    """Stop the server, ending open connections; nothing happens when it does not run."""
    if alive(place):
        _control(place, "stop", "-m", "fast", "-w", "-t", str(PATIENCE))


def _control(place: Place, *arguments: str) -> int:
    place.log.touch()
    place.account.own(place.log)
    place.log.chmod(0o600)
    return place.account.run(place.programs / "pg_ctl", "-D", place.data, *arguments).returncode


def _pid(data: Path) -> int | None:
    try:
        first = (data / "postmaster.pid").read_text(encoding="utf-8").split("\n", 1)[0]
    except OSError:
        return None
    return abs(int(first)) if first.lstrip("-").isdigit() else None


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _forget_dead_process(place: Place) -> None:
    """Unblock a start after a kill: PostgreSQL takes a defunct process, or a stranger's, for a running server.

    Only the number is replaced; the rest of the file lets PostgreSQL itself see whether parts of the old server
    still hold the shared memory.
    """
    note = place.data / "postmaster.pid"
    if note.is_file():
        _, _, rest = note.read_text(encoding="utf-8").partition("\n")
        if rest:
            note.write_text(f"{NOBODY}\n{rest}", encoding="utf-8")
        else:
            note.unlink()  # cut short by a crash, PostgreSQL would refuse to read it
    (place.socket / SOCKET_NAME).unlink(missing_ok=True)


def _make_socket_folder(place: Place) -> None:
    """A folder that only the account can enter. In ``/tmp`` a stranger may have made it first."""
    try:
        place.socket.mkdir(mode=0o700)
        place.account.own(place.socket)
    except FileExistsError:
        found = place.socket.lstat()
        if found.st_uid != place.account.uid or found.st_mode & 0o170077 != 0o040000:
            raise refuse("foundation.socket_folder", value=place.socket, user=place.account.name) from None


def _reason(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines() if log.is_file() else []
    fatal = [line.split(":  ", 1)[-1] for line in lines[-40:] if "FATAL:" in line or "PANIC:" in line]
    return fatal[-1] if fatal else "no message in the log"
