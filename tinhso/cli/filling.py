"""``tinhso demo``: write the synthetic province as workbooks and take them in while the pages are being served.

How far it is stands in ``TINHSO_HOME/demo/progress.json`` for the page. Files already committed are known by their
SHA-256, so an interrupted filling goes on where it was.
"""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
from pathlib import Path

from tinhso import demo
from tinhso.access.people import FIRST
from tinhso.access.people.door import Door
from tinhso.cli import users
from tinhso.cli.house import House, opened
from tinhso.cli.output import console, errors, problems
from tinhso.cli.progressing import Progressing
from tinhso.demo import logins
from tinhso.foundation.problems import refuse
from tinhso.foundation.settings import SECOND_FACTOR, Settings
from tinhso.indicators import fold
from tinhso.intake import in_turn
from tinhso.intake.desk import Desk
from tinhso.packs import apply as packs
from tinhso.registers import statistics


def run(pack: Path, scale: float, *, serve: bool) -> None:
    """Fill the province (or find it full) and serve it until interrupted."""
    port = Settings.from_env().port
    if serve:
        expect_free(port)
    with opened() as house:
        packs.apply(house.db, pack)
        door = Door(house.db, house.settings.secret_key)
        first = logins.first_administrator(door, house.settings.home, users.greet_first(house))
        people, password = logins.make(door, pack, house.settings.home)
        server = _server() if serve else None
        console.print(f"[bold]http://127.0.0.1:{port}[/bold]  trang đã mở, số liệu đang vào / open, figures coming in")
        try:
            fill(house, pack, scale)
        except BaseException as stopped:
            _stop(server)
            if isinstance(stopped, KeyboardInterrupt):
                console.print("Đã dừng; chạy lại để làm tiếp / stopped, nothing is lost; run again to go on")
            raise
    console.print(f"Xong / done: [bold]http://127.0.0.1:{port}[/bold] · Ctrl-C để dừng / to stop")
    _tell_logins(people, password, first)
    if not os.environ.get(SECOND_FACTOR):
        console.print(f"Không đòi bước xác nhận thứ hai / the demo asks for no second factor ({SECOND_FACTOR}=off)")
    with contextlib.suppress(KeyboardInterrupt):
        if server is not None:
            server.wait()
    _stop(server)


def _tell_logins(people: list[logins.Login], password: str, first: str | None) -> None:
    """Whom one can sign in as, once more at the end: what was printed before the filling has scrolled away."""
    for person in people:
        console.print(f"  {person.login:<10} {person.name} · {person.role} · {person.area}")
    console.print(f"Mật khẩu của cả {len(people)} người / the password of all of them: [bold]{password}[/bold]")
    if first is None:
        console.print(f"  {FIRST:<10} đã có mật khẩu riêng; quên thì / has an own password: tinhso user reset {FIRST}")
    else:
        console.print(f"  {FIRST:<10} mật khẩu dùng một lần / one-time password: [bold]{first}[/bold]")


def fill(house: House, pack: Path, scale: float) -> None:
    """Write what is not written and take in what is not committed."""
    folder = house.settings.home / "demo"
    folder.mkdir(parents=True, exist_ok=True)
    progress = Progressing(folder / "progress.json", len(demo.plan(pack, folder, scale)), scale)
    progress.expect_same_scale()
    if progress.finished():
        return
    known = _committed(house)
    with progress:
        books = (book for book in demo.write(pack, folder, scale) if progress.wanted(book, known))
        files = ((book.path, book.register) for book in books)
        desk = Desk.open(house.db, house.files)
        for taken in in_turn.take_in_many(desk, files, scope=house.station(), sender="demo"):
            progress.one_more()
            if taken.commit is None:
                errors.print(f"[red]{taken.examined.name}[/red]")
                problems(taken.examined.problems, 5)
    fold.fold_if_due(house.db)
    statistics.freshen(house.db)


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


def _committed(house: House) -> set[tuple[str, str]]:
    with house.db.app(house.station().settings()) as conn:
        rows = conn.execute("select register, file_sha256 from registers.change_set where file_sha256 is not null")
        return set(rows.fetchall())


def _server() -> subprocess.Popen[bytes]:
    """The demo's passwords are printed, so a second factor would keep nobody out but whoever tries it; whoever wants
    to see it demanded sets ``TINHSO_SECOND_FACTOR=demanded``."""
    asked = {SECOND_FACTOR: os.environ.get(SECOND_FACTOR) or "off"}
    return subprocess.Popen([sys.executable, "-m", "tinhso", "serve", "--with-parent"], env=os.environ | asked)


def _stop(server: subprocess.Popen[bytes] | None) -> None:
    if server is not None and server.poll() is None:
        server.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            server.wait(10)
