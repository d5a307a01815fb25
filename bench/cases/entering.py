"""Signing in to the running server: how quick it is, and what a flood of wrong passwords does to everybody's pages."""

from __future__ import annotations

import http.client
import os
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread
from time import monotonic
from urllib.parse import urlencode

from bench.cases.served import Served
from bench.measuring import Measure, Timed, against, gathered, seconds, within
from tinhso.access.people import accounts, links
from tinhso.access.people.door import Door
from tinhso.foundation.database import Database

PASSWORD = "ruộng bậc thang mù sương"
SIGN_INS, CALLS = 40, 100
MOST = 50.0
"""Milliseconds for one sign-in: twenty a second, one after the other, on one core."""
FLOOD = 200
"""Wrong passwords a second."""
PAGE = "/"


class Entering:
    """Measured on a server that runs already; the account is made for it."""

    def __init__(self, served: Served) -> None:
        self.served, self.port = served, served.port

    def all(self) -> Iterator[Measure]:
        """A sign-in, then pages alone and pages beside a flood."""
        self._join()
        yield within("served: sign-in", gathered(lambda: self._signed("an", PASSWORD), SIGN_INS), MOST)
        quiet = self._pages()
        with self._flooded():
            beside = self._pages()
        worst = quiet.percentile(0.95) * 1000
        yield against(
            f"served: page beside {FLOOD} wrong passwords a second, p95", beside, beside.percentile(0.95) * 1000, "ms",
            ("alone", worst), 2.0,
        )  # fmt: skip

    def _join(self) -> None:
        app, owner = self.served.ground.dsns(self.served.ground.served)
        with Database(dsn_app=app, dsn_owner=owner) as db:
            with db.owner() as conn:
                accounts.add(conn, "an", "Vàng Thị An", None, actor="bench")
                link = accounts.invite(conn, "an", actor="bench")
            links.use(Door(db, "only for this link"), link.removeprefix(links.PATH), PASSWORD)

    def _signed(self, login: str, password: str) -> float:
        return seconds(lambda: self._sent(login, password, 303))

    def _sent(self, login: str, password: str, wanted: int | None = None) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            headers = {"origin": f"http://127.0.0.1:{self.port}", "content-type": "application/x-www-form-urlencoded"}
            connection.request("POST", "/sign-in", urlencode({"login": login, "password": password}), headers)
            answer = connection.getresponse()
            answer.read()
            if wanted not in (None, answer.status):
                raise RuntimeError(f"a sign-in was answered {answer.status}")
        finally:
            connection.close()

    def _pages(self) -> Timed:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            return gathered(lambda: seconds(lambda: self._read(connection)), CALLS)
        finally:
            connection.close()

    @staticmethod
    def _read(connection: http.client.HTTPConnection) -> None:
        connection.request("GET", PAGE)
        connection.getresponse().read()

    @contextmanager
    def _flooded(self) -> Iterator[None]:
        """Wrong passwords come in at a steady pace, from four sides, until the block is left."""
        over = Event()
        sides = [Thread(target=self._flood, args=(over, side, 4), daemon=True) for side in range(4)]
        for side in sides:
            side.start()
        over.wait(1.0)
        try:
            yield
        finally:
            over.set()
            for side in sides:
                side.join(30)

    def _flood(self, over: Event, side: int, sides: int) -> None:
        start, sent = monotonic(), 0
        while not over.wait(max(0.0, start + sent * sides / FLOOD - monotonic())):
            self._sent(f"person{side}{sent % 50}", f"wrong {os.getpid()} {sent}")
            sent += 1
