"""Accounts, as an administrator keeps them: invite, reset, disable, enable, list. Each change is noted.

These run on a connection of the owner's: the application's role cannot make links or set passwords for others.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from secrets import choice
from typing import Any

from tinhso.access import events, roles
from tinhso.access.people import links
from tinhso.access.people.hashing import Hashing
from tinhso.access.people.logins import login_of, new_login
from tinhso.foundation import clock
from tinhso.foundation.database import Connection, Database, class_row, errors, made_sql
from tinhso.foundation.problems import refuse
from tinhso.foundation.text import clean

FIRST = "admin"
"""Login of the administrator that a first start makes."""
SYSTEM = "system"
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


@dataclass(frozen=True, slots=True)
class Account:
    """One account as a list shows it. ``seen_at`` is the last request of any of its sessions."""

    login: str
    name: str
    mail: str | None
    state: str
    second_factor: bool
    open_sessions: int
    seen_at: datetime | None

    def as_json(self) -> dict[str, Any]:
        """The shape of ``tinhso user list --json``."""
        return {
            "login": self.login, "name": self.name, "mail": self.mail, "state": self.state,
            "second_factor": self.second_factor, "open_sessions": self.open_sessions,
            "seen_at": self.seen_at.isoformat() if self.seen_at else None,
        }  # fmt: skip


def first_administrator(db: Database) -> str | None:
    """Make the first account where there is none at all; its one-time password, to be shown once, else None.

    The login is ``FIRST``; the password has 70 bits, is kept nowhere else and must be changed at the first sign-in.
    """
    password = "-".join("".join(choice(LETTERS) for _ in range(5)) for _ in range(3))
    with db.owner() as conn:
        conn.execute("select pg_advisory_xact_lock(7304101)")
        if conn.execute("select from access.person limit 1").fetchone() is not None:
            return None
        proof = Hashing(1).fresh(password)
        person = _added(conn, FIRST, "Quản trị viên", None, "active")
        conn.execute(
            "select access.keep_password(%s, %s, %s, %s, %s, %s, true, %s)", [person, *proof.values(), clock.now()]
        )
        events.note(conn, actor=SYSTEM, action="person.first_administrator", subject=FIRST)
    return password


def add(conn: Connection[Any], login: str, name: str, mail: str | None, *, actor: str) -> str:
    """Make an account that has no password yet; gives its login. It is opened by an invitation.

    Raises:
        Refused: ``access.bad_login``, ``access.login_taken``, ``access.bad_mail`` or ``access.no_name``.
    """
    login, name, mail = new_login(login), clean(name), clean(mail or "") or None
    if not name:
        raise refuse("access.no_name", value=login)
    if mail is not None and (mail.count("@") != 1 or mail[0] == "@" or mail[-1] == "@" or " " in mail):
        raise refuse("access.bad_mail", value=mail)
    _added(conn, login, name, mail, "invited")
    events.note(conn, actor=actor, action="person.added", subject=login, name=name, mail=mail)
    return login


def invite(conn: Connection[Any], login: str, *, actor: str, by_mail: bool = False) -> str:
    """A link by which an invited person sets a password, good for seven days; earlier ones are over.

    ``by_mail`` tells the log that it goes to the person, and is shown to nobody.

    Raises:
        Refused: ``access.unknown_person``, or ``access.not_invited`` where the account is in use or disabled.
    """
    person, login, state = _person(conn, login)
    if state != "invited":
        raise refuse("access.not_invited", value=login)
    return links.made(conn, person, login, "invitation", actor, by_mail=by_mail)


def reset(
    conn: Connection[Any], login: str, *, actor: str, second_factor: bool = False, by_mail: bool = False
) -> str:
    """A link by which a person sets a new password, good for a day. All sessions end; the old password is gone.

    ``second_factor`` takes that away too, for somebody who lost it together with the recovery codes.

    Raises:
        Refused: ``access.unknown_person``, ``access.is_disabled``, or ``access.is_client``.
    """
    person, login, state = _person(conn, login)
    if conn.execute("select client from access.person where id = %s", [person]).fetchone() == (True,):
        raise refuse("access.is_client", value=login)
    if state == "disabled":
        raise refuse("access.is_disabled", value=login)
    conn.execute("delete from access.password where person = %s", [person])
    conn.execute("select access.end_all(%s, null, %s)", [person, clock.now()])
    if second_factor:
        _drop_second_factor(conn, person, login, actor)
    return links.made(conn, person, login, "reset", actor, by_mail=by_mail)


def reset_second_factor(conn: Connection[Any], login: str, *, actor: str) -> int:
    """Take all second factors away, with the recovery codes; the password stays. All sessions end, how many is told.

    Raises:
        Refused: ``access.unknown_person``.
    """
    person, login, _ = _person(conn, login)
    _drop_second_factor(conn, person, login, actor)
    return _ended(conn, person)


def _drop_second_factor(conn: Connection[Any], person: int, login: str, actor: str) -> None:
    for table in ("second_factor", "recovery_code", "passkey"):
        conn.execute(made_sql(f"delete from access.{table} where person = %s"), [person])
    events.note(conn, actor=actor, action="second_factor.dropped", subject=login)


def disable(conn: Connection[Any], login: str, *, actor: str) -> int:
    """Shut an account: its sessions end at once, its links are over. Gives how many sessions there were.

    Raises:
        Refused: ``access.unknown_person``, or ``access.last_administrator``.
    """
    person, login, _ = _person(conn, login)
    try:
        conn.execute("update access.person set state = 'disabled' where id = %s", [person])
    except errors.Error as error:
        raise roles.refused(error) from error
    conn.execute("update access.link set used_at = %s where person = %s and used_at is null", [clock.now(), person])
    ended = _ended(conn, person)
    events.note(conn, actor=actor, action="person.disabled", subject=login, sessions=ended)
    return ended


def enable(conn: Connection[Any], login: str, *, actor: str) -> None:
    """Open a disabled account again, as it was: with its password, or to be invited where it had none."""
    person, login, _ = _person(conn, login)
    conn.execute(
        "update access.person p set state = case when exists (select from access.password w where w.person = p.id)"
        " or exists (select from access.outside_identity o where o.person = p.id) then 'active' else 'invited' end"
        " where id = %s and state = 'disabled'",
        [person],
    )
    events.note(conn, actor=actor, action="person.enabled", subject=login)


def end_sessions(conn: Connection[Any], login: str, *, actor: str) -> int:
    """End all sessions of a person; how many there were."""
    person, login, _ = _person(conn, login)
    ended = _ended(conn, person)
    events.note(conn, actor=actor, action="sessions.ended", subject=login, count=ended)
    return ended


def must_change(conn: Connection[Any], login: str) -> bool:
    """Whether somebody else's password still waits to be replaced by the person's own."""
    found = conn.execute(
        "select w.must_change from access.password w join access.person p on p.id = w.person where p.login = %s",
        [login],
    ).fetchone()
    return found == (True,)


def every(conn: Connection[Any]) -> list[Account]:
    """All accounts by login."""
    with conn.cursor(row_factory=class_row(Account)) as cursor:
        return cursor.execute(
            "select p.login, p.name, p.mail, p.state, access.has_factor(p.id) as second_factor,"
            " count(s.id) filter (where s.ended_at is null and s.until > %s)::integer as open_sessions,"
            " max(s.seen_at) as seen_at from access.person p left join access.session s on s.person = p.id"
            " group by p.id order by p.login",
            [clock.now()],
        ).fetchall()


def _person(conn: Connection[Any], login: str) -> tuple[int, str, str]:
    found = conn.execute(
        "select id, login, state from access.person where login = %s for update", [login_of(login)]
    ).fetchone()
    if found is None:
        raise refuse("access.unknown_person", value=login)
    number, kept, state = found
    return number, kept, state


def _added(conn: Connection[Any], login: str, name: str, mail: str | None, state: str) -> int:
    made = conn.execute(
        "insert into access.person (login, name, mail, state) values (%s, %s, %s, %s) on conflict do nothing"
        " returning id",
        [login, name, mail, state],
    ).fetchone()
    if made is None:
        raise refuse("access.login_taken", value=login)
    return int(made[0])


def _ended(conn: Connection[Any], person: int) -> int:
    found = conn.execute("select access.end_all(%s, null, %s)", [person, clock.now()]).fetchone()
    assert found is not None
    return int(found[0])
