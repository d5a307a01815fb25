"""One loading in a process of its own, so that its peak memory is its own: ``python -m bench.child JOB``.

The job comes as JSON, the outcome goes out as JSON: seconds from the file on disk to COMMIT, and the peak of
resident memory. The process is warmed up by a dry run of a few rows, as a server would be.
"""

from __future__ import annotations

import re
import resource
import subprocess
import sys
import time
from pathlib import Path

import msgspec

from tinhso.access import grants
from tinhso.foundation.database import Database
from tinhso.foundation.files import Files
from tinhso.intake import in_turn, river
from tinhso.intake.desk import Desk
from tinhso.intake.river import Taken


class Job(msgspec.Struct):
    """Which files go into which registers of which database; each file is a commit of its own."""

    dsn_app: str
    dsn_owner: str
    home: str
    files: list[tuple[str, str]]
    """Each file and its register."""
    warm: tuple[str, str]
    """A file to warm up with, and its register; nothing of it is written."""


class Outcome(msgspec.Struct):
    """What the loading took and did."""

    seconds: float
    peak_bytes: int
    rows: int
    new: int
    changed: int
    same: int
    commits: int


def run(job: Job) -> Outcome:
    """Do a job in a fresh process and return its outcome."""
    command = [sys.executable, "-m", "bench.child", msgspec.json.encode(job).decode()]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"a loading failed:\n{done.stderr[-4000:]}")
    return msgspec.json.decode(done.stdout, type=Outcome)


def _work(job: Job) -> Outcome:
    with Database(dsn_app=job.dsn_app, dsn_owner=job.dsn_owner) as db:
        desk = Desk.open(db, Files(Path(job.home)))
        scope = grants.station()
        warm = Path(job.warm[0])
        river.take_in(desk, warm, warm.name, job.warm[1], scope=scope, sender="bench", dry_run=True)
        start = time.perf_counter()
        if len(job.files) == 1:
            path, register = Path(job.files[0][0]), job.files[0][1]
            taken = [river.take_in(desk, path, path.name, register, scope=scope, sender="bench")]
        else:
            wanted = [(Path(path), register) for path, register in job.files]
            taken = list(in_turn.take_in_many(desk, wanted, scope=scope, sender="bench"))
        return _outcome(time.perf_counter() - start, taken)


def _outcome(seconds: float, taken: list[Taken]) -> Outcome:
    shapes = [one.as_json() for one in taken]
    refused = [(shape["file"], shape["problems"][:1]) for shape in shapes if not shape["committed"]]
    if refused:
        raise RuntimeError(f"{len(refused)} files were refused, first {refused[0]}")
    sums = {name: sum(shape[name] for shape in shapes) for name in ("rows", "new", "changed", "same")}
    return Outcome(seconds, peak(), **sums, commits=len(shapes))


def peak() -> int:
    """Peak of this process's own resident memory in bytes; ``ru_maxrss`` would count that of the process before."""
    status = Path("/proc/self/status")
    if status.is_file():
        found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text(encoding="ascii"))
        if found:
            return int(found.group(1)) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


if __name__ == "__main__":
    print(msgspec.json.encode(_work(msgspec.json.decode(sys.argv[1], type=Job))).decode())
