"""An, Bình and the administrator, with their passwords, before the door of a house."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from tinhso.access.people import accounts, links, signing_in
from tinhso.access.people.door import Caller, Door
from tinhso.access.people.signing_in import SignedIn
from tinhso.foundation import clock
from tinhso.foundation.database import Database

PASSWORD = "ruộng bậc thang mù sương"
OTHER = "chợ phiên lùi bảy ngày"
START = datetime(2026, 11, 23, 8, 0, tzinfo=clock.VIETNAM)
HOME, ELSEWHERE = Caller("10.0.0.1", "Firefox"), Caller("203.0.113.9", "curl")


def after(**span: float) -> datetime:
    """A moment so long after eight o'clock."""
    return START + timedelta(**span)


@dataclass(frozen=True)
class People:
    """The door, and what the tests do at it all the time."""

    door: Door

    def joins(self, login: str, name: str, mail: str | None = None) -> None:
        """Somebody is invited and sets a password."""
        with self.door.db.owner() as conn:
            accounts.add(conn, login, name, mail, actor="admin")
            link = accounts.invite(conn, login, actor="admin")
        links.use(self.door, link.removeprefix(links.PATH), PASSWORD)

    def signs_in(self, login: str = "an", password: str = PASSWORD, caller: Caller = HOME) -> SignedIn:
        """Sign in as somebody."""
        return signing_in.sign_in(self.door, login, password, caller)


@pytest.fixture
def people(db: Database) -> People:
    """An and Bình have accounts."""
    people = People(Door(db, "a secret key of the tests"))
    with clock.stopped(START - timedelta(hours=1)):
        people.joins("an", "Vàng Thị An", "an@dongvan.example")
        people.joins("binh", "Sùng Văn Bình")
    return people
