"""Letters: links to set a password, and notice of what changed, sent by mail as jobs; what became of each is kept.

A request only writes down that a letter is due. Whether somebody has a login that was typed as forgotten, the job finds
out: so the answer at the door, and how long it takes, are the same for every login.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tinhso.access import events
from tinhso.access.people import links, wording
from tinhso.access.people.door import Caller, Door
from tinhso.access.people.logins import login_of
from tinhso.access.people.tries import held_back
from tinhso.foundation import clock, jobs
from tinhso.foundation.database import Connection, Database, class_row
from tinhso.foundation.mail import NotSent, Post

JOB = "access.letter"
TRIES = 5
"""So often a letter is tried, later each time, before it is given up."""


@dataclass(frozen=True, slots=True)
class Letter:
    """What became of a letter, as the page of a person tells it; ``action`` is what a notice of change is about."""

    id: int
    kind: str
    action: str | None
    made_by: str
    made_at: datetime
    state: str
    tries: int
    error: str | None
    done_at: datetime | None


@dataclass(frozen=True, slots=True)
class Ready:
    """A letter to hand in: to whom, and what it says."""

    login: str
    mail: str
    subject: str
    text: str


@dataclass(frozen=True)
class Letters:
    """The letters of an installation that has mail. ``address`` is the house's own, with which links begin: never the
    one that a request names, since anybody can write that.
    """

    door: Door
    post: Post
    address: str

    def jobs(self) -> jobs.Jobs:
        """What a worker needs to send them."""
        return {JOB: self.send}

    def send_link(self, conn: Connection[Any], login: str, kind: str, path: str, *, actor: str) -> None:
        """Send a link that was made in this transaction of the owner's; refused by nobody, it may fail later."""
        sealed = self.door.sealing.seal(path.encode(), f"letter to {login}")
        row = conn.execute(
            "insert into access.letter (kind, person, made_by, made_at, sealed)"
            " select %s, p.id, %s, %s, %s from access.person p where p.login = %s returning id",
            [kind, actor, clock.now(), sealed, login],
        ).fetchone()
        assert row is not None
        _defer(conn, row[0])

    def forgotten(self, typed: str, caller: Caller) -> None:
        """Somebody forgot a password: a letter, if it is anybody's login or mail address.

        Raises:
            Refused: ``access.wait`` where too many were asked for from the caller's address, whosever they were.
        """
        login = login_of(typed)
        sealed = self.door.sealing.seal(login.encode(), "forgotten")
        with self.door.db.app() as conn:
            row = conn.execute(
                "select wait, letter from access.ask_forgotten(%s, %s, %s, %s)",
                [login, caller.address, sealed, clock.now()],
            ).fetchone()
            assert row is not None
            if row[1] is not None:
                _defer(conn, row[1])
        if row[0] > 0:
            raise held_back(row[0])

    def changed(self, login: str, action: str) -> None:
        """Tell a person what was just changed about how they sign in; nothing where the log knows of no such change."""
        with self.door.db.app() as conn:
            row = conn.execute("select access.notice_change(%s, %s, %s)", [login, action, clock.now()]).fetchone()
            if row is not None and row[0] is not None:
                _defer(conn, row[0])

    def send(self, db: Database, letter: int) -> None:
        """The job. Done twice it does no harm: a letter that is no longer due is left alone.

        Raises:
            NotSent: to be tried again; after ``TRIES`` it is given up and noted.
        """
        with db.owner() as conn:
            ready = self._ready(conn, letter)
        if ready is None:
            return
        try:
            self.post.send(ready.mail, ready.subject, ready.text)
        except NotSent as error:
            if _failed(db, letter, ready.login, str(error)):
                return
            raise
        with db.owner() as conn:
            _done(conn, letter, "sent")

    def _ready(self, conn: Connection[Any], letter: int) -> Ready | None:
        row = conn.execute(
            "select l.kind, l.sealed, p.login, e.action, e.at from access.letter l"
            " left join access.person p on p.id = l.person left join access.event e on e.id = l.event"
            " where l.id = %s and l.state = 'waiting' for update of l",
            [letter],
        ).fetchone()
        if row is None:
            return None
        kind, sealed, login, action, at = row
        path = ""
        if kind == "forgotten":
            login, path = self._link(conn, letter, bytes(sealed))
        elif sealed is not None:
            path = self.door.sealing.open(bytes(sealed), f"letter to {login}").decode()
        person = conn.execute("select name, mail from access.person where login = %s", [login]).fetchone()
        if person is None or person[1] is None or (sealed is not None and not links.holds(conn, path)):
            _done(conn, letter, "dropped")
            return None
        said = wording.Said(person[0], login, self.address, path, action or "", at)
        return Ready(login, person[1], *wording.written(kind, said))

    def _link(self, conn: Connection[Any], letter: int, sealed: bytes) -> tuple[str | None, str]:
        """A fresh link for whoever forgot, if it is somebody; good from now on, not from when it was asked for."""
        typed = self.door.sealing.open(sealed, "forgotten").decode()
        row = conn.execute(_FORGETFUL, {"typed": typed}).fetchall()
        if len(row) != 1:
            return None, ""
        person, login = row[0]
        conn.execute("update access.letter set person = %s where id = %s", [person, letter])
        return login, links.made(conn, person, login, "forgotten", login)


_FORGETFUL = """
select p.id, p.login from access.person p join access.password w on w.person = p.id
where p.state = 'active' and p.mail is not null and not p.client
  and (p.login = %(typed)s or lower(p.mail) = %(typed)s) limit 2
"""
"""Whoever has a password to forget; a mail address counts where it is one person's."""


def to(conn: Connection[Any], login: str) -> list[Letter]:
    """The last twenty letters to a person, newest first, for a transaction whose scope administers."""
    with conn.cursor(row_factory=class_row(Letter)) as cursor:
        return cursor.execute("select * from access.letters_to(%s)", [login]).fetchall()


def _defer(conn: Connection[Any], letter: int) -> None:
    jobs.defer(conn, JOB, lock=f"letter {letter}", letter=letter)


def _done(conn: Connection[Any], letter: int, state: str) -> None:
    conn.execute(
        "update access.letter set state = %s, sealed = null, error = null, done_at = %s,"
        " tries = tries + case when %s = 'sent' then 1 else 0 end where id = %s",
        [state, clock.now(), state, letter],
    )


def _failed(db: Database, letter: int, login: str, error: str) -> bool:
    """Note a try that failed; whether it was the last."""
    with db.owner() as conn:
        row = conn.execute(
            "update access.letter set tries = tries + 1, error = %s where id = %s returning tries, kind",
            [error, letter],
        ).fetchone()
        assert row is not None
        if row[0] < TRIES:
            return False
        conn.execute(
            "update access.letter set state = 'failed', sealed = null, done_at = %s where id = %s",
            [clock.now(), letter],
        )
        events.note(conn, actor="tinhso", action="letter.failed", subject=login, letter=letter, kind=row[1])
        return True
