"""Every bad file gets a clear answer, names its place and its mend, and nothing is written or lost."""

from __future__ import annotations

import os

import pytest

from tests.flows.bad_files import (
    GOOD,
    HEADINGS,
    Counter,
    delimited,
    encrypted,
    old_workbook,
    point,
    with_part,
    workbook,
)
from tinhso.foundation.problems import Refused
from tinhso.intake.river import Taken

MA_LE, LUNG_CU = "00718", "00715"


def _codes(taken: Taken) -> set[str]:
    return {problem.code for problem in taken.examined.problems}


def _answered(counter: Counter, taken: Taken, code: str) -> None:
    """The answer has the code, whole sentences in both languages, and nothing was written."""
    found = [problem for problem in taken.examined.problems if problem.code == code]
    assert found and taken.examined.errors, _codes(taken)
    for problem in found:
        said = [text.replace("99…", "") for text in (problem.vi, problem.en)]
        assert all("…" not in text and text.endswith((".", "?")) for text in said), "every fact is filled in"
    assert taken.commit is None and counter.kept() == (3, 1)
    assert taken.as_json()["committed"] is False


UNREADABLE = {
    "intake.empty_file": b"",
    "intake.not_a_workbook": b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
    "intake.encrypted": encrypted(),
    "intake.damaged": workbook()[:3000],
    "intake.web_page": b"<html><table><tr><td>DC-004</td></tr></table></html>",
    "intake.bomb": with_part(lambda _: b"<worksheet>" + b" " * 400_000_000),
    "intake.xml_trick": with_part(lambda part: part.replace(b"<worksheet", b'<!DOCTYPE a [<!ENTITY b "">]><worksheet')),
    "intake.too_spread": with_part(lambda part: part.replace(b'r="3"', b'r="1048576"').replace(b"A3", b"XFD1048576")),
}


@pytest.mark.parametrize("only_good", [False, True], ids=["whole", "good-rows"])
@pytest.mark.parametrize("code", UNREADABLE)
def test_what_cannot_be_read_is_never_committed(counter: Counter, code: str, only_good: bool) -> None:
    _answered(counter, counter.takes(UNREADABLE[code], only_good=only_good), code)


def test_two_million_rows(counter: Counter) -> None:
    many = delimited(()) + b"DC-004,UBND,x\xc3\xa3,,,01/06/2022\n" * 2_000_000
    taken = counter.takes(many, "two_million.csv")
    assert "intake.too_many_rows" in _codes(taken)
    _answered(counter, taken, "intake.too_many_rows")


WIDE = ",".join(f"Cột {at}" for at in range(5_000)) + "\n" + ",".join("x" * 5_000) + "\n"
LONG = "x" * 30_000_000
TOO_MUCH = {
    "columns": (WIDE, "intake.too_many_columns", "5.000 cột"),
    "columns and rows": (WIDE + WIDE.partition("\n")[2] * 100, "intake.too_many_columns", "5.000 cột"),
    "a cell": (delimited([point("DC-004", name=LONG)]).decode(), "intake.too_long_cell", "ô B2 "),
    "a quoted cell": (delimited([point(), point(name=f'"{LONG}"')]).decode(), "intake.too_long_cell", "ô B3 "),
    "a heading": (delimited(headings=(LONG, *HEADINGS[1:])).decode(), "intake.too_long_cell", "ô A1 "),
}


@pytest.mark.parametrize(("content", "code", "said"), TOO_MUCH.values(), ids=list(TOO_MUCH))
def test_too_much_of_something_is_said_with_its_place(counter: Counter, content: str, code: str, said: str) -> None:
    taken = counter.takes(content.encode(), "diem_cau.csv")
    _answered(counter, taken, code)
    assert said in taken.examined.problems[0].vi


def test_a_workbook_with_too_many_columns(counter: Counter) -> None:
    taken = counter.takes(workbook([["x"] * 1_001], [f"Cột {at}" for at in range(1_001)]))
    _answered(counter, taken, "intake.too_many_columns")


@pytest.mark.parametrize("broken", ["Mã;a\n\n".encode("utf-16") + b"a", "Mã\na\na".encode("utf-16") + b"\x00\xd8"])
def test_broken_letters_are_told_with_their_line(counter: Counter, broken: bytes) -> None:
    taken = counter.takes(broken, "diem_cau.csv")
    _answered(counter, taken, "intake.damaged_text")
    assert "dòng 3" in taken.examined.problems[0].vi


ROWS = {
    "formula that failed": ([point("DC-004", opened="=1/0")], "intake.formula_error", "F3"),
    "day that never was": ([point("DC-004", opened="31/02/2022")], "intake.not_a_date", "F3"),
    "key twice in the file": ([point("DC-004"), point("DC-004")], "intake.twice_in_file", "A3"),
    "commune that is none": ([point("DC-004", commune="Xã Lung Linh")], "intake.unknown_area", "E3"),
    "key of 10 kB": ([point("9" * 10_000)], "intake.pattern", "A3"),
    "braces of a template": ([point("{0.__class__}")], "intake.pattern", "A3"),
    "nothing where something must be": ([point("DC-004", name="\u200b")], "intake.required", "B3"),
}


@pytest.mark.parametrize(("rows", "code", "cell"), ROWS.values(), ids=list(ROWS))
def test_a_bad_cell_is_named(counter: Counter, rows: list[tuple[str, ...]], code: str, cell: str) -> None:
    taken = counter.takes(workbook(rows))
    _answered(counter, taken, code)
    found = next(problem for problem in taken.examined.problems if problem.code == code)
    assert (found.sheet, found.cell, found.row) == ("Danh sách", cell, int(cell[1:]))


def test_a_failed_formula_of_an_old_workbook_wipes_nothing(counter: Counter) -> None:
    taken = counter.takes(old_workbook([point("DC-001", district="=1/0"), *GOOD[1:]]), "diem_cau.xls")
    _answered(counter, taken, "intake.formula_error")
    assert [(each.cell, each.facts["error"]) for each in taken.examined.problems] == [("D3", "#DIV/0!")]


def test_an_old_workbook_is_read_by_its_fonts(counter: Counter) -> None:
    content = old_workbook([point("DC-004", name="Sïng", level="x·", district="", commune="")], font=".VnTime")
    taken = counter.takes(content, "diem_cau.xls")
    assert taken.commit is not None, taken.examined.problems
    with counter.desk.db.app(counter.scope(None).settings()) as conn:
        kept = conn.execute("select name from registers.video_points where key = 'DC-004'").fetchone()
    assert kept == ("Sùng",)


def test_unicode_typed_in_an_old_font_stays_what_it_is(counter: Counter) -> None:
    content = old_workbook([*GOOD, point("DC-004", name="Lò Mã")], font=".VnTime")
    taken = counter.takes(content, "diem_cau.xls")
    assert taken.commit is not None and (taken.commit.new, taken.commit.same) == (1, 3), taken.examined.problems
    with counter.desk.db.app(counter.scope(None).settings()) as conn:
        kept = conn.execute("select name from registers.video_points where key = 'DC-004'").fetchone()
    assert kept == ("Lò Mã",)


COLUMNS = {
    "a missing column": ([row[:5] for row in GOOD], HEADINGS[:5], "intake.missing_column"),
    "an unknown column": ([(*row, "x") for row in GOOD], (*HEADINGS, "Cột lạ"), "intake.unknown_column"),
    "the same column twice": ([(*row, "x") for row in GOOD], (*HEADINGS, HEADINGS[1]), "intake.heading_twice"),
    "one column": ([("DC-004",)], HEADINGS[:1], "intake.missing_column"),
}


@pytest.mark.parametrize(("rows", "headings", "code"), COLUMNS.values(), ids=list(COLUMNS))
def test_wrong_columns(counter: Counter, rows: list[tuple[str, ...]], headings: tuple[str, ...], code: str) -> None:
    _answered(counter, counter.takes(workbook(rows, headings)), code)
    _answered(counter, counter.takes(delimited(rows, headings), "diem_cau.csv"), code)


def test_a_file_of_another_register(counter: Counter) -> None:
    taken = counter.takes(workbook(), register="workers")
    _answered(counter, taken, "intake.other_register")
    assert "Điểm cầu trực tuyến" in taken.examined.problems[0].vi


def test_headings_alone_say_nothing(counter: Counter) -> None:
    for only_good in (False, True):
        taken = counter.takes(workbook(()), only_good=only_good)
        assert _codes(taken) == {"intake.no_rows"} and taken.commit is None
    assert counter.kept() == (3, 1)


def test_a_commune_outside_the_senders_area(counter: Counter) -> None:
    _answered(counter, counter.takes(workbook([point("DC-004")]), area=MA_LE), "intake.outside_scope")
    assert counter.takes(workbook([point("DC-004")]), area=LUNG_CU).commit is not None


def test_a_key_that_another_commune_keeps(counter: Counter) -> None:
    """It stands beside until the department decides; whoever sends it is told what every new row is told."""
    rows = [point("DC-001", commune="Xã Má Lé"), point("DC-009", commune="Xã Má Lé")]
    taken = counter.takes(workbook(rows), area=MA_LE)
    assert _codes(taken) == set() and taken.commit is not None
    assert (taken.commit.new, taken.commit.changed, taken.commit.same) == (2, 0, 0) and counter.kept() == (5, 2)


def test_the_same_key_again_is_a_change_not_a_second_record(counter: Counter) -> None:
    taken = counter.takes(workbook([point("DC-001", name="UBND Lũng Cú (mới)"), *GOOD[1:]]))
    assert taken.commit is not None and (taken.commit.changed, taken.commit.same) == (1, 2)
    assert counter.kept() == (3, 2)


def test_a_row_that_cannot_be_read_is_not_left_out_in_silence(counter: Counter) -> None:
    content = delimited([point("DC-004"), (*point("DC-005"), "one", "too", "many")])
    _answered(counter, counter.takes(content, "diem_cau.csv"), "intake.ragged_row")
    taken = counter.takes(content, "diem_cau.csv", only_good=True)
    assert taken.commit is not None and taken.commit.new == 1 and "intake.ragged_row" in _codes(taken)


def test_no_good_row_makes_no_change_set(counter: Counter) -> None:
    _answered(counter, counter.takes(workbook([point("xấu")]), only_good=True), "intake.pattern")


def test_a_register_that_is_none(counter: Counter) -> None:
    with pytest.raises(Refused, match="nothing_of_the_kind"):
        counter.takes(workbook(), register="nothing_of_the_kind")


TEXTS = ("😀🇻🇳", "<script>alert(1)</script>", "'; drop table registers.video_points; --", "{{7*7}}{value}%s",
         "\\N", "\\.", '"quoted"', "a,b;c", "NaN", "null")  # fmt: skip


def test_strange_texts_are_kept_as_they_are(counter: Counter) -> None:
    taken = counter.takes(workbook([point(f"DC-1{at:02}", name=text) for at, text in enumerate(TEXTS)]))
    assert taken.commit is not None and taken.commit.new == len(TEXTS), taken.examined.problems
    with counter.desk.db.app(counter.scope(None).settings()) as conn:
        kept = conn.execute("select name from registers.video_points where key like 'DC-1%' order by key").fetchall()
    assert [name for (name,) in kept] == list(TEXTS)


def test_marks_that_turn_the_writing_round_are_taken_out(counter: Counter) -> None:
    taken = counter.takes(workbook([point("DC-\u202e004\u202c", name="\u2066UBND\u2069 Má\u200d Lé")]))
    assert taken.commit is not None
    with counter.desk.db.app(counter.scope(None).settings()) as conn:
        kept = conn.execute("select name from registers.video_points where key = 'DC-004'").fetchone()
    assert kept == ("UBND Má Lé",)


@pytest.mark.parametrize("name", ["../../etc/passwd.xlsx", "x" * 300 + ".xlsx", "a'\"\n\u202exslx.exe", "<b>.xlsx", ""])
def test_strange_file_names_do_no_harm(counter: Counter, name: str) -> None:
    taken = counter.takes(workbook([point("DC-004")]), name)
    assert taken.commit is not None and taken.examined.stored.path.is_relative_to(counter.folder)


def test_bytes_turned_at_random_never_break_the_reading(counter: Counter) -> None:
    good = workbook([point("DC-004")])
    for at in range(0, len(good), max(1, len(good) // 40)):
        turned = bytearray(good)
        turned[at : at + 3] = os.urandom(3)
        taken = counter.takes(bytes(turned))
        assert taken.commit is not None or taken.examined.problems
