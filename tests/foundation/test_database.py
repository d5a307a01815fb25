"""Transactions, the two roles, settings that do not outlive a transaction, notifications."""

from __future__ import annotations

from threading import Thread

import pytest

from tinhso.foundation.database import SQL, Database, errors, ident, notify
from tinhso.foundation.problems import Refused

POWERS = "select rolsuper, rolbypassrls, rolcreaterole from pg_roles where rolname = user"


def test_a_transaction_is_kept_whole_or_not_at_all(db: Database) -> None:
    with db.owner() as conn:
        conn.execute("create table note (text text)")
        conn.execute("grant select on note to tinhso_app")
    with pytest.raises(ZeroDivisionError), db.owner() as conn:
        conn.execute("insert into note values ('lost')")
        raise ZeroDivisionError
    with db.app() as conn:
        assert conn.execute("select count(*) from note").fetchone() == (0,)


def test_settings_end_with_their_transaction(db: Database) -> None:
    with db.app({"tinhso.low0": "5", "tinhso.actor": "An'; drop"}) as conn:
        row = conn.execute("select current_setting('tinhso.low0'), current_setting('tinhso.actor')").fetchone()
        assert row == ("5", "An'; drop")
    with db.app() as conn:
        assert conn.execute("select nullif(current_setting('tinhso.low0', true), '')").fetchone() == (None,)


def test_the_application_owns_nothing_and_may_not_create(db: Database) -> None:
    with db.app() as conn:
        assert conn.execute(POWERS).fetchone() == (False, False, False)
    with pytest.raises(errors.InsufficientPrivilege), db.app() as conn:
        conn.execute("create table mine (x int)")
    with pytest.raises(errors.InsufficientPrivilege), db.app() as conn:
        conn.execute("delete from registers.change_set")


def test_the_owner_is_no_superuser(db: Database) -> None:
    with db.owner() as conn:
        assert conn.execute(POWERS).fetchone() == (False, False, False)


def test_names_are_quoted(db: Database) -> None:
    with db.owner() as conn:
        conn.execute(SQL("create table {} (x int)").format(ident("public", 'tên "lạ"; --')))
        assert conn.execute('select to_regclass(\'public."tên ""lạ""; --"\') is not null').fetchone() == (True,)


def test_compilation_is_off_and_time_is_vietnamese(db: Database) -> None:
    with db.app() as conn:
        assert conn.execute("select current_setting('jit'), current_setting('timezone')").fetchone() == (
            "off",
            "Asia/Ho_Chi_Minh",
        )


def test_a_listener_hears_what_is_committed_after_it_began(db: Database) -> None:
    with db.listen("news") as listener:
        with pytest.raises(ZeroDivisionError), db.app() as conn:
            notify(conn, "news", "rolled back")
            raise ZeroDivisionError
        with db.app() as conn:
            notify(conn, "news", "kept")
        assert next(iter(listener)) == "kept"


def test_a_quiet_listener_says_so(db: Database) -> None:
    with db.listen("news", every=0.05) as listener:
        assert next(iter(listener)) is None


def test_a_listener_survives_a_cut_connection(db: Database) -> None:
    with db.listen("news") as listener, db.app() as conn:
        heard = iter(listener)
        conn.execute("select pg_terminate_backend(pid) from pg_stat_activity where query like 'listen %'")
        assert next(heard) is None
        notify(conn, "news", "again")
        conn.commit()
        assert next(heard) == "again"


def test_closing_ends_the_listening_thread(db: Database) -> None:
    listener = db.listen("news")
    thread = Thread(target=lambda: list(listener))
    thread.start()
    listener.close()
    thread.join(timeout=5)
    assert not thread.is_alive()


def test_a_closed_database_opens_again(db: Database) -> None:
    for _ in range(2):
        with db.app() as conn:
            conn.execute("select 1")
        db.close()


def test_connections_cut_by_a_restart_are_replaced(db: Database) -> None:
    with db.app() as conn:
        mine = conn.info.backend_pid
    with db.owner() as conn:
        pass
    with db.app() as first, db.app() as second:
        other = second if first.info.backend_pid == mine else first
        other.execute("select pg_terminate_backend(%s)", (mine,))
    with db.app() as conn:
        assert conn.info.backend_pid != mine


@pytest.mark.parametrize("query", ["select %s::text", "select to_jsonb(%s::json ->> 'a')"])
def test_a_text_with_nul_is_refused_in_words(db: Database, query: str) -> None:
    text = "a\x00b" if "json" not in query else '{"a": "\\u0000"}'
    with pytest.raises(Refused, match="NUL"), db.app() as conn:
        conn.execute(SQL(query), (text,))
    with pytest.raises(errors.DivisionByZero), db.app() as conn:
        conn.execute("select 1 / 0")
