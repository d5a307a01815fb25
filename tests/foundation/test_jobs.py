"""A job belongs to the transaction that deferred it, and is done by whoever works."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from tinhso.foundation import jobs
from tinhso.foundation.database import Database


@pytest.fixture(autouse=True)
def own_jobs(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Jobs declared in a test are forgotten after it."""
    monkeypatch.setattr(jobs, "_jobs", {})
    yield


def test_a_job_is_done_only_if_its_transaction_commits(db: Database) -> None:
    done: list[int] = []

    @jobs.job("test.note")
    def note(db: Database, number: int) -> None:
        done.append(number)

    with db.app() as conn:
        jobs.defer(conn, "test.note", number=1)
    with pytest.raises(ZeroDivisionError), db.app() as conn:
        jobs.defer(conn, "test.note", number=2)
        raise ZeroDivisionError
    jobs.run_waiting(db)
    assert done == [1]


def test_a_job_works_on_the_database_it_was_deferred_in(db: Database) -> None:
    with db.owner() as conn:
        conn.execute("create table done (number int)")

    @jobs.job("test.write")
    def write(db: Database, number: int) -> None:
        with db.owner() as conn:
            conn.execute("insert into done values (%s)", (number,))

    with db.owner() as conn:
        jobs.defer(conn, "test.write", number=7)
    jobs.run_waiting(db)
    with db.owner() as conn:
        assert conn.execute("select number from done").fetchall() == [(7,)]


def test_a_worker_hears_of_a_job_at_once_and_ends_when_asked(db: Database) -> None:
    done: list[int] = []

    @jobs.job("test.note")
    def note(db: Database, number: int) -> None:
        done.append(number)

    with jobs.Worker(db):
        time.sleep(0.5)
        with db.app() as conn:
            jobs.defer(conn, "test.note", number=3, lock="one")
        deadline = time.monotonic() + 4  # the worker polls every five seconds, so this is the notification
        while not done and time.monotonic() < deadline:
            time.sleep(0.02)
    assert done == [3]


def test_a_worker_that_is_left_at_once_ends(db: Database) -> None:
    with jobs.Worker(db):
        pass


def test_a_failed_job_is_kept_to_be_tried_again(db: Database) -> None:
    @jobs.job("test.fail")
    def fail(db: Database) -> None:
        raise RuntimeError("no")

    with db.app() as conn:
        jobs.defer(conn, "test.fail")
    jobs.run_waiting(db)
    with db.owner() as conn:
        assert conn.execute("select status::text, attempts from jobs.procrastinate_jobs").fetchall() == [("todo", 1)]


def test_installing_again_changes_nothing(db: Database) -> None:
    with db.owner() as conn:
        assert jobs.installed(conn)
        jobs.install(conn)


def test_an_older_library_s_tables_are_brought_up_to_date() -> None:
    assert jobs._scripts_after("99.0.0") == []
    assert len(jobs._scripts_after("3.2.0")) >= 1
    assert len(jobs._scripts_after(None)) == 1
