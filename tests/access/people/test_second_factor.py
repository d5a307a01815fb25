"""The second factor: codes once each, one step of drift, recovery codes once each, guessing soon over."""

from __future__ import annotations

from datetime import datetime, timedelta

import pyotp
import pytest

from tests.access.people.conftest import PASSWORD, START, People, after
from tests.access.people.refusing import refused
from tinhso.access.people import second_factor, sessions
from tinhso.access.people.door import Door
from tinhso.access.people.second_factor import Confirmed
from tinhso.access.people.signing_in import SignedIn
from tinhso.foundation import clock


def code(secret: str, at: datetime) -> str:
    return pyotp.TOTP(secret).at(at)


class Second:
    """An with a second factor, set up at eight."""

    def __init__(self, people: People) -> None:
        self.people, self.door = people, people.door
        with clock.stopped(START):
            self.first: SignedIn = people.signs_in("an")
            session = sessions.read(self.door, self.first.token)
            assert session
            self.secret = second_factor.offer(self.door, session, self.first.token).secret
            assert second_factor.offer(self.door, session, self.first.token).secret == self.secret, "the same on reload"
            self.confirmed: Confirmed = second_factor.confirm(self.door, self.first.token, code(self.secret, START))

    def waits(self) -> str:
        """The token of a sign-in that waits for its code."""
        signed = self.people.signs_in("an")
        assert signed.pending
        return signed.token


@pytest.fixture
def an(people: People) -> Second:
    return Second(people)


def test_setting_up_gives_a_new_token_and_ten_codes(an: Second) -> None:
    with clock.stopped(START):
        assert sessions.read(an.door, an.first.token) is None
        session = sessions.read(an.door, an.confirmed.token)
    assert session and session.second_factor
    assert len(set(an.confirmed.codes)) == second_factor.CODES == 10
    with an.door.db.owner() as conn:
        kept = str(conn.execute("select * from access.second_factor, access.recovery_code").fetchall())
    assert an.secret not in kept and an.confirmed.codes[0] not in kept


def test_a_session_that_waits_opens_nothing(an: Second) -> None:
    with clock.stopped(after(minutes=5)):
        token = an.waits()
        session = sessions.read(an.door, token)
        assert session and session.pending
        assert sessions.mine(an.door, token) == [] and sessions.end_others(an.door, token) == 0
        assert refused(second_factor.renew_codes, an.door, token) == "access.prove_first"
        assert refused(second_factor.drop, an.door, token) == "access.prove_first"
    with clock.stopped(after(minutes=16)):
        assert sessions.read(an.door, token) is None, "after ten minutes the password comes first again"


def test_a_code_once_and_a_new_token(an: Second) -> None:
    now = after(minutes=5)
    with clock.stopped(now):
        first, second = an.waits(), an.waits()
        right = code(an.secret, now)
        signed = second_factor.enter(an.door, first, f" {right[:3]} {right[3:]} ")
        session = sessions.read(an.door, signed.token)
        assert session and session.second_factor and not session.pending and signed.token != first
        assert sessions.read(an.door, first) is None, "the token of before is nobody's"
        assert refused(second_factor.enter, an.door, second, right) == "access.wrong_code"


@pytest.mark.parametrize(("seconds", "taken"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)])
def test_one_step_of_drift(an: Second, seconds: int, taken: bool) -> None:
    now = after(minutes=5)
    with clock.stopped(now):
        token, typed = an.waits(), code(an.secret, now + timedelta(seconds=seconds))
        if taken:
            assert second_factor.enter(an.door, token, typed).token
        else:
            assert refused(second_factor.enter, an.door, token, typed) == "access.wrong_code"


def test_no_code_older_than_the_last_one(an: Second) -> None:
    now = after(minutes=5)
    with clock.stopped(now):
        assert second_factor.enter(an.door, an.waits(), code(an.secret, now)).token
        before = code(an.secret, now - timedelta(seconds=30))
        assert refused(second_factor.enter, an.door, an.waits(), before) == "access.wrong_code"


def test_recovery_codes_once_each(an: Second) -> None:
    first, second = an.confirmed.codes[:2]
    with clock.stopped(after(minutes=5)):
        signed = second_factor.enter(an.door, an.waits(), first.upper().replace("-", " "))
        assert second_factor.state(an.door, signed.token).left_codes == 9
        assert refused(second_factor.enter, an.door, an.waits(), first) == "access.wrong_code"
        codes = second_factor.renew_codes(an.door, an.confirmed.token)
        assert refused(second_factor.enter, an.door, an.waits(), second) == "access.wrong_code"
        assert second_factor.enter(an.door, an.waits(), codes[0]).token


def test_guessing_ends_the_sign_in_and_then_waits(an: Second) -> None:
    with clock.stopped(after(minutes=5)):
        token = an.waits()
        codes = [refused(second_factor.enter, an.door, token, "000000") for _ in range(7)]
        assert codes[:5] == ["access.wrong_code"] * 5 and set(codes[5:]) <= {"access.wait", "access.begin_again"}
        right = code(an.secret, after(minutes=5))
        assert refused(second_factor.enter, an.door, an.waits(), right) == "access.wait", "whoever has the password"
    with clock.stopped(after(minutes=6)):
        assert second_factor.enter(an.door, an.waits(), code(an.secret, after(minutes=6))).token


def test_proof_is_needed_to_change_it(an: Second) -> None:
    with clock.stopped(after(minutes=20)):
        held = an.confirmed.token
        assert sessions.read(an.door, held)
        assert refused(second_factor.drop, an.door, held) == "access.prove_first"
        assert refused(second_factor.renew_codes, an.door, held) == "access.prove_first"
    with clock.stopped(after(minutes=1)):
        second_factor.drop(an.door, held)
        assert not second_factor.state(an.door, held).confirmed
        assert not an.people.signs_in("an").pending


def test_another_key_is_told(an: Second) -> None:
    door = Door(an.door.db, "another secret key")
    with clock.stopped(after(minutes=5)):
        assert refused(second_factor.enter, door, an.waits(), "123456") == "access.other_key"


def test_sql_slipped_in_cannot_pass_a_code(an: Second) -> None:
    with clock.stopped(after(minutes=5)):
        token = an.waits()
    with an.door.db.app() as conn:
        passed = conn.execute(
            "select access.pass_code(sha256(%s::bytea), 99999999, null, sha256('x'::bytea), 'new', 'device', %s, %s)",
            [token.encode(), after(minutes=5), after(hours=5)],
        ).fetchone()
    assert passed == (False,)


def test_changes_are_noted(an: Second) -> None:
    with an.door.db.owner() as conn:
        noted = conn.execute("select actor, action from access.event where subject = 'an' order by id").fetchall()
    assert noted == [("admin", "person.added"), ("admin", "invitation.made"), ("an", "invitation.used"),
                     ("an", "second_factor.set")]  # fmt: skip
    assert PASSWORD not in str(noted)
