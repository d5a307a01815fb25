"""Signing in to the running server: how quick it is, and what many who sign in, or a flood of wrong passwords, do to
everybody's pages.
"""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from bench.cases.flood import sent
from bench.cases.served import Served
from bench.measuring import Measure, Timed, against, gathered, seconds, within
from tinhso.access.people import accounts, links
from tinhso.access.people.door import Door
from tinhso.foundation.database import Database

LOGIN = "bench.an"
PASSWORD = "ruộng bậc thang mù sương"
SIGN_INS, CALLS = 40, 300
MOST = 50.0
"""Milliseconds for one sign-in: twenty a second, one after the other, on one core."""
ENTERING, DOORS = 20, 4
"""People who sign in each second, and how many at once; pages beside them take at most ``SHARED`` times as long."""
SHARED = 3.0
FLOOD, SIDES = 200, 16
"""Wrong passwords a second, and how many send them at once."""
PAGE = "/"


class Entering:
    """Measured on a server that runs already; the account is made for it."""

    def __init__(self, served: Served) -> None:
        self.served, self.port = served, served.port

    def all(self) -> Iterator[Measure]:
        """A sign-in, then pages alone, beside people who sign in, and beside a flood."""
        self._join()
        yield within("served: sign-in", gathered(self._signed_in, SIGN_INS), MOST)
        quiet = self._pages()
        with self._beside("303", ENTERING, DOORS, LOGIN, PASSWORD):
            yield self._crowded(f"{ENTERING} sign-ins", quiet, SHARED)
        with self._beside("429", FLOOD, SIDES):
            yield self._crowded(f"{FLOOD} wrong passwords", quiet, 2.0)

    def _crowded(self, beside: str, quiet: Timed, limit: float) -> Measure:
        taken = self._pages()
        alone, crowded = (timed.percentile(0.95) * 1000 for timed in (quiet, taken))
        name = f"served: page beside {beside} a second, p95"
        return against(name, taken, crowded, "ms", ("the same page alone", alone), limit)

    def _join(self) -> None:
        app, owner = self.served.ground.dsns(self.served.ground.served)
        with Database(dsn_app=app, dsn_owner=owner) as db:
            with db.owner() as conn:
                accounts.add(conn, LOGIN, "Vàng Thị An", None, actor="bench")
                link = accounts.invite(conn, LOGIN, actor="bench")
            links.use(Door(db, "only for this link"), link.removeprefix(links.PATH), PASSWORD)

    def _signed_in(self) -> float:
        answers: list[int] = []
        taken = seconds(lambda: answers.append(sent(self.port, LOGIN, PASSWORD)))
        if answers != [303]:
            raise RuntimeError(f"a sign-in was answered {answers}")
        return taken

    def _pages(self) -> Timed:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            return gathered(lambda: seconds(lambda: _read(connection)), CALLS)
        finally:
            connection.close()

    @contextmanager
    def _beside(self, answered: str, rate: int, sides: int, *right: str) -> Iterator[None]:
        """People sign in until the block is left; that they were answered as meant is checked afterwards."""
        command = [sys.executable, "-m", "bench.cases.flood", str(self.port), str(rate), str(sides), *right]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as flood:
            assert flood.stdin is not None and flood.stdout is not None
            flood.stdout.readline()
            yield
            flood.stdin.close()
            answers: dict[str, int] = json.loads(flood.stdout.read())
        if not answers.get(answered):
            raise RuntimeError(f"none was answered {answered}: {answers}")


def _read(connection: http.client.HTTPConnection) -> None:
    connection.request("GET", PAGE)
    connection.getresponse().read()
