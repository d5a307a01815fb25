"""How far a filling is: a bar on the terminal, and a small file that the page reads."""

from __future__ import annotations

import contextlib
import time
from pathlib import Path
from types import TracebackType

import msgspec
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from tinhso import demo
from tinhso.cli.output import console
from tinhso.foundation.problems import refuse


class State(msgspec.Struct):
    """Files done and in all, seconds left where they can be told, and the scale they were made at."""

    done: int
    total: int
    seconds_left: float | None = None
    scale: float = 1.0


class Progressing:
    """Counts workbooks; what an earlier, interrupted filling had done counts as done at once."""

    def __init__(self, file: Path, total: int, scale: float) -> None:
        self._file, self._total, self._scale = file, total, scale
        self._done = self._fresh = 0
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        self._bar = Progress(*columns, TimeRemainingColumn(), console=console)
        self._task = self._bar.add_task("Tiếp nhận / intake", total=total)

    def finished(self) -> bool:
        """Whether an earlier run took everything in."""
        state = self._kept()
        return state is not None and state.done == state.total == self._total

    def expect_same_scale(self) -> None:
        """Refuse to mix two synthetic provinces in one home."""
        state = self._kept()
        if state is not None and state.scale != self._scale:
            raise refuse("cli.other_scale", value=f"{state.scale:g}", asked=f"{self._scale:g}")

    def _kept(self) -> State | None:
        with contextlib.suppress(OSError, msgspec.MsgspecError):
            return msgspec.json.decode(self._file.read_bytes(), type=State)
        return None

    def wanted(self, book: demo.Workbook, known: set[tuple[str, str]]) -> bool:
        """Whether a workbook has still to be taken in; one already committed is counted."""
        committed = (book.register, demo.sha256(book.path)) in known
        if committed:
            self._counted()
        return not committed

    def one_more(self) -> None:
        """A workbook has been taken in."""
        self._fresh += 1
        self._counted()

    def __enter__(self) -> Progressing:
        self._started = time.monotonic()
        self._bar.start()
        self._note()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()
        self._note()

    def _counted(self) -> None:
        self._done += 1
        self._bar.update(self._task, completed=self._done)
        self._note()

    def _note(self) -> None:
        left = (time.monotonic() - self._started) / self._fresh * (self._total - self._done) if self._fresh else None
        draft = self._file.with_suffix(".draft")
        draft.write_bytes(msgspec.json.encode(State(self._done, self._total, left, self._scale)))
        draft.replace(self._file)
