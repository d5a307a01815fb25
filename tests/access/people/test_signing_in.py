"""Signing in: right and wrong, held back before hashing, nobody locked out by strangers, hashes out of reach."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from tests.access.people.conftest import ELSEWHERE, HOME, OTHER, PASSWORD, START, People, after
from tests.access.people.refusing import refused
from tinhso.access.people import accounts, hashing, sessions, signing_in
from tinhso.access.people.door import Caller, digest
from tinhso.access.people.hashing import Costs, Hashing
from tinhso.foundation import clock
from tinhso.foundation.database import errors
from tinhso.foundation.problems import Refused


def test_right_and_wrong(people: People) -> None:
    signed = people.signs_in(" AN ")
    session = sessions.read(people.door, signed.token)
    assert session and session.person.name == "Vàng Thị An" and not session.pending and not session.second_factor
    assert refused(people.signs_in, "an", "ruộng bậc thang mù sươnG") == "access.wrong"
    assert refused(people.signs_in, "nobody", PASSWORD) == "access.wrong"
    assert refused(people.signs_in, "an", "x" * 201) == "access.password_long"


def test_the_same_keys_on_another_keyboard(people: People) -> None:
    import unicodedata

    assert people.signs_in(password=unicodedata.normalize("NFD", PASSWORD)).token


def test_unknown_logins_cost_the_same(people: People) -> None:
    hashed = people.door.hashing.count
    refused(people.signs_in, "an", "wrong password")
    refused(people.signs_in, "nobody", "wrong password")
    assert people.door.hashing.count == hashed + 2


def test_tries_are_held_back_before_hashing(people: People) -> None:
    with clock.stopped(START):
        codes = [refused(people.signs_in, "an", f"wrong {n}", ELSEWHERE) for n in range(5)]
        hashed = people.door.hashing.count
        codes += [refused(people.signs_in, "an", PASSWORD, ELSEWHERE) for _ in range(200)]
    assert codes == ["access.wrong"] * 5 + ["access.wait"] * 200
    assert people.door.hashing.count == hashed
    with clock.stopped(after(seconds=2)):
        assert people.signs_in("an", caller=ELSEWHERE).token


def test_waits_grow_and_end(people: People) -> None:
    waits: list[int] = []
    now = 0
    for number in range(24):
        with clock.stopped(after(seconds=now)):
            assert refused(people.signs_in, "an", f"wrong {number}", ELSEWHERE) == "access.wrong"
            if number >= 4:
                with pytest.raises(Refused) as refusal:
                    people.signs_in("an", PASSWORD, ELSEWHERE)
                waits.append(int(refusal.value.problems[0].facts["seconds"]))
                now += waits[-1]
    assert waits[:6] == [1, 2, 4, 8, 16, 32] and waits == sorted(waits) and max(waits) == 900
    with clock.stopped(after(seconds=now)):
        assert people.signs_in("an", caller=ELSEWHERE).token, "nobody is locked out for ever"


def test_many_logins_from_one_address_are_held_back(people: People) -> None:
    with clock.stopped(START):
        codes = [refused(people.signs_in, f"person{n}", "wrong password", ELSEWHERE) for n in range(40)]
        assert codes == ["access.wrong"] * 30 + ["access.wait"] * 10
        assert people.signs_in("an", caller=HOME).token


def test_strangers_cannot_lock_the_owner_out(people: People) -> None:
    with clock.stopped(START):
        device = people.signs_in("an", caller=HOME).device
    with clock.stopped(after(minutes=1)):
        codes = [refused(people.signs_in, "an", "wrong", Caller(f"198.51.100.{n}")) for n in range(30)]
        assert codes == ["access.wrong"] * 10 + ["access.wait"] * 20
        assert people.signs_in("an", caller=HOME).token, "from where An signs in every day"
        assert people.signs_in("an", caller=Caller("192.0.2.77", device=device)).token, "in An's own browser, anywhere"


def test_a_stolen_device_is_held_back_like_any(people: People) -> None:
    device = people.signs_in("an", caller=HOME).device
    stolen = Caller("192.0.2.77", device=device)
    with clock.stopped(after(days=1)):
        codes = [refused(people.signs_in, "an", f"wrong {n}", stolen) for n in range(8)]
    assert codes == ["access.wrong"] * 5 + ["access.wait"] * 3


def test_many_at_once_are_counted_one_by_one(people: People) -> None:
    with clock.stopped(START), ThreadPoolExecutor(8) as pool:
        codes = list(pool.map(lambda n: refused(people.signs_in, "an", f"wrong {n}", ELSEWHERE), range(30)))
    assert codes.count("access.wrong") + codes.count("access.crowded") <= 5 + codes.count("access.crowded")
    assert codes.count("access.wrong") <= 5


def test_two_sign_ins_at_once(people: People) -> None:
    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(lambda _: people.signs_in("an"), range(2))
    assert first.token != second.token
    assert sessions.read(people.door, first.token) and sessions.read(people.door, second.token)


def test_crowded_is_not_counted_as_wrong(people: People) -> None:
    people = People(replace(people.door, hashing=Hashing(1, patience=0.01)))
    with people.door.hashing._place():
        codes = {refused(people.signs_in, "an", PASSWORD, ELSEWHERE) for _ in range(10)}
    assert codes == {"access.crowded"}
    assert people.signs_in("an", caller=ELSEWHERE).token


def test_a_disabled_person(people: People) -> None:
    token = people.signs_in("an").token
    with people.door.db.owner() as conn:
        assert accounts.disable(conn, "an", actor="admin") == 1
    assert sessions.read(people.door, token) is None
    assert refused(people.signs_in, "an", PASSWORD) == "access.disabled"
    assert refused(people.signs_in, "an", "wrong password") == "access.wrong"
    with people.door.db.owner() as conn:
        accounts.enable(conn, "an", actor="admin")
    assert sessions.read(people.door, token) is None, "ended is ended"
    assert people.signs_in("an").token


def test_costs_of_today_replace_those_of_yesterday(people: People) -> None:
    weak = people.door.hashing.prove(PASSWORD, b"0123456789abcdef", Costs(8 * 1024, 1, 1))
    with people.door.db.owner() as conn:
        conn.execute(
            "update access.password w set salt = %s, memory = %s, passes = %s, lanes = %s, verifier = %s"
            " from access.person p where p.id = w.person and p.login = 'an'",
            weak.values(),
        )
    assert people.signs_in("an").token and people.signs_in("an").token
    with people.door.db.owner() as conn:
        kept = conn.execute(
            "select memory, passes, lanes from access.password w join access.person p on p.id = w.person"
            " where login = 'an'"
        ).fetchone()
    assert kept == (hashing.MEMORY, hashing.PASSES, hashing.LANES) == (19 * 1024, 2, 1)


def test_changing_the_password(people: People) -> None:
    with clock.stopped(START):
        old, other = people.signs_in("an"), people.signs_in("an", caller=ELSEWHERE)
        session = sessions.read(people.door, old.token)
        assert session and session.proved
        assert refused(signing_in.change_password, people.door, session, old.token, "Vangthian2026") == (
            "access.password_easy"
        )
    with clock.stopped(after(minutes=11)):
        assert refused(signing_in.change_password, people.door, session, old.token, OTHER) == "access.prove_first"
        assert refused(signing_in.prove, people.door, session, old.token, "wrong password", HOME) == "access.wrong"
        signing_in.prove(people.door, session, old.token, PASSWORD, HOME)
        new = signing_in.change_password(people.door, session, old.token, OTHER)
        read = [sessions.read(people.door, token) for token in (old.token, other.token, new)]
        assert read[:2] == [None, None] and read[2] and read[2].id == session.id
        assert refused(people.signs_in, "an", PASSWORD) == "access.wrong"
        assert people.signs_in("an", OTHER).token


def test_every_try_is_in_the_ledger_and_stays_there(people: People) -> None:
    people.signs_in("an")
    refused(people.signs_in, "an", "wrong password")
    refused(people.signs_in, "mat khau cua toi", "an")
    with people.door.db.owner() as conn:
        rows = conn.execute("select outcome, person is not null from access.attempt order by id").fetchall()
        text = str(conn.execute("select * from access.attempt").fetchall())
    assert rows == [("right", True), ("wrong", True), ("wrong", False)]
    assert "mat khau" not in text, "what people type by mistake is blurred"
    for statement in ("delete from access.attempt", "update access.attempt set outcome = 'right'",
                      "truncate access.attempt"):  # fmt: skip
        with pytest.raises(errors.RaiseException), people.door.db.owner() as conn:
            conn.execute(statement)


SECRET_TABLES = ("secret", "password", "link", "session", "device", "second_factor", "recovery_code", "ticket",
                 "throttle", "attempt", "outside_identity", "outside_visit")  # fmt: skip
INNER = ("keep_password(1, '', 1, 1, 1, '', false, now())", "open_session(1, 'oidc', '', '', '', '', now(), now())",
         "vouched('', '')", "blurred('', '')", "live_session('', now())", "forgive('an', '', '')")  # fmt: skip


@pytest.mark.parametrize("table", SECRET_TABLES)
def test_the_application_reads_no_secrets(people: People, table: str) -> None:
    with pytest.raises(errors.InsufficientPrivilege), people.door.db.app() as conn:
        conn.execute(f"select * from access.{table}")


@pytest.mark.parametrize("call", INNER)
def test_the_application_reaches_no_inner_function(people: People, call: str) -> None:
    with pytest.raises(errors.InsufficientPrivilege), people.door.db.app() as conn:
        conn.execute(f"select access.{call}")


def test_one_slipped_in_select_learns_no_verifier_and_opens_no_session(people: People) -> None:
    """Somebody runs SQL as the application: they learn salts at most, and every guess is counted."""
    with people.door.db.owner() as conn:
        kept = conn.execute("select encode(verifier, 'hex') from access.password").fetchall()
    with people.door.db.app() as conn:
        seen = conn.execute(
            "select t.* from access.person p,"
            " access.begin_try(p.login, 'x', null, 'x', sha256(p.login::bytea), now()) t"
        ).fetchall()
        opened = conn.execute(
            "select f.outcome from generate_series(1, 3) n, access.finish_sign_in(sha256('an'::bytea), 'an',"
            " sha256(n::text::bytea), 'x', null, 'x', 'token', 'device', now(), now() + interval '1 day') f"
        ).fetchall()
    assert not any(verifier in str(seen) for (verifier,) in kept)
    assert opened == [("wrong",), ("stale",), ("stale",)], "a try is finished once"


def test_functions_keep_to_a_fixed_path(people: People) -> None:
    with people.door.db.owner() as conn:
        lax = conn.execute(
            "select proname from pg_proc f join pg_namespace n on n.oid = pronamespace where nspname = 'access'"
            " and prosecdef and not coalesce(proconfig, '{}') @> array['search_path=pg_catalog, pg_temp']"
        ).fetchall()
    assert lax == []


def test_tokens_are_kept_as_digests(people: People) -> None:
    signed = people.signs_in("an")
    with people.door.db.owner() as conn:
        (kept,) = conn.execute("select token from access.session where ended_at is null").fetchone() or (None,)
    assert kept == digest(signed.token) and len(signed.token) >= 43
