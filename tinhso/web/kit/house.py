"""The house as a request finds it: database, files, and the desk where files are taken in."""

from __future__ import annotations

from pathlib import Path
from threading import Lock

from tinhso.access.people.door import Door
from tinhso.access.people.letters import Letters
from tinhso.foundation.database import Database
from tinhso.foundation.files import Files
from tinhso.foundation.secrets import secret
from tinhso.intake.desk import Desk
from tinhso.privacy.office import Office
from tinhso.web.kit.front import Front
from tinhso.web.kit.live import Hub

UPLOAD_LIMIT = 200 * 2**20
"""Bytes of an uploaded file that are accepted at most."""


class House:
    """Made once per process by ``tinhso.app`` and handed to every handler that asks for ``house``."""

    def __init__(
        self, db: Database, home: Path, *, upload_limit: int = UPLOAD_LIMIT, door: Door | None = None,
        front: Front | None = None, letters: Letters | None = None, demands_factor: bool = True,
    ) -> None:  # fmt: skip
        self.db = db
        self.door = door or Door(db, secret(home / "secrets", "secret_key"))
        self.front = front or Front()
        self.letters = letters
        self.demands_factor = demands_factor
        """Whether roles that demand a second factor are listened to (``TINHSO_SECOND_FACTOR``)."""
        self.home = home
        self.files = Files(home)
        self.upload_limit = upload_limit
        self.hub = Hub(db)
        self._desk: Desk | None = None
        self._lock = Lock()

    def desk(self) -> Desk:
        """The desk as it should be now; what it knows is read again only where something changed."""
        with self._lock:
            self._desk = self._desk.fresh() if self._desk else Desk.open(self.db, self.files)
            return self._desk

    def office(self) -> Office:
        """The office where cases of privacy are handled."""
        return Office.open(self.db, self.files, self.door.secret)

    def tell(self, login: str, action: str) -> None:
        """Tell a person by mail what was just changed about how they sign in, where this house sends any."""
        if self.letters is not None:
            self.letters.changed(login, action)

    @property
    def incoming(self) -> Path:
        """Where uploads wait while they are being received."""
        folder = self.home / "incoming"
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return folder
