"""A PostgreSQL server that others run, named by ``TINHSO_DATABASE_URL``: the two roles are made there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.sql import SQL, Identifier, Literal

from tinhso.foundation.postgres.creation import APP, OWNER
from tinhso.foundation.problems import refuse
from tinhso.foundation.secrets import secret
from tinhso.foundation.settings import Settings

OLDEST = 150000
"""``server_version_num`` of PostgreSQL 15."""


@dataclass(frozen=True, slots=True)
class Outside:
    """How each role connects to the server."""

    dsn_owner: str
    dsn_app: str


def prepare(settings: Settings) -> Outside:
    """Make sure that both roles exist and may come in with this home's passwords.

    The URL's user must be able to create roles and own the database; its password is used for nothing else.

    Raises:
        Refused: ``foundation.database_unreachable``, ``..._rights`` or ``..._too_old``.
    """
    url = settings.database_url or ""
    passwords = {role: secret(settings.home / "secrets", role) for role in (OWNER, APP)}
    try:
        dsns = {role: make_conninfo(url, user=role, password=word) for role, word in passwords.items()}
    except psycopg.ProgrammingError as error:
        raise refuse("foundation.database_unreachable", reason=str(error).strip()) from error
    if not all(map(_lets_in, dsns.values())):
        _make_roles(url, passwords)
    return Outside(dsns[OWNER], dsns[APP])


def _lets_in(dsn: str) -> bool:
    try:
        with psycopg.connect(dsn) as conn:
            held = conn.execute("select has_database_privilege(current_database(), 'connect')").fetchone()
            return bool(held and held[0])
    except psycopg.OperationalError:
        return False


def _make_roles(url: str, passwords: dict[str, str]) -> None:
    try:
        conn = psycopg.connect(url)
    except psycopg.OperationalError as error:
        raise refuse("foundation.database_unreachable", reason=error) from error
    with conn:
        if conn.info.server_version < OLDEST:
            raise refuse("foundation.database_too_old", value=conn.info.server_version // 10000)
        user = conninfo_to_dict(url).get("user") or conn.info.user
        for role, password in passwords.items():
            _try(conn, role, str(user), [_role_statement(conn, role, password)])
        _try(conn, OWNER, str(user), _grants(conn))


def _role_statement(conn: psycopg.Connection[Any], role: str, password: str) -> str:
    known = conn.execute("select 1 from pg_roles where rolname = %s", (role,)).fetchone()
    verb = SQL("alter" if known else "create")
    statement = SQL("{} role {} login password {}").format(verb, Identifier(role), Literal(password))
    return statement.as_string(conn)


def _grants(conn: psycopg.Connection[Any]) -> list[str]:
    names = {"database": Identifier(conn.info.dbname), "owner": Identifier(OWNER), "app": Identifier(APP)}
    statements = (
        "grant create, connect, temporary on database {database} to {owner}",
        "grant connect, temporary on database {database} to {app}",
        "grant create, usage on schema public to {owner}",
        "grant usage on schema public to {app}",
    )
    return [SQL(statement).format(**names).as_string(conn) for statement in statements]


def _try(conn: psycopg.Connection[Any], role: str, user: str, statements: list[str]) -> None:
    try:
        for statement in statements:
            conn.execute(statement.encode())
    except psycopg.errors.InsufficientPrivilege as error:
        raise refuse("foundation.database_rights", value=role, user=user, reason=error.diag.message_primary) from error
