"""A server that others run: our roles are made there, or the refusal says what is lacking."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from tinhso import schema
from tinhso.foundation.postgres import server
from tinhso.foundation.postgres.opening import database
from tinhso.foundation.problems import Refused
from tinhso.foundation.settings import Settings

CLEARED = """
drop database tinhso;
drop role tinhso_app;
drop role tinhso_owner;
create role provincial login createrole password 'p';
create role plain login password 'p';
create database province owner provincial
"""


@pytest.fixture
def outside(home: Settings, tmp_path: Path) -> Settings:
    """Settings that name an empty database on a server without our roles."""
    admin = make_conninfo(server.start(home, durable=False).dsn_admin, dbname="postgres")
    with psycopg.connect(admin, autocommit=True) as conn:
        for statement in CLEARED.split(";"):
            conn.execute(statement.encode())
    url = make_conninfo(admin, user="provincial", password="p", dbname="province")
    return Settings(home=tmp_path, database_url=url)


def test_roles_are_made_once_and_the_tables_fit(outside: Settings) -> None:
    for _ in range(2):
        with database(outside) as db:
            schema.apply(db)
            with db.app() as conn:
                assert conn.execute("select user, count(*) from areas.area").fetchone() == ("tinhso_app", 0)


def test_a_home_that_lost_its_secrets_gets_new_passwords(outside: Settings, tmp_path: Path) -> None:
    database(outside).close()
    with database(replace(outside, home=tmp_path / "other")) as db, db.owner() as conn:
        assert conn.execute("select user").fetchone() == ("tinhso_owner",)


def test_a_user_without_the_right_is_told(outside: Settings) -> None:
    url = make_conninfo(outside.database_url or "", user="plain")
    with pytest.raises(Refused, match="User plain may not make role tinhso_owner"):
        database(replace(outside, database_url=url))


def test_a_server_out_of_reach_is_told(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="cannot be reached"):
        database(Settings(home=tmp_path, database_url="postgresql://someone@localhost:1/none"))
