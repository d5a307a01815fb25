"""Many files, each a commit of its own: while one is being committed, the next is compared and its rows are sent, and
the one after it is read."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import TypeVar

from tinhso.access.scope import Scope
from tinhso.foundation import clock
from tinhso.foundation.database import Connection
from tinhso.foundation.problems import Refused
from tinhso.intake import river
from tinhso.intake.aside import Aside, Knowledge, Request
from tinhso.intake.desk import Desk
from tinhso.intake.examining import Choices, Examined
from tinhso.intake.remembering import Memory
from tinhso.intake.river import Taken
from tinhso.registers import changes

T = TypeVar("T")


def take_in_many(
    desk: Desk, files: Iterable[tuple[Path, str]], *, scope: Scope, sender: str, choices: Choices | None = None
) -> Generator[Taken, None, None]:
    """Take many files in, each with its register; what became of each comes as soon as it is committed."""
    turn = _Turn(desk, scope, sender, choices or Choices())
    knowledge = Knowledge(desk.files, desk.declarations, desk.lists, desk.places)
    memory = Memory(desk, scope, sender)

    def look(item: tuple[Path, str]) -> Examined:
        path, register = item
        return beside.look(Request(path, register, memory.of(register), scope, turn.choices, clock.today()))

    with turn, Aside(knowledge) as beside, _worker("reading") as reading, _worker("comparing") as comparing:
        seen = _one_ahead(reading.submit(look, item) for item in files)
        ahead = _one_ahead(comparing.submit(turn.compared, each) for each in seen)
        before: Examined | None = None
        for each in ahead:
            before, taken = turn.settled(each.result(), before)
            if taken.commit is not None:
                memory.learn(before)
            yield taken


def _worker(name: str) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(1, thread_name_prefix=name)


def _one_ahead(futures: Iterable[Future[T]]) -> Iterator[Future[T]]:
    """The same futures, the following one being begun before one is handed on."""
    waiting: Future[T] | None = None
    for following in futures:
        if waiting is not None:
            yield waiting
        waiting = following
    if waiting is not None:
        yield waiting


class _Sent(AbstractContextManager[Connection]):
    """An open transaction that has the rows of a change set; left without an exception it is committed."""

    def __init__(self, desk: Desk, scope: Scope, change_set: changes.ChangeSet) -> None:
        with ExitStack() as stack:
            self._conn = stack.enter_context(desk.db.app(scope.settings()))
            changes.send(self._conn, change_set)
            self._stack = stack.pop_all()

    def __enter__(self) -> Connection:
        return self._conn

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:  # fmt: skip
        self._stack.__exit__(kind, error, trace)

    def drop(self) -> None:
        """Nothing of it was ever true."""
        self._conn.rollback()
        self._stack.close()


@dataclass(frozen=True, slots=True)
class _Compared:
    examined: Examined
    sent: _Sent | None


class _Turn(AbstractContextManager["_Turn"]):
    """Two steps at the database that files take in turn. What was sent and never committed is dropped at the end."""

    def __init__(self, desk: Desk, scope: Scope, sender: str, choices: Choices) -> None:
        self._desk, self._scope, self._sender, self.choices = desk, scope, sender, choices
        self._open: set[_Sent] = set()

    def __exit__(self, *_: object) -> None:
        for sent in list(self._open):
            self._dropped(sent)

    def compared(self, seen: Future[Examined]) -> _Compared:
        """A file with its difference, and where it may be committed its rows sent."""
        examined = river.compare(self._desk, seen.result(), scope=self._scope, choices=self.choices)
        if examined.change_set is None or not self._may_go_on(examined):
            return _Compared(examined, None)
        sent = _Sent(self._desk, self._scope, examined.change_set)
        self._open.add(sent)
        return _Compared(examined, sent)

    def _may_go_on(self, examined: Examined) -> bool:
        """Whether what was found beforehand can be committed: what has gone is known only after the file before."""
        return (
            self.choices.gone != "remove"
            and river.allowed(examined, self.choices)
            and self._scope.may("approve", examined.register)
        )

    def settled(self, compared: _Compared, before: Examined | None) -> tuple[Examined, Taken]:
        """Commit a file that was compared while the one before it was being committed: where the two speak of the same
        records, or somebody else was quicker, it is compared once more."""
        if not _shares_keys(compared.examined, before) and self.choices.gone != "remove":
            try:
                return compared.examined, self._finished(compared)
            except Refused as refusal:
                if refusal.problems[0].code != "registers.overtaken":
                    raise
        elif compared.sent is not None:
            self._dropped(compared.sent)
        again = self._again(compared.examined)
        return again, self._finished(_Compared(again, None))

    def _finished(self, compared: _Compared) -> Taken:
        if compared.sent is not None:
            self._open.discard(compared.sent)
        return river.finish(
            self._desk, compared.examined,
            scope=self._scope, sender=self._sender, choices=self.choices, sent=compared.sent,
        )  # fmt: skip

    def _dropped(self, sent: _Sent) -> None:
        self._open.discard(sent)
        sent.drop()

    def _again(self, examined: Examined) -> Examined:
        held = examined.change_set.held.height if examined.change_set else 0
        plain = replace(examined, change_set=None, problems=examined.problems[: len(examined.problems) - held])
        return river.compare(self._desk, plain, scope=self._scope, choices=self.choices)


def _shares_keys(examined: Examined, before: Examined | None) -> bool:
    if before is None or before.register != examined.register or not (before.checked and examined.checked):
        return False
    return bool(examined.checked.frame["key"].is_in(before.checked.frame["key"].implode()).any())
