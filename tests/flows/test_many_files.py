"""Many files in a row, each compared while the one before it is committed: the later one still has the last word."""

from __future__ import annotations

from pathlib import Path

from tests.flows.bad_files import REGISTER, Counter, point, workbook
from tinhso.access import grants
from tinhso.intake import in_turn


def _files(folder: Path, *names: str) -> list[tuple[Path, str]]:
    """One workbook for each name, all of the same point."""
    files = []
    for number, name in enumerate(names):
        path = folder / f"{number}.xlsx"
        path.write_bytes(workbook([point("DC-100", name=name)]))
        files.append((path, REGISTER))
    return files


def test_the_last_of_several_files_about_one_record_wins(counter: Counter, tmp_path: Path) -> None:
    names = [f"Điểm {at % 3}" for at in range(8)]
    taken = list(in_turn.take_in_many(counter.desk, _files(tmp_path, *names), scope=grants.station(), sender="An"))
    assert [one.commit is not None and (one.commit.new, one.commit.changed) for one in taken] == [(1, 0), *[(0, 1)] * 7]
    with counter.desk.db.owner() as conn:
        found = conn.execute("select name, version from registers.video_points where key = 'DC-100'").fetchone()
    assert found == (names[-1], 8)


def test_whoever_stops_half_way_leaves_nothing_open(counter: Counter, tmp_path: Path) -> None:
    """The file after the one that was committed had been compared and its rows sent."""
    files = []
    for number in range(6):
        path = tmp_path / f"{number}.xlsx"
        path.write_bytes(workbook([point(f"DC-20{number}")]))
        files.append((path, REGISTER))
    taking = in_turn.take_in_many(counter.desk, files, scope=grants.station(), sender="An")
    assert next(taking).commit is not None and next(taking).commit is not None
    taking.close()
    with counter.desk.db.owner() as conn:
        kept = conn.execute("select array_agg(key order by key) from registers.video_points where key like 'DC-2%'")
        assert kept.fetchone() == (["DC-200", "DC-201"],)
        assert conn.execute("select count(*) from pg_tables where schemaname = 'inbox'").fetchone() == (0,)
        waiting = "select count(*) from pg_stat_activity where state like 'idle in%' and datname = current_database()"
        assert conn.execute(waiting).fetchone() == (0,)
