"""The same questions asked of the running server over HTTP, as a browser would: boards, figures, lists and searches."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from urllib.parse import quote

from bench.cases.flood import signed_in
from bench.cases.reading import COMMUNE, DISTRICT, SYLLABLES, WORDS, settled
from bench.ground import PACK, Ground
from bench.material import REGISTER
from bench.measuring import Measure, Timed, gathered, seconds, within
from tinhso.access.people.door import Door
from tinhso.demo import logins
from tinhso.foundation.database import Database

CALLS = 60
SORTS = ("", "sort=-", "sort=area", "sort=-change_set", "sort=surveyed_on", "sort=-surveyed_on")
"""Orders of the staff list that its headings lead to."""
READER = "lanhdao"
"""Who asks: somebody of the demo who may read the whole province."""
PATIENCE = 60.0
"""Seconds that the server may take to start."""


class Served:
    """A server process over a full database, gone afterwards."""

    def __init__(self, ground: Ground, full: str) -> None:
        self.ground, self.full, self.port = ground, full, _free_port()

    def __enter__(self) -> Served:
        self.ground.put_in_service(self.full)
        settled(self.ground, self.ground.served)
        environment = {**os.environ, "TINHSO_HOME": str(self.ground.folder), "TINHSO_PORT": str(self.port)}
        self._server = subprocess.Popen(
            [sys.executable, "-m", "tinhso", "serve"], env=environment, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        self._wait()
        self.cookie = self._signed_in()
        return self

    def _signed_in(self) -> str:
        """The cookie of somebody who sees the whole province, with an account like any other."""
        app, owner = self.ground.dsns(self.ground.served)
        (self.ground.folder / "demo").mkdir(exist_ok=True)
        with Database(dsn_app=app, dsn_owner=owner) as db:
            _, password = logins.make(Door(db, "only for links"), PACK, self.ground.folder)
        return signed_in(self.port, READER, password)

    def __exit__(self, *_: object) -> None:
        os.killpg(self._server.pid, signal.SIGTERM)
        try:
            self._server.wait(15)
        except subprocess.TimeoutExpired:
            os.killpg(self._server.pid, signal.SIGKILL)

    def all(self) -> Iterator[Measure]:
        """Every case, each the worst of its ways of asking."""
        boards = [f"/api/figures?board=article&area={code}" for code in ("02", DISTRICT, COMMUNE)]
        yield within("served: board as JSON", self._worst(boards), 30)
        yield within("served: board page", self._worst(["/", f"/?area={COMMUNE}"]), 30)
        yield within("served: explanation page", self._worst(["/explain/A09", f"/explain/A09?area={COMMUNE}"]), 30)
        lists = f"/staff/registers/{REGISTER}"
        places = ("", f"area={DISTRICT}", f"area={COMMUNE}")
        filtered = [f"{lists}?{'&'.join(filter(None, (place, 'status=employed')))}" for place in places]
        yield within("served: page of 50, filtered", self._worst(filtered), 50)
        sorted_ways = [f"{lists}?{'&'.join(filter(None, (place, sort)))}" for place in places for sort in SORTS]
        yield within("served: list page, any order", self._worst(sorted_ways), 60)
        counted = [f"{lists}/facets{'?' if place else ''}{place}" for place in places]
        yield within("served: facets of the list", self._worst(counted), 150)
        chosen = [f"{each.replace(lists, f'{lists}/facets')}&gender=female" for each in filtered]
        yield within("served: facets of a filtered list", self._worst(chosen), 400)
        yield within("served: search, two words", self._worst([f"{lists}?q={quote(word)}" for word in WORDS]), 30)
        yield within("served: search, one syllable", self._worst([f"{lists}?q={word}" for word in SYLLABLES]), 70)

    def _worst(self, paths: list[str]) -> Timed:
        return max((self._timed(path) for path in paths), key=lambda timed: timed.percentile(0.95))

    def _timed(self, path: str) -> Timed:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            for _ in range(5):
                _got(connection, path, self.cookie)
            return gathered(lambda: seconds(lambda: _got(connection, path, self.cookie)), CALLS)
        finally:
            connection.close()

    def _wait(self) -> None:
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
                _got(connection, "/")
                return
            except OSError as error:
                if time.monotonic() > deadline or self._server.poll() is not None:
                    raise RuntimeError("the server did not start") from error
                time.sleep(0.2)


def _got(connection: http.client.HTTPConnection, path: str, cookie: str = "") -> bytes:
    connection.request("GET", path, headers={"cookie": cookie} if cookie else {})
    answer = connection.getresponse()
    content = answer.read()
    if answer.status != 200:
        raise RuntimeError(f"{path} answered {answer.status}: {content[:200]!r}")
    return content


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
