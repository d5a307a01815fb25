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
UNANSWERED_PATIENCE = 60
"""Seconds to go on asking a server that runs and neither answers nor says that it is starting."""


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
        if not _bring_up(place, cluster, durable):
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


def _bring_up(place: Place, cluster: Cluster, durable: bool) -> bool:
    """Start what does not run, wait for what recovers. ``False``: it runs, but does not know our password."""
    started = time.monotonic()
    while True:
        if not postmaster.alive(place):
            postmaster.run(place, durable=durable)
        reason = _turned_away(cluster)
        if reason is None or "password authentication failed" in reason:
            return reason is None
        patience = postmaster.PATIENCE if "starting up" in reason else UNANSWERED_PATIENCE
        if time.monotonic() - started > patience:
            raise refuse("foundation.database_did_not_start", value=cluster.log, reason=reason)
        time.sleep(0.1)  # it may be dying just now, or shutting down for somebody else


def _turned_away(cluster: Cluster) -> str | None:
    """Why the server does not let us in, or nothing."""
    try:
        psycopg.connect(cluster.dsn_app, connect_timeout=CONNECT_TIMEOUT).close()
    except psycopg.OperationalError as error:
        full = "connection slots" in str(error) or "too many" in str(error)
        return None if full else str(error).strip()
    return None


def _renew_passwords(place: Place, settings: Settings, durable: bool) -> None:
    postmaster.stop(place)
    creation.set_passwords(place, _passwords(settings))
    postmaster.run(place, durable=durable)
