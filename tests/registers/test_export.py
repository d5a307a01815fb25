"""Lists carried out: exactly what is listed, masked as it is listed, in files that come back unchanged."""

from __future__ import annotations

import json
import os
import time
from datetime import date
from pathlib import Path
from typing import Any

import fastexcel
import openpyxl
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.registers.conftest import AN, BINH, People
from tinhso.access import grants
from tinhso.access.scope import Scope
from tinhso.foundation.problems import Refused
from tinhso.foundation.repeating import Repeating
from tinhso.intake import reading
from tinhso.registers import export, records
from tinhso.registers.export import Format, Wish, kept, streaming
from tinhso.registers.export import aside as asides

FEW = (
    {"code": "001", "name": "Lầu Thị An", "job": "giáo viên <&>", "age": 1030, "seen": date(2023, 11, 2)},
    {"code": "+84", "name": "=1+1", "job": "@SUM(A1)", "age": -5},
    {"code": "'-x", "name": "Sùng Thị Chi", "job": '"trích" dẫn, phẩy', "seen": date(1899, 1, 5), "in": BINH},
)


def carried(people: People, folder: Path, form: Format, scope: Scope | None = None, **narrowed: Any) -> Path:
    file = folder / f"out.{form}"
    export.write(people.db, Wish("people", form, **narrowed), file, scope=scope or people.station())
    return file


def officer(people: People, *, unmask: tuple[str, ...] = ("*",)) -> Scope:
    with people.db.app() as conn:
        return grants.over(conn, [AN], ["read", "propose", "approve", "export"], "an", unmask=unmask)


def test_a_workbook_has_real_cells(people: People, tmp_path: Path) -> None:
    people.put(*FEW)
    sheet = openpyxl.load_workbook(carried(people, tmp_path, "xlsx")).active
    assert sheet is not None and sheet.title == "Người" and sheet.freeze_panes == "A2"
    rows = {row[0].value: row for row in sheet.iter_rows(min_row=2)}
    assert [cell.value for cell in sheet[1]] == ["Mã", "Họ tên", "Việc", "Tuổi", "Ngày"]
    code, name, job, age, seen = rows["001"]
    assert (code.number_format, code.data_type) == ("@", "s"), "a number that is a name stays text"
    assert (name.value, job.value) == ("Lầu Thị An", "giáo viên <&>")
    assert (age.value, age.number_format, seen.number_format) == (1030, "0", "dd/mm/yyyy")
    assert seen.is_date and seen.value.isoformat().startswith("2023-11-02")
    assert [cell.data_type for cell in rows["+84"][:3]] == ["s", "s", "s"], "no text becomes a formula"
    assert rows["'-x"][4].value == "05/01/1899", "older than a spreadsheet's days"
    assert sheet.auto_filter.ref == "A1:E4" and sheet.page_setup.orientation == "landscape"


def test_csv_is_safe_and_comes_back(people: People, tmp_path: Path) -> None:
    people.put(*FEW)
    file = carried(people, tmp_path, "csv")
    assert file.read_bytes().startswith(b'\xef\xbb\xbf"M\xc3\xa3","H')
    for line in file.read_text("utf-8-sig").splitlines()[1:]:
        assert not any(cell.strip('"')[:1] in tuple("=+@\t") for cell in line.split('","')), line
    frame = reading.read(file, "out.csv").sheets[0].frame
    assert sorted(frame["c0"]) == ["'-x", "+84", "001"] and "=1+1" in frame["c1"].to_list()
    assert "-5" in frame["c3"].to_list()


TEXTS = st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=12).map(
    lambda text: text.strip() or "x"
)


@given(st.lists(st.tuples(TEXTS, st.none() | st.sampled_from(["=", "+", "-", "@", "'", "'=", "''-"])), max_size=8))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_comes_back_from_csv(people: People, tmp_path: Path, texts: list[tuple[str, str | None]]) -> None:
    """Without the database: what is written is what reading finds."""
    from tinhso.registers.export import texts as writing
    from tinhso.registers.export.layout import Layout

    names = [f"{front or ''}{text}" for text, front in texts] or ["x"]
    fields = ("code", "name")
    layout = Layout(people.declaration, fields, ("Mã", "Họ tên"), frozenset(), {}, {}, {})
    with writing.opened(tmp_path / "t.csv", layout, 0) as add:
        add(pl.DataFrame({"code": [f"k{at}" for at in range(len(names))], "name": names}))
    frame = reading.read(tmp_path / "t.csv", "t.csv").sheets[0].frame
    assert [text.replace(",", ",") for text in frame["c1"].to_list()] == names


@pytest.mark.parametrize("form", export.FORMATS)
def test_exactly_what_is_listed(people: People, tmp_path: Path, form: Format) -> None:
    people.put(*({"code": f"p{at}", "name": f"Tên {at:02}", "job": "Dệt" if at % 2 else "May", "age": at}
                 for at in range(25)))  # fmt: skip
    with people.db.app(people.station().settings()) as conn:
        asked: dict[str, Any] = {"filters": {"job": "Dệt"}, "search": "ten"}
        listed = [row["code"] for row in records.page(conn, people.declaration, scope=people.station(), **asked).rows]
    assert len(listed) == 12
    assert read(carried(people, tmp_path, form, **asked), form) == listed


def read(file: Path, form: Format) -> list[str]:
    """The codes of a file, in its order."""
    if form == "xlsx":
        return [str(code) for code in fastexcel.read_excel(file).load_sheet(0).to_polars()["Mã"]]
    if form == "csv":
        return pl.read_csv(file)["Mã"].to_list()
    if form == "parquet":
        return pl.read_parquet(file)["code"].to_list()
    return [each["properties"]["code"] for each in json.loads(file.read_text())["features"]]


@pytest.mark.parametrize("form", export.FORMATS)
def test_nothing_beyond_the_scope_and_nothing_lost_between_portions(
    people: People, tmp_path: Path, form: Format, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streaming, "PORTION", 3)
    people.put(*({"code": f"p{at}", "name": f"Tên {at:02}", "in": AN if at % 2 else BINH} for at in range(20)))
    assert read(carried(people, tmp_path, form, officer(people)), form) == [f"p{at}" for at in range(1, 20, 2)]
    assert len(read(carried(people, tmp_path, form), form)) == 20


@pytest.mark.parametrize("form", export.FORMATS)
def test_a_list_of_nobody_is_a_file_all_the_same(people: People, tmp_path: Path, form: Format) -> None:
    assert read(carried(people, tmp_path, form), form) == []


def test_typed_columns_and_points(people: People, tmp_path: Path) -> None:
    people.put(FEW[0])
    frame = pl.read_parquet(carried(people, tmp_path, "parquet"))
    assert frame.schema == {"code": pl.String, "name": pl.String, "job": pl.String, "age": pl.Int64, "seen": pl.Date}
    (feature,) = json.loads(carried(people, tmp_path, "geojson").read_text())["features"]
    assert feature["properties"]["age"] == 1030 and feature["properties"]["seen"] == "2023-11-02"
    assert feature["properties"]["located"] in ("area", None)


def test_the_verb_is_needed(people: People, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="may not"):
        carried(people, tmp_path, "csv", people.officer(AN))


def asked(people: People, scope: Scope, **wished: Any) -> kept.Export:
    with people.db.app(scope.settings()) as conn:
        return kept.asked(conn, Wish("people", **wished), scope=scope)


def made_of(people: People, home: Path, scope: Scope) -> kept.Export:
    """A file that is there."""
    found = asked(people, scope)
    asides.begin(people.db, home, found, Wish("people"), scope=scope)
    return found


def fetched(people: People, home: Path, number: int, scope: Scope) -> Path:
    with people.db.app(scope.settings()) as conn:
        return kept.fetched(conn, home, number, scope=scope)[1]


def test_only_its_maker_fetches_a_file(people: People, tmp_path: Path) -> None:
    people.put(*FEW)
    an, other = officer(people), people.station()
    made = made_of(people, tmp_path, an)
    assert fetched(people, tmp_path, made.id, an).read_bytes()
    with pytest.raises(Refused, match="no file"):
        fetched(people, tmp_path, made.id, other)


def test_who_sees_other_things_now_makes_it_again(people: People, tmp_path: Path) -> None:
    an = officer(people)
    made = made_of(people, tmp_path, an)
    with pytest.raises(Refused, match="is gone"):
        fetched(people, tmp_path, made.id, officer(people, unmask=()))
    assert not kept.place(tmp_path, made.id).exists()


def test_after_a_day_it_is_gone(people: People, tmp_path: Path) -> None:
    an = officer(people)
    made = made_of(people, tmp_path, an)
    with people.db.owner() as conn:
        conn.execute("update registers.export set made_at = made_at - interval '25 hours'")
    with pytest.raises(Refused, match="is gone"):
        fetched(people, tmp_path, made.id, an)


def test_files_are_swept_after_a_day(tmp_path: Path) -> None:
    old, new = kept.place(tmp_path, 1), kept.place(tmp_path, 2)
    for path, age in ((old, 25), (new, 1)):
        path.write_bytes(b"x")
        os.utime(path, (time.time() - age * 3600,) * 2)
    assert kept.sweep(tmp_path) == 1 and new.exists() and not old.exists()


def test_the_server_sweeps_by_itself(tmp_path: Path) -> None:
    old = kept.place(tmp_path, 1)
    old.write_bytes(b"x")
    os.utime(old, (time.time() - 25 * 3600,) * 2)
    sweeper = Repeating("sweeping", 600, lambda: kept.sweep(tmp_path))
    for _ in range(100):
        if not old.exists():
            break
        time.sleep(0.02)
    sweeper.close()
    assert not old.exists()


def test_a_long_one_is_made_beside(people: People, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    people.put(*FEW)
    monkeypatch.setattr(asides, "SHORT", 1)
    an = officer(people)
    made = asked(people, an, format="xlsx")
    with pytest.raises(Refused, match="not finished"):
        fetched(people, tmp_path, made.id, an)
    thread = asides.begin(people.db, tmp_path, made, Wish("people", "xlsx"), scope=an)
    assert thread is not None
    thread.join(60)
    assert read(fetched(people, tmp_path, made.id, an), "xlsx") == ["+84", "001"]


def test_one_that_died_is_said_to_be_interrupted(people: People) -> None:
    an = officer(people)
    made = asked(people, an)
    with people.db.owner() as conn:
        conn.execute("update registers.export set state = 'running', beat_at = beat_at - interval '1 hour'")
    with people.db.app(an.settings()) as conn:
        assert kept.one(conn, made.id).state == "interrupted"


def test_a_refusal_is_kept_with_it(people: People, tmp_path: Path) -> None:
    an = officer(people)
    made = asked(people, an)
    wrong = Wish("people", filters={"nothing": "x"})
    asides.make(people.db, asides.Task(people.db.dsn_app, people.db.dsn_owner, tmp_path, made.id, wrong, an))
    with people.db.app(an.settings()) as conn:
        found = kept.one(conn, made.id)
    assert found.state == "failed" and found.problem and found.problem["code"] == "registers.unknown_field"
    assert not kept.place(tmp_path, made.id).exists()


def test_not_many_at_a_time(people: People) -> None:
    an = officer(people)
    for _ in range(kept.AT_ONCE):
        asked(people, an)
    with pytest.raises(Refused, match="unfinished"):
        asked(people, an)
