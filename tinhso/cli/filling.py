"""``tinhso demo``: write the synthetic province as workbooks and take them in while the pages are being served.

How far it is stands in ``TINHSO_HOME/demo/progress.json`` for the page. Files already committed are known by their
SHA-256, so an interrupted filling goes on where it was.
"""

from __future__ import annotations

import contextlib
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from tinhso import demo
from tinhso.cli.house import House, opened
from tinhso.cli.output import console, problems
from tinhso.foundation.problems import refuse
from tinhso.foundation.settings import Settings
from tinhso.intake import river
from tinhso.intake.desk import Desk
from tinhso.packs import apply as packs


class State(msgspec.Struct):
    """What the page shows of a filling: files done and in all, and seconds left where they can be told."""

    done: int
    total: int
    seconds_left: float | None = None
    scale: float = 1.0


def run(pack: Path, scale: float, *, serve: bool) -> None:
    """Fill the province (or find it full) and serve it until interrupted."""
    port = Settings.from_env().port
    if serve:
        expect_free(port)
    with opened() as house:
        packs.apply(house.db, pack)
        server = _server() if serve else None
        console.print(
            f"[bold]http://127.0.0.1:{port}[/bold]  (trang mở được ngay, số liệu đang vào / the page is open, figures are coming in)"
        )
        try:
            fill(house, pack, scale)
        except BaseException:
            _stop(server)
            raise
    console.print(f"Xong / done: [bold]http://127.0.0.1:{port}[/bold] · Ctrl-C để dừng / to stop")
    with contextlib.suppress(KeyboardInterrupt):
        if server is not None:
            server.wait()
    _stop(server)


def fill(house: House, pack: Path, scale: float) -> None:
    """Write what is not written and take in what is not committed."""
    folder = house.settings.home / "demo"
    folder.mkdir(parents=True, exist_ok=True)
    state_file = folder / "progress.json"
    plan = demo.plan(pack, folder, scale)
    if _finished(state_file, len(plan), scale):
        return
    desk, scope = Desk.open(house.db, house.files), house.station()
    known = _committed(house)
    with _bar() as bar:
        task = bar.add_task("Tiếp nhận / intake", total=len(plan))
        started, done = time.monotonic(), 0
        fresh = (book for book in demo.write(pack, folder, scale) if not _skipped(book, known))
        _note(state_file, State(0, len(plan), None, scale))
        for taken in river.take_in_many(
            desk, ((book.path, book.register) for book in _counting(fresh, bar, task)), scope=scope, sender="demo"
        ):
            done += 1
            if taken.commit is None:
                console.print(f"[red]{taken.examined.name}[/red]")
                problems(taken.examined.problems, 5)
            spent = time.monotonic() - started
            _note(state_file, State(done, len(plan), spent / done * (len(plan) - done), scale))
            bar.update(task, completed=done)
    _note(state_file, State(len(plan), len(plan), 0, scale))


def expect_free(port: int) -> None:
    """Refuse a port that somebody listens on: the server would share it, and each page come from either."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise refuse("cli.port_taken", value=port, other=port + 1) from None


def serve_forever(port: int) -> None:
    """Serve the pages in this process on loopback until interrupted."""
    from granian import Granian
    from granian.constants import Interfaces

    expect_free(port)
    console.print(f"http://127.0.0.1:{port}")
    Granian(
        "tinhso.app:create", factory=True, interface=Interfaces.ASGI, address="127.0.0.1", port=port, workers=1
    ).serve()


def _counting(books: Iterator[demo.Workbook], bar: Progress, task: object) -> Iterator[demo.Workbook]:
    yield from books


def _skipped(book: demo.Workbook, known: set[tuple[str, str]]) -> bool:
    return (book.register, demo.sha256(book.path)) in known


def _committed(house: House) -> set[tuple[str, str]]:
    with house.db.app(house.station().settings()) as conn:
        rows = conn.execute("select register, file_sha256 from registers.change_set where file_sha256 is not null")
        return set(rows.fetchall())


def _finished(state_file: Path, total: int, scale: float) -> bool:
    if not state_file.is_file():
        return False
    with contextlib.suppress(msgspec.MsgspecError):
        state = msgspec.json.decode(state_file.read_bytes(), type=State)
        return state.done == state.total == total and state.scale == scale
    return False


def _note(state_file: Path, state: State) -> None:
    draft = state_file.with_suffix(".draft")
    draft.write_bytes(msgspec.json.encode(state))
    draft.replace(state_file)


def _bar() -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=console,
    )


def _server() -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "tinhso", "serve"])


def _stop(server: subprocess.Popen[bytes] | None) -> None:
    if server is not None and server.poll() is None:
        server.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            server.wait(10)
