"""A new cluster: made whole in a draft folder, then given its name, so that no half one is ever used."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from tempfile import mkdtemp

from tinhso.foundation.postgres import binaries
from tinhso.foundation.postgres.places import Place
from tinhso.foundation.problems import refuse

DATABASE = "tinhso"
ADMIN, OWNER, APP = "postgres", "tinhso_owner", "tinhso_app"
INCLUDED = "tinhso.conf"
ENTRANCE = "local all all scram-sha-256\n"
"""Who may come in, and how: by the socket, with a password."""


def create(place: Place, passwords: Mapping[str, str], *, durable: bool = True) -> None:
    """Make the cluster with its three roles and its database. Drafts left by a crash are removed first.

    Raises:
        Refused: ``foundation.database_not_made``; nothing is left behind.
    """
    for left in place.folder.glob("draft-*"):
        shutil.rmtree(left)
    draft = Path(mkdtemp(prefix="draft-", dir=place.folder))
    place.account.own(draft)
    try:
        _initialise(place, draft, durable)
        single_user(place, draft, _first_statements(passwords))
        draft.rename(place.data)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def set_passwords(place: Place, passwords: Mapping[str, str]) -> None:
    """Give the roles new passwords while the server is stopped; for a home that lost its secrets."""
    single_user(place, place.data, [f"alter role {role} password '{word}'" for role, word in passwords.items()])


def single_user(place: Place, data: Path, statements: list[str]) -> None:
    """Run one-line statements without a server, as only the owner of the files can."""
    lines = "".join(f"{statement};\n" for statement in statements)
    done = place.account.run(place.programs / "postgres", "--single", "-D", data, ADMIN, text=lines)
    if done.returncode != 0 or "ERROR:" in done.stderr or "FATAL:" in done.stderr:
        raise refuse("foundation.database_not_made", value=place.folder, reason=_last_line(done.stderr))


def _initialise(place: Place, draft: Path, durable: bool) -> None:
    command = ["--pgdata", str(draft), "--username", ADMIN, "--auth=reject", "--encoding=UTF8"]
    command += ["--data-checksums", *_locale(place)]
    command += [] if durable else ["--no-sync"]
    done = place.account.run(place.programs / "initdb", *command)
    if done.returncode != 0:
        raise refuse("foundation.database_not_made", value=place.folder, reason=_last_line(done.stderr))
    with (draft / "postgresql.conf").open("a", encoding="utf-8") as configuration:
        configuration.write(f"\ninclude_if_exists = '{INCLUDED}'\n")
    (draft / "pg_hba.conf").write_text(ENTRANCE, encoding="utf-8")


def _locale(place: Place) -> list[str]:
    """One that every build has: order comes from stored sort keys, upper and lower case from Unicode."""
    if binaries.major(place.programs) >= 17:
        return ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    return ["--locale=C.UTF-8"]


def _first_statements(passwords: Mapping[str, str]) -> list[str]:
    return [
        f"alter role {ADMIN} password '{passwords[ADMIN]}'",
        f"create role {OWNER} login password '{passwords[OWNER]}'",
        f"create role {APP} login password '{passwords[APP]}'",
        f"create database {DATABASE} owner {OWNER}",
        f"revoke all on database {DATABASE} from public",
        f"grant connect, temporary on database {DATABASE} to {APP}",
    ]


def _last_line(said: str) -> str:
    lines = [line for line in said.splitlines() if line.strip() and not line.startswith("HINT")]
    return lines[-1].strip() if lines else "no message"
