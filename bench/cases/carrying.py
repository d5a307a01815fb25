"""Carrying the largest register out, all records of it, in a process of its own whose memory is its own."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec

from bench.child import peak
from bench.ground import Ground
from bench.material import REGISTER
from bench.measuring import Measure, Timed, against, load
from tinhso.access import grants
from tinhso.foundation.database import Database
from tinhso.registers import export
from tinhso.registers.export import Format, Wish

SECONDS, BYTES = 60.0, 300 * 2**20
"""For a workbook of 300,000 rows."""
OTHERS: tuple[Format, ...] = ("csv", "parquet", "geojson")


class Job(msgspec.Struct):
    """Which database, what kind of file, where to."""

    dsn_app: str
    dsn_owner: str
    format: Format
    file: str


class Outcome(msgspec.Struct):
    """How long it took, the peak of resident memory, how many records were written."""

    seconds: float
    peak_bytes: int
    rows: int


def all_of(ground: Ground, name: str) -> Iterator[Measure]:
    """The workbook against its limits, the other kinds for information."""
    before = load()
    made = _run(ground, name, "xlsx")
    timed = Timed((made.seconds,), before, load())
    yield against(f"list as .xlsx, {made.rows} records", timed, made.seconds, "s", ("fixed", SECONDS), 1.0)
    amount = made.peak_bytes / 2**20
    yield against("list as .xlsx, peak memory", timed, amount, "MiB", ("fixed", BYTES / 2**20), 1.0)
    for form in OTHERS:
        other = _run(ground, name, form)
        yield Measure(f"list as .{form}", other.seconds, "s", load_before=before, load_after=load())
        yield Measure(f"list as .{form}, peak memory", other.peak_bytes / 2**20, "MiB")


def _run(ground: Ground, name: str, form: Format) -> Outcome:
    app, owner = ground.dsns(name)
    job = Job(app, owner, form, str(ground.folder / f"carried.{form}"))
    done = subprocess.run(
        [sys.executable, "-m", __name__, msgspec.json.encode(job).decode()], capture_output=True, text=True
    )
    if done.returncode != 0:
        raise RuntimeError(f"a list was not carried out:\n{done.stderr[-4000:]}")
    return msgspec.json.decode(done.stdout, type=Outcome)


def _work(job: Job) -> Outcome:
    with Database(dsn_app=job.dsn_app, dsn_owner=job.dsn_owner) as db:
        start = time.perf_counter()
        rows = export.write(db, Wish(REGISTER, job.format), Path(job.file), scope=grants.station())
        return Outcome(time.perf_counter() - start, peak(), rows)


if __name__ == "__main__":
    print(msgspec.json.encode(_work(msgspec.json.decode(sys.argv[1], type=Job))).decode())
