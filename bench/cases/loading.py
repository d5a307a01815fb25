"""Files on disk to committed, indexed, searchable records with history and updated figures."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from bench.child import Job, Outcome, run
from bench.ground import EMPTY, Ground
from bench.material import EVERY_HUNDREDTH, EVERY_TENTH, REGISTER, Material
from bench.measuring import Measure, Timed, against, gathered

MOST_MEMORY = 1024.0
"""MiB that the Python process may use at its peak."""
Limit = tuple[str, float]
Files = Sequence[tuple[Path, str]]


class Loading:
    """The loading cases over one ground; remembers the peaks of memory of all of them."""

    def __init__(self, ground: Ground, material: Material, repeats: int) -> None:
        self.ground, self.material, self.repeats = ground, material, repeats
        self.peaks: list[float] = []
        self.full = EMPTY
        self.partly = EMPTY

    def from_csv(self, copy: Limit) -> Iterator[Measure]:
        """Into an empty register; into one that has a tenth; the same again; one row in a hundred changed."""
        whole, rows = (self.material.whole, REGISTER), self.material.rows
        timed = self._timed([whole], EMPTY, lambda done: done.new == rows)
        yield against("CSV into an empty register", timed, timed.best, "s", copy, 10)
        self.partly = self._kept([(self.material.tenth, REGISTER)])
        fresh = rows - -(-rows // EVERY_TENTH)
        timed = self._timed([whole], self.partly, lambda done: done.new == fresh)
        yield against("CSV, a tenth present", timed, timed.best, "s", copy, 16)
        self.full = self._kept([whole])
        timed = self._timed([(self.material.resaved, REGISTER)], self.full, lambda done: done.same == rows)
        yield against("the same data, other bytes", timed, timed.best, "s", copy, 3.5)
        touched = -(-rows // EVERY_HUNDREDTH)
        timed = self._timed([(self.material.changed, REGISTER)], self.full, lambda done: done.changed == touched)
        yield against("one row in a hundred changed", timed, timed.best, "s", copy, 4)

    def from_workbooks(self, calamine: Limit) -> Measure:
        """One commit for each commune's workbook, into an empty register."""
        books, rows = [(path, REGISTER) for path in self.material.workbooks], self.material.rows
        timed = self._timed(books, EMPTY, lambda done: (done.new, done.commits) == (rows, len(books)))
        return against(f"{len(books)} workbooks, a commit each", timed, timed.best, "s", calamine, 4)

    def memory(self) -> Measure:
        """The highest peak of resident memory over all loadings."""
        timed = Timed(tuple(self.peaks), 0.0, 0.0)
        peak = max(self.peaks) / 2**20
        return against("peak memory of a loading process", timed, peak, "MiB", ("fixed", MOST_MEMORY), 1)

    def _timed(self, files: Files, template: str, right: Callable[[Outcome], bool]) -> Timed:
        return gathered(lambda: self._once(files, template, right).seconds, self.repeats)

    def _once(self, files: Files, template: str, right: Callable[[Outcome], bool]) -> Outcome:
        name = self.ground.fresh(template)
        self.ground.settle()
        try:
            done = self._load(files, name)
        finally:
            self.ground.drop(name)
        if not right(done):
            raise RuntimeError(f"the loading did something else than it should: {done}")
        self.peaks.append(done.peak_bytes)
        return done

    def province(self) -> str:
        """A database with the whole CSV and the workbooks of all other registers, to read from."""
        name = self.ground.fresh(self.full)
        self._load(self.material.others, name)
        return name

    def _kept(self, files: Files) -> str:
        """A database with the files taken in, to be copied."""
        name = self.ground.fresh()
        self._load(files, name)
        return name

    def _load(self, files: Files, name: str) -> Outcome:
        app, owner = self.ground.dsns(name)
        wanted = [(str(path), register) for path, register in files]
        return run(Job(app, owner, str(self.ground.folder), wanted, (str(self.material.few), REGISTER)))
