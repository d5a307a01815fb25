"""Passkeys: for this site only, each challenge once, by whoever asked; a copy is noticed; beside codes of an app."""

from __future__ import annotations

import json
from datetime import datetime

import pyotp
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.access.people.authenticator import Device
from tests.access.people.conftest import ELSEWHERE, HOME, START, People, after
from tests.access.people.refusing import refused
from tinhso.access.people import accounts, passkeys, second_factor, sessions
from tinhso.access.people.door import digest
from tinhso.access.people.passkeys import Added, Site
from tinhso.foundation import clock
from tinhso.foundation.database import errors

SITE = Site("tinhso.hagiang.example", "https://tinhso.hagiang.example")
OTHER_SITE = Site("tinhso.hagiang.example.xyz", "https://tinhso.hagiang.example.xyz")


class Keyed:
    """An with a passkey, made at eight; ``token`` is the session it was made in."""

    def __init__(self, people: People) -> None:
        self.people, self.door, self.device = people, people.door, Device(SITE)
        with clock.stopped(START):
            self.token = people.signs_in("an").token
            self.first = self.adds(self.device)

    def adds(self, device: Device, name: str = "Điện thoại", **said: str) -> Added:
        session = sessions.read(self.door, self.token)
        assert session is not None
        options = passkeys.ask_to_add(self.door, session, self.token, SITE)
        added = passkeys.add(self.door, session, self.token, SITE, name, device.makes(options, **said))
        self.token = added.token
        return added

    def begins(self) -> str:
        """The password was given; the second step waits."""
        signed = self.people.signs_in("an")
        assert signed.pending
        return signed.token

    def enters(self, device: Device | None = None, **said: object) -> str:
        options = passkeys.ask_to_enter(self.door, SITE, HOME)
        return passkeys.enter(self.door, SITE, (device or self.device).signs(options, **said), HOME).token

    def passes(self, held: str, device: Device | None = None, **said: object) -> str:
        options = passkeys.ask_second(self.door, held, SITE)
        return passkeys.pass_second(self.door, held, SITE, (device or self.device).signs(options, **said)).token


@pytest.fixture
def keyed(people: People) -> Keyed:
    return Keyed(people)


def login(keyed: Keyed, token: str) -> str | None:
    session = sessions.read(keyed.door, token)
    return session.person.login if session and not session.pending else None


def test_alone_and_as_second_step(keyed: Keyed) -> None:
    with clock.stopped(after(hours=1)):
        alone, held = keyed.enters(), keyed.begins()
        assert login(keyed, alone) == "an" and login(keyed, held) is None
        second = keyed.passes(held)
    assert second != held
    with clock.stopped(after(hours=1)):
        assert login(keyed, second) == "an" and sessions.read(keyed.door, held) is None
        assert all(each.second_factor for each in sessions.mine(keyed.door, second))
        (key,) = passkeys.mine(keyed.door, second)
    assert key.name == "Điện thoại" and key.used_at == after(hours=1)


def test_with_the_first_come_recovery_codes_and_they_open_too(keyed: Keyed) -> None:
    assert len(keyed.first.codes) == second_factor.CODES
    with clock.stopped(after(minutes=1)):
        assert keyed.adds(Device(SITE), "Máy tính").codes == ()
        signed = second_factor.enter(keyed.door, keyed.begins(), keyed.first.codes[0])
        assert login(keyed, signed.token) == "an"
        assert refused(second_factor.enter, keyed.door, keyed.begins(), keyed.first.codes[0]) == "access.wrong_code"
        assert refused(second_factor.enter, keyed.door, keyed.begins(), "123456") == "access.wrong_code"


def test_beside_codes_of_an_app_each_suffices(keyed: Keyed) -> None:
    with clock.stopped(after(minutes=2)):
        session = sessions.read(keyed.door, keyed.token)
        assert session is not None
        secret = second_factor.offer(keyed.door, session, keyed.token).secret
        codes = second_factor.confirm(keyed.door, keyed.token, pyotp.TOTP(secret).at(after(minutes=2)))
        keyed.token = codes.token
    with clock.stopped(after(minutes=3)):
        assert login(keyed, keyed.passes(keyed.begins())) == "an"
        signed = second_factor.enter(keyed.door, keyed.begins(), pyotp.TOTP(secret).at(after(minutes=3)))
        assert login(keyed, signed.token) == "an"
        second_factor.drop(keyed.door, keyed.token)
        assert second_factor.state(keyed.door, keyed.token) == second_factor.State(False, 10, 1)
        (key,) = passkeys.mine(keyed.door, keyed.token)
        passkeys.drop(keyed.door, keyed.token, key.id)
        assert second_factor.state(keyed.door, keyed.token) == second_factor.State(False, 0, 0)
        assert not keyed.people.signs_in("an").pending


@pytest.mark.parametrize("way", ["alone", "second"])
def test_an_answer_works_once(keyed: Keyed, way: str) -> None:
    with clock.stopped(after(hours=1)):
        if way == "alone":
            answer = keyed.device.signs(passkeys.ask_to_enter(keyed.door, SITE, HOME))
            assert login(keyed, passkeys.enter(keyed.door, SITE, answer, HOME).token) == "an"
            assert refused(passkeys.enter, keyed.door, SITE, answer, ELSEWHERE) == "access.passkey_wrong"
        else:
            first, second = keyed.begins(), keyed.begins()
            answer = keyed.device.signs(passkeys.ask_second(keyed.door, first, SITE))
            assert refused(passkeys.pass_second, keyed.door, second, SITE, answer) == "access.passkey_wrong"
            assert refused(passkeys.pass_second, keyed.door, first, SITE, answer) == "access.passkey_wrong"
            assert login(keyed, keyed.passes(first)) == "an"


def test_a_challenge_is_for_what_it_was_asked_for_and_for_five_minutes(keyed: Keyed) -> None:
    with clock.stopped(after(hours=1)):
        held = keyed.begins()
        enter, second = passkeys.ask_to_enter(keyed.door, SITE, HOME), passkeys.ask_second(keyed.door, held, SITE)
        for answer in (keyed.device.signs(enter), keyed.device.signs(json.dumps({"challenge": "AAAA"}))):
            assert refused(passkeys.pass_second, keyed.door, held, SITE, answer) == "access.passkey_wrong"
        assert refused(passkeys.enter, keyed.door, SITE, keyed.device.signs(second), HOME) == "access.passkey_wrong"
        late = passkeys.ask_to_enter(keyed.door, SITE, HOME)
    with clock.stopped(after(hours=1, minutes=5, seconds=1)):
        assert refused(passkeys.enter, keyed.door, SITE, keyed.device.signs(late), HOME) == "access.passkey_wrong"


@pytest.mark.parametrize(
    "said", [{"origin": OTHER_SITE.origin}, {"origin": "http://tinhso.hagiang.example"}, {"type": "webauthn.create"}]
)
def test_another_site_is_refused(keyed: Keyed, said: dict[str, str]) -> None:
    """A copy of our page elsewhere has the browser say where it was."""
    with clock.stopped(after(hours=1)):
        assert refused(keyed.enters, **said) == "access.passkey_wrong"
        held = keyed.begins()
        assert refused(keyed.passes, held, **said) == "access.passkey_wrong"
        keyed.device.site = OTHER_SITE
        assert refused(keyed.enters, origin=SITE.origin) == "access.passkey_wrong"
    with clock.stopped(after(minutes=1)):
        assert refused(keyed.adds, Device(OTHER_SITE)) == "access.passkey_wrong"
        assert refused(keyed.adds, Device(SITE), origin=OTHER_SITE.origin) == "access.passkey_wrong"


def test_a_foreign_credential_opens_nothing(keyed: Keyed) -> None:
    with clock.stopped(after(hours=1)):
        stranger = Device(SITE, handle=keyed.device.handle)
        assert refused(keyed.enters, stranger) == "access.passkey_wrong"
        forger = Device(SITE, credential=keyed.device.credential, handle=keyed.device.handle, counter=99)
        assert refused(keyed.enters, forger) == "access.passkey_wrong", "the credential is An's, the key is not"
        keyed.device.handle = b"somebody else"
        assert refused(keyed.enters) == "access.passkey_wrong"


def test_binh_s_passkey_does_not_finish_an_s_sign_in(keyed: Keyed) -> None:
    with clock.stopped(after(minutes=1)):
        token = keyed.people.signs_in("binh").token
        session, device = sessions.read(keyed.door, token), Device(SITE)
        assert session is not None
        options = passkeys.ask_to_add(keyed.door, session, token, SITE)
        answer = device.makes(options)
        assert refused(passkeys.add, keyed.door, session, keyed.token, SITE, "x", answer) == "access.passkey_wrong"
        token = passkeys.add(
            keyed.door, session, token, SITE, "x", device.makes(passkeys.ask_to_add(keyed.door, session, token, SITE))
        ).token
        held = keyed.begins()
        assert refused(keyed.passes, held, device) == "access.passkey_wrong"
        assert refused(keyed.adds, device) == "access.passkey_wrong", "one credential, one person"
        (key,) = passkeys.mine(keyed.door, keyed.token)
        passkeys.drop(keyed.door, token, key.id)
        assert passkeys.mine(keyed.door, keyed.token) == [key], "somebody else's number does nothing"


def test_a_counter_that_goes_back_is_refused_and_noted(keyed: Keyed) -> None:
    with clock.stopped(after(hours=1)):
        keyed.enters(step=7)
        for step in (0, -3):
            assert refused(keyed.enters, step=step) == "access.passkey_wrong"
            held = keyed.begins()
            keyed.device.counter = 7
            assert refused(keyed.passes, held, step=0) == "access.passkey_wrong"
        keyed.device.counter = 7
        assert login(keyed, keyed.enters()) == "an"
    with keyed.door.db.owner() as conn:
        facts = conn.execute("select facts from access.event where action = 'passkey.went_back'").fetchall()
    assert len(facts) == 4 and facts[0][0].items() >= {"name": "Điện thoại", "known": 7, "told": 7}.items()


def test_a_device_that_never_counts_is_taken(keyed: Keyed) -> None:
    with clock.stopped(after(hours=1)):
        assert login(keyed, keyed.enters(step=0)) == "an" and login(keyed, keyed.enters(step=0)) == "an"


def test_alone_the_device_has_to_have_looked_who_it_is(keyed: Keyed) -> None:
    keyed.device.verified = False
    with clock.stopped(after(hours=1)):
        assert refused(keyed.enters) == "access.passkey_wrong"
        assert login(keyed, keyed.passes(keyed.begins())) == "an", "after a password, touching it is enough"


def test_who_is_disabled_and_who_was_reset(keyed: Keyed) -> None:
    with clock.stopped(after(hours=1)):
        with keyed.door.db.owner() as conn:
            accounts.disable(conn, "an", actor="admin")
        assert refused(keyed.enters) == "access.disabled"
        with keyed.door.db.owner() as conn:
            accounts.enable(conn, "an", actor="admin")
            accounts.reset_second_factor(conn, "an", actor="admin")
        assert refused(keyed.enters) == "access.passkey_wrong"
        assert not keyed.people.signs_in("an").pending


def test_changing_them_needs_a_password_given_lately_and_ends_other_sessions(keyed: Keyed) -> None:
    with clock.stopped(after(minutes=5)):
        other = keyed.passes(keyed.begins())
        keyed.adds(Device(SITE), "Khoá bảo mật")
        assert sessions.read(keyed.door, other) is None
    with clock.stopped(after(minutes=11)):
        session = sessions.read(keyed.door, keyed.token)
        assert session is not None and not session.proved
        assert refused(passkeys.ask_to_add, keyed.door, session, keyed.token, SITE) == "access.prove_first"
        key = passkeys.mine(keyed.door, keyed.token)[0]
        assert refused(passkeys.drop, keyed.door, keyed.token, key.id) == "access.prove_first"
        held = keyed.begins()
        assert refused(passkeys.ask_to_add, keyed.door, session, held, SITE) == "access.prove_first"
        assert refused(passkeys.ask_second, keyed.door, keyed.token, SITE) == "access.begin_again"


def test_names_and_how_many(keyed: Keyed) -> None:
    with clock.stopped(after(minutes=1)):
        for name in ("", "  ", "x" * 61):
            assert refused(keyed.adds, Device(SITE), name) == "access.passkey_name"
        for number in range(9):
            keyed.adds(Device(SITE), f"máy {number}")
        assert refused(keyed.adds, Device(SITE), "máy 10") == "access.too_many_passkeys"
        assert len(passkeys.mine(keyed.door, keyed.token)) == 10


def test_asking_for_challenges_without_end_is_held_back(keyed: Keyed) -> None:
    with clock.stopped(after(hours=1)):
        for _ in range(60):
            passkeys.ask_to_enter(keyed.door, SITE, ELSEWHERE)
        assert refused(passkeys.ask_to_enter, keyed.door, SITE, ELSEWHERE) == "access.wait"
        passkeys.ask_to_enter(keyed.door, SITE, HOME)


def test_every_try_is_in_the_ledger(keyed: Keyed) -> None:
    with clock.stopped(after(hours=1)):
        keyed.enters()
        refused(keyed.enters, origin=OTHER_SITE.origin)
    with keyed.door.db.owner() as conn:
        rows = conn.execute("select outcome from access.attempt where way = 'passkey' order by id").fetchall()
    assert [outcome for (outcome,) in rows] == ["right", "wrong"]


def test_sql_that_slipped_in_opens_no_session_with_a_passkey(keyed: Keyed) -> None:
    """The application's role has the challenge and the credential, but not the seal of this process."""
    now: datetime = after(hours=1)
    with clock.stopped(now):
        challenge = json.loads(passkeys.ask_to_enter(keyed.door, SITE, HOME))["challenge"]
    with keyed.door.db.app() as conn:
        found = conn.execute(
            "select access.enter_passkey(%s, %s, %s, 99, 'guess', '?', '?', 'token', 'device', %s, %s)",
            [digest(challenge), keyed.device.credential, keyed.device.handle, now, after(hours=2)],
        ).fetchone()
        assert found == ("wrong",)
    for table in ("passkey", "challenge", "letter"):
        with pytest.raises(errors.InsufficientPrivilege), keyed.door.db.app() as conn:
            conn.execute(f"select from access.{table}".encode())


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_bytes_are_sent_nothing_opens_and_nothing_breaks(keyed: Keyed, data: st.DataObject) -> None:
    with clock.stopped(after(hours=1)):
        answer = json.loads(keyed.device.signs(passkeys.ask_to_enter(keyed.door, SITE, ELSEWHERE)))
        field = data.draw(st.sampled_from([*answer["response"], "id", "rawId", "type", "response"]))
        junk: st.SearchStrategy[object] = st.one_of(st.text(), st.none(), st.integers(), st.lists(st.integers()))
        where = answer["response"] if field in answer["response"] else answer
        where[field] = data.draw(junk.filter(lambda value: value != where[field]))
        assert refused(passkeys.enter, keyed.door, SITE, json.dumps(answer), ELSEWHERE) == "access.passkey_wrong"
        text = data.draw(st.text())
        assert refused(passkeys.enter, keyed.door, SITE, text, ELSEWHERE) == "access.passkey_wrong"
