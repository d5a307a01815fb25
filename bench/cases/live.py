"""From a commit to the figure that somebody else sees, at full size."""

from __future__ import annotations

import json
import time
from pathlib import Path
from threading import Event, Thread

from bench.ground import Ground
from bench.material import REGISTER, Material
from bench.measuring import Measure, Timed, gathered, within
from tinhso.access import grants
from tinhso.access.scope import Scope
from tinhso.dashboards import boards
from tinhso.intake import river
from tinhso.intake.desk import Desk
from tinhso.registers import changes

CHANNEL, SENDER = "tinhso_commits", "bench"
MOST = 1000.0
"""Milliseconds from giving the commit to the whole board computed anew by a listener."""


def commit_to_figure(ground: Ground, full: str, material: Material, repeats: int) -> Measure:
    """A commune's workbook is taken back and taken in again; a listener computes the board after each commit."""
    name = ground.fresh(full)
    ground.settle()
    try:
        with ground.desk(name) as desk:
            return within("commit to figure on the board", _watched(desk, material, repeats), MOST, share=1)
    finally:
        ground.drop(name)


def _watched(desk: Desk, material: Material, repeats: int) -> Timed:
    scope = grants.station()
    seen = _Seen(desk, scope)
    try:
        return gathered(lambda: _once(desk, scope, material.workbooks[0], seen), repeats)
    finally:
        seen.end()


def _once(desk: Desk, scope: Scope, book: Path, seen: _Seen) -> float:
    """Take the workbook's records away, then time the commit that brings them back and the board behind it."""
    choices = river.Choices()
    stored = desk.files.put(book)
    examined = river.read(desk, stored, book.name, REGISTER, scope=scope, sender=SENDER, choices=choices)
    assert examined.checked is not None
    keys = examined.checked.frame["key"].to_list()
    source = changes.Source("form", reason="measured")
    seen.expect(changes.remove(desk.db, REGISTER, keys, source=source, scope=scope).id)
    ready = river.compare(desk, examined, scope=scope, choices=choices)
    start = time.perf_counter()
    taken = river.finish(desk, ready, scope=scope, sender=SENDER, choices=choices)
    assert taken.commit is not None
    return seen.expect(taken.commit.id) - start


class _Seen:
    """Listens like a page: after each notification it computes the whole board."""

    def __init__(self, desk: Desk, scope: Scope) -> None:
        self._desk, self._scope = desk, scope
        self._at: dict[int, float] = {}
        self._changed = Event()
        self._listener = desk.db.listen(CHANNEL)
        self._thread = Thread(target=self._run, daemon=True)
        self._thread.start()

    def expect(self, change_set: int) -> float:
        """When the board with that change set stood ready; waits for it."""
        while change_set not in self._at:
            if not self._changed.wait(30):
                raise TimeoutError(f"no board after change set {change_set}")
            self._changed.clear()
        return self._at[change_set]

    def end(self) -> None:
        self._listener.close()
        self._thread.join(5)

    def _run(self) -> None:
        for payload in self._listener:
            if payload is not None:
                with self._desk.db.app(self._scope.settings()) as conn:
                    boards.fill(conn, "article", "02", self._scope)
                self._at[_change_set(payload)] = time.perf_counter()
                self._changed.set()


def _change_set(payload: str) -> int:
    return int(json.loads(payload)["change_set"])
