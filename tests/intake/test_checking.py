"""Checking a sheet: good rows in their types, every fault at its cell, repairs only as accepted."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
import polars as pl
import pytest

from tests.intake.people import AN, GOOD, LISTS, PEOPLE, PLACES, TODAY, WHOLE, one, run, sheet
from tinhso.foundation.problems import catalogue
from tinhso.intake import checking
from tinhso.intake.checking import Checked, codes, columns
from tinhso.intake.matching import match
from tinhso.intake.reading.workbook import Column, Sheet
from tinhso.registers.declaration import Constraints, Declaration


def test_a_good_row_in_its_types() -> None:
    row = one(
        birth_date="9/1995",
        ethnicity="mong",
        village="thôn Lũng Cẩm",
        income="1.500.000",
        share="98,26",
        children="2",
        since="27/9/2019",
        poor="Không",
        phone="+84 912 345 678",
        status="ĐANG Ở",
        born_in="Xà Phìn",
        gender="NAM",
    ).frame.row(0, named=True)
    assert row == {
        "sheet": 0,
        "row": 2,
        "citizen_id": "002095000123",
        "full_name": "Vàng Mí Sính",
        "birth_date": "1995-09",
        "gender": "male",
        "ethnicity": "08",
        "district": "026",
        "commune": "00736",
        "village": "00736-001",
        "income": 1_500_000,
        "share": "98.26",
        "children": 2,
        "since": date(2019, 9, 27),
        "poor": False,
        "phone": "0912345678",
        "status": "đang ở",
        "born_in": "00736",
        "area": 4,
        "place": 4,
        "key": "002095000123",
    }


def test_types_of_the_frame_hold_for_columns_the_file_has_not() -> None:
    schema = dict(one().frame.schema)
    assert schema["sheet"] == pl.Int32 and schema["row"] == pl.Int64 and schema["area"] == pl.Int64
    kinds = [schema[name] for name in ("income", "since", "poor", "share")]
    assert kinds == [pl.Int64(), pl.Date(), pl.Boolean(), pl.String()]
    assert dict(run(sheet()).frame.schema) == schema


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"citizen_id": "12345"}, "registers.citizen_id_format"),
        ({"citizen_id": None}, "intake.required"),
        ({"full_name": "  "}, "intake.required"),
        ({"full_name": "x" * 21}, "intake.too_long"),
        ({"gender": "Nữ"}, "registers.citizen_id_gender"),
        ({"birth_date": "1996"}, "registers.citizen_id_birth"),
        ({"birth_date": "32/1/1995"}, "intake.not_a_partial_date"),
        ({"birth_date": "1899"}, "intake.too_small"),
        ({"gender": "Nm"}, "intake.unknown_code"),
        ({"ethnicity": "Mán"}, "intake.code_not_in_force"),
        ({"income": "nhiều"}, "intake.not_money"),
        ({"income": "-5"}, "intake.too_small"),
        ({"income": "9999999999999999999"}, "intake.not_money"),
        ({"income": "1000000000000000000"}, "intake.too_long_number"),
        ({"share": "1.23"}, "intake.not_a_number"),
        ({"share": "100,01"}, "intake.too_great"),
        ({"share": "1,1234567"}, "intake.too_long_number"),
        ({"children": "2,5"}, "intake.not_an_integer"),
        ({"since": "27/9/19"}, "intake.not_a_date"),
        ({"poor": "có thể"}, "intake.not_yes_or_no"),
        ({"phone": "123"}, "registers.phone_format"),
        ({"status": "ở"}, "intake.unknown_code"),
        ({"commune": "Lũng Táo"}, "intake.unknown_area"),
        ({"commune": None}, "intake.required"),
        ({"commune": "Tả Lủng"}, "intake.ambiguous_area"),
        ({"village": "Há Súa"}, "intake.area_elsewhere"),
        ({"district": "Mèo Vạc"}, "intake.area_elsewhere"),
        ({"born_in": "Paris"}, "intake.unknown_area"),
        ({"children": "4"}, "people.children_income"),
        ({"commune": "736"}, "intake.lost_zero"),
        ({"ethnicity": "8"}, "intake.lost_zero"),
        ({"citizen_id": "2095000123"}, "intake.lost_zero"),
    ],
)
def test_each_fault_is_told_at_its_cell(cells: dict[str, str | None], code: str) -> None:
    checked = one(**cells)
    assert checked.counts == {code: 1}
    assert (checked.frame.height, checked.refused, checked.rows) == (0, 1, 1)
    (problem,) = checked.problems
    assert problem.sheet == "Trang 1" and problem.row == 2 and problem.cell is not None and problem.cell.endswith("2")
    for said in (problem.vi, problem.en):
        assert "…" not in said and "{" not in said and problem.cell in said


@pytest.mark.parametrize("written", ["002095000123 ", "\u00a0002095000123", "002095000123\u200b"])
def test_the_sentence_speaks_of_the_value_as_it_was_judged(written: str) -> None:
    (problem,) = one(citizen_id=written, gender="Nữ").problems
    assert problem.code == "registers.citizen_id_gender" and "là của nam" in problem.vi and "…" not in problem.vi


def test_the_sentence_speaks_of_the_value_as_it_was_mended() -> None:
    rows = [{**GOOD, "citizen_id": "002095000124"}, {**GOOD, "citizen_id": "2095000123", "gender": "Nữ"}]
    (problem,) = run(sheet(*rows), accept=("lost_zero",)).problems
    assert problem.cell == "A3" and "là của nam" in problem.vi and "…" not in problem.vi


def test_the_length_told_is_that_of_the_cleaned_value() -> None:
    (problem,) = one(full_name="Vàng Mí Sính Vàng Mí Sính   ").problems
    assert problem.facts["length"] == "25" and "25" in problem.vi


def test_the_sentence_speaks_as_a_colleague() -> None:
    rows = [{**GOOD, "citizen_id": f"0020950001{place:02d}"} for place in range(10)] + [{**GOOD, "citizen_id": "12345"}]
    problem = run(sheet(*rows)).problems[0]
    assert problem.cell == "A12" and problem.field == "citizen_id" and problem.value == "12345"
    assert problem.vi == "Ô A12: số CCCD 12345 có 5 chữ số, cần 12 chữ số. Đối chiếu với thẻ rồi sửa lại."
    assert problem.en == "Cell A12: citizen ID 12345 has 5 digits, 12 digits are needed. Check the card and correct it."


def test_warnings_do_not_keep_rows_back_and_rules_have_their_dates() -> None:
    late, early = one(children="9", income="1", since="1/1/2022"), one(children="9", income="1", since="31/12/2021")
    assert (late.counts, late.refused, late.frame.height) == ({"people.since_2020": 1}, 0, 1)
    assert late.problems[0].severity == "warning"
    assert early.counts == {}


def test_a_broken_value_is_not_judged_again() -> None:
    assert one(children="4", income="nhiều").counts == {"intake.not_money": 1}


def test_areas_by_code_by_other_spelling_and_by_what_lies_below() -> None:
    assert one(commune="00736").frame["area"].item() == 3
    spelled = one(commune="Xã Xà Phìn")
    assert spelled.frame["commune"].item() == "00736"
    assert [(repair.code, repair.accepted) for repair in spelled.repairs] == [("intake.area_spelling", True)]
    assert run(sheet({**GOOD, "commune": "Xà Phìn"}), decline=("area_spelling",)).counts == {"intake.area_spelling": 1}
    assert one(commune="Tả Lủng", village="Há Súa").frame["area"].item() == 6
    assert one(commune="Tả Lủng", district="Mèo Vạc").frame["area"].item() == 8
    assert "intake.area_elsewhere" in one(commune=None, village="Há Súa", district="Mèo Vạc").counts
    assert one(commune=None, village="00796-001").frame.select("commune", "district").row(0) == ("00796", "027")


def test_what_cannot_be_looked_for_is_not_called_wrong() -> None:
    assert one(commune="Lũng Xyz", village="Há Súa").counts == {"intake.unknown_area": 1}
    spoilt = run(sheet({**GOOD, "citizen_id": "12345"}, {**GOOD, "citizen_id": "12345"}))
    assert spoilt.counts == {"registers.citizen_id_format": 2}


def test_records_that_name_no_unit_belong_to_their_sender() -> None:
    teams = msgspec.convert(
        {
            "register": "teams",
            "title": {"vi": "Tổ", "en": "Teams"},
            "primaryKey": ["code"],
            "label": "code",
            "area": {"default": "district"},
            "fields": {"code": {"type": "string", "title": {"vi": "Mã", "en": "Code"}}},
        },
        Declaration,
    )
    given = Sheet("Trang 1", 1, (Column("A", "Mã"),), pl.DataFrame({"c0": ["T1"], "row": [2]}))
    pairs = [(given, match(given, teams, {}, {}))]
    mine = checking.check(pairs, teams, {}, PLACES, scope=AN, today=TODAY)
    assert mine.frame.select("area", "place").row(0) == (2, 2)
    whole = checking.check(pairs, teams, {}, PLACES, scope=WHOLE, today=TODAY)
    assert whole.counts == {"intake.no_area": 1} and "A2" in whole.problems[0].vi


def test_a_column_of_something_else_is_read_alike() -> None:
    known = codes.of_list(LISTS["ethnicity"], TODAY)
    texts = pl.Series("text", ["Mông", "8", "Mán", "hmong", None, "kinh", "?"] * 2)
    for padding in (False, True):
        few = known.read(texts, padding, 3).select("text", "value", "fault", "repair")
        assert known._read_many(texts, padding, 3).equals(few)


def test_only_the_senders_own_area() -> None:
    mine = run(sheet({**GOOD, "commune": "Tả Lủng"}), scope=AN)
    assert mine.frame["area"].to_list() == [5]
    other = run(sheet({**GOOD, "commune": "00796"}), scope=AN)
    assert other.counts == {"intake.outside_scope": 1} and other.problems[0].cell == "D2"


def test_repairs_wait_until_they_are_accepted() -> None:
    rows = sheet({**GOOD, "citizen_id": "2095000123", "phone": "01681234567", "ethnicity": "8"})
    waiting = run(rows)
    assert waiting.counts == {"intake.lost_zero": 2} and all(one.severity == "repair" for one in waiting.problems)
    told = {(one.code, one.field): (one.count, one.accepted, one.examples) for one in waiting.repairs}
    assert told[("intake.lost_zero", "citizen_id")] == (1, False, ("2095000123",))
    assert told[("intake.old_number", "phone")] == (1, True, ("01681234567",))
    made = run(rows, accept=("lost_zero",))
    assert made.frame.select("citizen_id", "phone", "ethnicity", "key").row(0) == (
        "002095000123",
        "0381234567",
        "08",
        "002095000123",
    )
    assert run(rows, accept=("lost_zero",), decline=("intake.old_number",)).counts == {"intake.old_number": 1}


def test_days_in_american_order_are_a_repair_of_the_whole_column() -> None:
    days = ["12/31/2019", "10/25/2020", "3/4/2021", "5/5/2021", "2021-06-07"]
    rows = sheet(*({**GOOD, "citizen_id": f"00209500010{place}", "since": day} for place, day in enumerate(days)))
    waiting = run(rows)
    assert waiting.counts == {"intake.date_style": 3} and waiting.frame["row"].to_list() == [5, 6]
    read = run(rows, accept=("date_style",)).frame["since"].to_list()
    assert read[:3] == [date(2019, 12, 31), date(2020, 10, 25), date(2021, 3, 4)]
    usual = sheet(
        *(
            {**GOOD, "citizen_id": f"00209500010{place}", "since": day}
            for place, day in enumerate(["31/12/2019", "25/12/2019", "12/31/2019"])
        )
    )
    assert run(usual).counts == {"intake.not_a_date": 1}


def test_only_number_cells_lose_zeros_where_the_file_tells() -> None:
    row = {**GOOD, "citizen_id": "2095000123"}
    assert run(sheet(row, numeric={0: pl.Series([True])})).counts == {"intake.lost_zero": 1}
    assert run(sheet(row, numeric={1: pl.Series([True])})).counts == {"registers.citizen_id_format": 1}


def test_text_cells_beside_number_cells_that_lost_zeros_lost_them_too() -> None:
    rows = [{**GOOD, "citizen_id": "2095000123"}, {**GOOD, "citizen_id": "2095000124"}]
    beside = sheet(*rows, numeric={0: pl.Series([True, False])})
    assert run(beside).counts == {"intake.lost_zero": 2}
    mended = run(beside, accept=("lost_zero",)).frame["citizen_id"].to_list()
    assert mended == ["002095000123", "002095000124"]
    sound = [{**GOOD, "citizen_id": "101095000123"}, {**GOOD, "citizen_id": "2095000124"}]
    assert run(sheet(*sound, numeric={0: pl.Series([True, False])})).counts == {"registers.citizen_id_format": 1}


def lengths(*texts: str, **marks: Any) -> Checked:
    """A column of numbers without a limit, checked."""
    free = msgspec.structs.replace(PEOPLE.fields["share"], constraints=Constraints())
    people = msgspec.structs.replace(PEOPLE, fields={**PEOPLE.fields, "share": free})
    rows = sheet(
        *({**GOOD, "citizen_id": f"0020950001{at:02}", "share": text} for at, text in enumerate(texts)), **marks
    )
    pairs = [(rows, match(rows, people, {}, {}))]
    return checking.check(pairs, people, LISTS, PLACES, scope=WHOLE, today=TODAY)


def test_a_column_that_may_be_in_thousands_is_asked_about() -> None:
    found = lengths("1,234", "12,500")
    assert found.counts == {"intake.comma_or_thousands": 2} and found.refused == 0
    assert "viết lại thành 1.234" in found.problems[0].vi and "…" not in found.problems[0].en
    assert found.frame["share"].to_list() == ["1.234", "12.5"], "read as Vietnamese meanwhile"


@pytest.mark.parametrize("texts", [("1,234", "12,5"), ("0,234",), ("1.234",), ("1,234", "7"), ("1,2345",)])
def test_a_column_that_says_what_it_means_is_not(texts: tuple[str, ...]) -> None:
    assert lengths(*texts).counts == {}


def test_nor_one_of_number_cells_or_that_cannot_be_in_thousands() -> None:
    assert lengths("1,234", numeric={4: pl.Series([True])}).counts == {}
    assert one(share="98,126").counts == {}


def test_doubles_in_the_file_name_each_other() -> None:
    first, second = sheet(GOOD, {**GOOD, "citizen_id": "002095000124"}), sheet(GOOD, name="Trang 2", first=9)
    checked = run(first, second)
    assert checked.frame["row"].to_list() == [3] and checked.counts == {"intake.twice_in_file": 2}
    above, below = checked.problems
    assert (above.sheet, above.cell, below.sheet, below.cell) == ("Trang 1", "A2", "Trang 2", "A9")
    assert "dòng 9 (trang Trang 2)" in above.vi and "dòng 2 (trang Trang 1)" in below.vi


def test_failed_formulas() -> None:
    rows = sheet({**GOOD, "income": None}, error_cells={(2, 4): "#DIV/0!"})
    checked = run(rows)
    assert checked.counts == {"intake.formula_error": 1}
    assert checked.problems[0].cell == "E2" and "#DIV/0!" in checked.problems[0].vi
    required = run(sheet({**GOOD, "full_name": None}, error_cells={(2, 1): "#REF!"}))
    assert required.counts == {"intake.formula_error": 1}


def test_old_fonts_by_font_and_by_letters() -> None:
    by_font = run(sheet({**GOOD, "full_name": "Mµ"}, fonts={1: ".VnTime"}))
    by_letters = one(full_name="NguyÔn ThÞ H\u00adêng".replace("\u00adê", "\u00ad\u00ea"))
    assert by_font.frame["full_name"].to_list() == ["Mà"]
    assert [repair.code for repair in by_font.repairs] == ["intake.legacy_font"]
    assert by_letters.repairs[0].code == "intake.legacy_font"
    assert run(sheet({**GOOD, "full_name": "Mµ"}, fonts={(2, 1): ".VnTime"}), decline=("legacy_font",)).refused == 1


def test_sentences_say_what_an_old_font_shows() -> None:
    found = run(sheet({**GOOD, "village": "Th«n SÐo Lñng"}, fonts={}))
    assert [problem.value for problem in found.problems] == ["Thôn Séo Lủng"]
    told = run(sheet({**GOOD, "village": "HuyÖn"}, fonts={(2, 2): ".VnTime"})).problems
    assert all("Ö" not in problem.vi for problem in told)


def test_only_rows_that_need_nothing_else_can_be_mended_by_a_repair() -> None:
    lost = {**GOOD, "citizen_id": "2090000012"}
    found = run(sheet(lost, {**lost, "citizen_id": "2095000124", "commune": "Xã Lung Linh"}))
    assert (found.refused, found.mendable) == (2, 1)


def test_only_the_first_thousand_are_told_but_all_are_counted() -> None:
    rows = [{**GOOD, "citizen_id": f"{place:012d}", "gender": "?"} for place in range(1_500)]
    checked = run(sheet(*rows))
    assert len(checked.problems) == 1_000 and checked.counts["intake.unknown_code"] == 1_500
    assert [problem.row for problem in checked.problems] == sorted(problem.row or 0 for problem in checked.problems)


def test_many_rows_are_checked_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    """By distinct text and side by side, or all at once: the same answer."""
    given = [
        {
            **GOOD,
            "citizen_id": f"00209500{place:04d}",
            "village": ["Lũng Cẩm", "Há Súa", None][place % 3],
            "gender": ["Nam", "trai", "?", ""][place % 4],
            "income": ["1", "3 tỷ", "x"][place % 3],
            "birth_date": ["1995", "12/3/1995"][place % 2],
            "phone": [None, "0912345678", "1"][place % 3],
        }
        for place in range(200)
    ]
    plain = run(sheet(*given))
    monkeypatch.setattr(columns, "MANY", 10)
    monkeypatch.setattr("tinhso.intake.checking.fields.MANY", 10)
    many = run(sheet(*given))
    assert many.frame.equals(plain.frame) and many.problems == plain.problems and many.counts == plain.counts


def test_every_code_has_a_sentence() -> None:
    from tinhso.intake.checking import placing, saying, units

    known = {*placing.FAULTS, *units.REPAIRS, *saying.READERS, "intake.twice_in_file", "intake.formula_error"}
    assert known <= catalogue().keys()


def test_days_that_lost_their_format_can_be_turned_back() -> None:
    rows = sheet({**GOOD, "since": "45000", "birth_date": "34700"}, {**GOOD, "citizen_id": "002095000456"}, first=5)
    waiting = run(rows)
    assert waiting.counts == {"intake.date_serial": 2} and waiting.frame["row"].to_list() == [6]
    assert {one.severity for one in waiting.problems} == {"repair"}
    assert "15/3/2023" in waiting.problems[1].vi.replace("15/03", "15/3")
    mended = run(rows, accept=("date_serial",))
    assert mended.problems == () and mended.frame["since"].to_list() == [date(2023, 3, 15), None]
    assert mended.frame["birth_date"].to_list() == ["1995-01-01", None]
    timed = run(sheet({**GOOD, "since": "45000,5"}), accept=("date_serial",))
    assert timed.frame["since"].to_list() == [date(2023, 3, 15)]


@pytest.mark.parametrize("written", ["999999", "450001", "9999", "80001"])
def test_other_numbers_are_no_days(written: str) -> None:
    assert run(sheet({**GOOD, "since": written}), accept=("date_serial",)).counts == {"intake.not_a_date": 1}
