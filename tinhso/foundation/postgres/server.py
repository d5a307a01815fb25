"""Start and stop the embedded server; both may be called at any time, by several processes at once."""

from __future__ import annotations

import fcntl
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg.conninfo import make_conninfo

from tinhso.foundation.postgres import binaries, creation, places, postmaster
from tinhso.foundation.postgres.places import Place
from tinhso.foundation.problems import refuse
from tinhso.foundation.secrets import secret
from tinhso.foundation.settings import Settings

CONNECT_TIMEOUT = 10


@dataclass(frozen=True, slots=True)
class Cluster:
    """A server that runs: how each role connects, and where data and log lie."""

    dsn_admin: str
    dsn_owner: str
    dsn_app: str
    data: Path
    log: Path


def start(settings: Settings, *, durable: bool = True) -> Cluster:
    """The running server of this home: found, or started, or made first. ``durable=False`` only in tests.

    Raises:
        Refused: it cannot be made or started; the sentence says why.
    """
    with _alone(settings):
        place = places.find(settings)
        cluster = _cluster(place, _passwords(settings))
        if not place.data.exists():
            creation.create(place, _passwords(settings), durable=durable)
        _check_version(place)
        if not postmaster.alive(place):
            postmaster.run(place, durable=durable)
        if not _answers(cluster):
            _renew_passwords(place, settings, durable)
    return cluster


def stop(settings: Settings) -> None:
    """Stop the server of this home; nothing happens when there is none."""
    if places.remembered(settings):
        with _alone(settings):
            postmaster.stop(places.find(settings))


def remove(settings: Settings) -> None:
    """Stop the server and delete its data for good, wherever they lie."""
    folder = places.remembered(settings)
    if folder:
        stop(settings)
        shutil.rmtree(folder, ignore_errors=True)
        shutil.rmtree(places.shelter(settings), ignore_errors=True)
        shutil.rmtree(settings.home / "postgres", ignore_errors=True)


@contextmanager
def _alone(settings: Settings) -> Iterator[None]:
    """One process at a time; a killed holder's lock is freed by the system."""
    settings.home.mkdir(parents=True, exist_ok=True)
    with (settings.home / "postgres.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _passwords(settings: Settings) -> dict[str, str]:
    folder = settings.home / "secrets"
    return {role: secret(folder, role) for role in (creation.ADMIN, creation.OWNER, creation.APP)}


def _cluster(place: Place, passwords: dict[str, str]) -> Cluster:
    def dsn(role: str) -> str:
        return make_conninfo(
            host=str(place.socket), port=5432, dbname=creation.DATABASE, user=role, password=passwords[role]
        )

    return Cluster(dsn(creation.ADMIN), dsn(creation.OWNER), dsn(creation.APP), place.data, place.log)


def _check_version(place: Place) -> None:
    found = (place.data / "PG_VERSION").read_text(encoding="ascii").strip()
    wanted = str(binaries.major(place.programs))
    if found != wanted:
        raise refuse("foundation.other_version", value=place.data, found=found, wanted=wanted)


def _answers(cluster: Cluster) -> bool:
    """Whether the server lets us in; waits while it recovers. ``False``: it does not know our password."""
    deadline = time.monotonic() + postmaster.PATIENCE
    while True:
        try:
            psycopg.connect(cluster.dsn_app, connect_timeout=CONNECT_TIMEOUT).close()
            return True
        except psycopg.OperationalError as error:
            if "password authentication failed" in str(error):
                return False
            if time.monotonic() > deadline or "starting up" not in str(error):
                raise refuse("foundation.database_did_not_start", value=cluster.log, reason=str(error)) from error
            time.sleep(0.1)


def _renew_passwords(place: Place, settings: Settings, durable: bool) -> None:
    postmaster.stop(place)
    creation.set_passwords(place, _passwords(settings))
    postmaster.run(place, durable=durable)
