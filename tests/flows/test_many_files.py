"""Many files in a row, each compared while the one before it is committed: the later one still has the last word."""

from __future__ import annotations

from pathlib import Path

from tests.flows.bad_files import REGISTER, Counter, point, workbook
from tinhso.access import grants
from tinhso.intake import river


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
    taken = list(river.take_in_many(counter.desk, _files(tmp_path, *names), scope=grants.station(), sender="An"))
    assert [one.commit is not None and (one.commit.new, one.commit.changed) for one in taken] == [(1, 0), *[(0, 1)] * 7]
    with counter.desk.db.owner() as conn:
        found = conn.execute("select name, version from registers.video_points where key = 'DC-100'").fetchone()
    assert found == (names[-1], 8)
