"""A process of its own that reads and checks files while this one commits: two cores instead of one interpreter lock.

It knows what a desk knows, was told so once, and reaches no database. Requests and answers are pickled over its
standard input and output; it ends when its input does.
"""

from __future__ import annotations

import gc
import os
import pickle
import signal
import subprocess
import sys
import traceback
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Literal

from tinhso.access.scope import Scope
from tinhso.areas.places import PlaceIndex
from tinhso.foundation.files import Files
from tinhso.foundation.problems import Problem, Refused
from tinhso.intake import examining
from tinhso.intake.examining import Choices, Examined
from tinhso.registers.declaration import CodeList, Declaration

ONE_THREAD = {"POLARS_MAX_THREADS": "1"}
"""Its files are small: threads of Polars would only take turns with the other process."""


@dataclass(frozen=True, slots=True)
class Knowledge:
    """The part of a desk that another process may hold."""

    files: Files
    declarations: Mapping[str, Declaration]
    lists: Mapping[str, CodeList]
    places: PlaceIndex


@dataclass(frozen=True, slots=True)
class Request:
    """A file to keep and look at, with what the database knows of its sender."""

    path: Path
    register: str
    memory: Mapping[str, str]
    scope: Scope
    choices: Choices
    today: date


Answer = tuple[Literal["seen", "refused", "failed"], Any]


def look(knowledge: Knowledge, request: Request) -> Examined:
    """Keep the file, then read, match and check it."""
    stored = knowledge.files.put(request.path)
    return examining.look(
        knowledge, stored, request.path.name, request.register, request.memory,
        scope=request.scope, choices=request.choices, today=request.today,
    )  # fmt: skip


class Aside(AbstractContextManager["Aside"]):
    """The process. Until it has started, ``look`` does the work here, so nobody waits for it."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge
        self._waiter = ThreadPoolExecutor(1, thread_name_prefix="aside")
        self._process: subprocess.Popen[bytes] | None = None
        self._started: Future[Any] | None = None

    def look(self, request: Request) -> Examined:
        """What ``examining.look`` gives; for one caller at a time."""
        if self._started is not None and self._started.done() and self._started.exception() is None:
            try:
                return self._asked(request)
            except (EOFError, OSError):
                return self._died(request)
        if self._started is None:
            self._started = self._waiter.submit(self._begin)
        return look(self._knowledge, request)

    def _begin(self) -> None:
        command = [sys.executable, "-m", __name__]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=os.environ | ONE_THREAD
        )
        self._send(self._knowledge)
        self._receive()

    def _asked(self, request: Request) -> Examined:
        self._send(request)
        kind, told = self._receive()
        if kind == "refused":
            raise Refused(told)
        if kind == "failed":
            raise RuntimeError(f"reading {request.path.name} failed:\n{told}")
        assert isinstance(told, Examined)
        return told

    def _died(self, request: Request) -> Examined:
        """The process is gone: this file may have killed it, so it is not tried here; the next one begins anew."""
        self._started = None
        stored, name = self._knowledge.files.put(request.path), request.path.name
        problem = Problem("intake.reader_died", facts={"file": name})
        return Examined(request.register, stored, name, None, None, (problem,), {problem.code: 1}, 0, (), {})

    def _send(self, message: object) -> None:
        assert self._process is not None and self._process.stdin is not None
        pickle.dump(message, self._process.stdin, pickle.HIGHEST_PROTOCOL)
        self._process.stdin.flush()

    def _receive(self) -> Answer:
        assert self._process is not None and self._process.stdout is not None
        answer: Answer = pickle.load(self._process.stdout)  # nosec B301
        return answer

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:  # fmt: skip
        if self._process is not None:
            self._process.kill()
        self._waiter.shutdown(wait=True)
        if self._process is not None:
            self._process.communicate()


def _serve(requests: IO[bytes], answers: IO[bytes]) -> None:
    """Answer requests until there are no more."""
    knowledge: Knowledge = pickle.load(requests)  # nosec B301
    gc.freeze()  # it stays for good, and is not looked through for rubbish at every file
    _tell(answers, ("seen", None))
    while True:
        try:
            request: Request = pickle.load(requests)  # nosec B301
        except EOFError:
            return
        _tell(answers, _answer(knowledge, request))


def _answer(knowledge: Knowledge, request: Request) -> Answer:
    try:
        return "seen", look(knowledge, request)
    except Refused as refusal:
        return "refused", refusal.problems
    except Exception:
        return "failed", traceback.format_exc()


def _tell(answers: IO[bytes], answer: Answer) -> None:
    pickle.dump(answer, answers, pickle.HIGHEST_PROTOCOL)
    answers.flush()


if __name__ == "__main__":
    # Ctrl-C reaches all processes of a terminal; this one ends when its requests do.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Whatever prints must not end up among the answers.
    answers_only = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    _serve(sys.stdin.buffer, answers_only)
