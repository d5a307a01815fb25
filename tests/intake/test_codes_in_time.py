"""A code is judged by the day its record is about, not by the day on which the file was sent."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import msgspec
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.intake.people import PLACES, WHOLE
from tinhso.intake import checking
from tinhso.intake.checking import Checked
from tinhso.intake.matching import match
from tinhso.intake.reading.workbook import Column, Sheet, letter_of
from tinhso.registers.declaration import CodeList, Declaration

TODAY = date(2026, 11, 23)


def title(vi: str) -> dict[str, str]:
    return {"vi": vi, "en": vi}


CLASSES = msgspec.convert(
    {
        "list": "classes",
        "title": title("Loại"),
        "codes": {
            "old": {"title": title("Nghèo"), "to": date(2021, 12, 31)},
            "new": {"title": title("Nghèo"), "from": date(2022, 1, 1)},
            "gone": {"title": title("Thu nhập thấp"), "from": date(2016, 1, 1), "to": date(2021, 12, 31)},
            "none": {"title": title("Không")},
        },
    },
    CodeList,
)


def declared(**field: str) -> Declaration:
    """A register whose ``class`` is judged by ``day`` or, as a field says, by something else."""
    fields = {
        "number": {"type": "string", "title": title("Số")},
        "class": {"type": "string", "title": title("Loại"), "codes": "classes", **field},
        "day": {"type": "date", "title": title("Ngày")},
        "month": {"type": "partialDate", "title": title("Tháng")},
    }
    register = {"register": "files", "title": title("Hồ sơ"), "primaryKey": ["number"], "label": "number"}
    return msgspec.convert({**register, "fields": fields}, Declaration)


def checked(declaration: Declaration, *rows: tuple[str | None, str | None, str | None]) -> Checked:
    """Rows of class, day and month, checked today."""
    names = ("number", "class", "day", "month")
    data = {f"c{n}": [(str(k), *row)[n] for k, row in enumerate(rows)] for n in range(4)}
    frame = pl.DataFrame(data, schema=dict.fromkeys(data, pl.String)).with_columns(row=pl.int_range(len(rows)) + 2)
    heads = tuple(Column(letter_of(n), declaration.fields[name].title.vi) for n, name in enumerate(names))
    sheet = Sheet("Trang 1", 1, heads, frame)
    pair = (sheet, match(sheet, declaration, {}, {}))
    return checking.check([pair], declaration, {"classes": CLASSES}, PLACES, scope=WHOLE, today=TODAY)


def test_the_day_of_the_record_decides_what_a_word_means() -> None:
    found = checked(
        declared(on="day"), ("Nghèo", "31/12/2021", None), ("Nghèo", "1/1/2022", None), ("Nghèo", None, None),
        ("thu nhap thap", "5/5/2019", None),
    )  # fmt: skip
    assert found.problems == ()
    assert found.frame["class"].to_list() == ["old", "new", "new", "gone"], "where no day is given, today decides"


def test_a_code_of_another_time_is_told_with_both_days() -> None:
    found = checked(declared(on="day"), ("Thu nhập thấp", "1/2/2023", None), ("old", "1/2/2023", None))
    assert [problem.code for problem in found.problems] == ["intake.code_not_in_force"] * 2
    first, second = found.problems
    assert first.cell == "B2" and "từ 1/1/2016 đến hết 31/12/2021" in first.vi.replace("01/01", "1/1")
    assert "1/2/2023" in first.vi.replace("01/02", "1/2") and "…" not in first.vi + first.en + second.vi + second.en


def test_without_a_day_of_its_own_a_field_is_judged_by_today() -> None:
    found = checked(declared(), ("Thu nhập thấp", "5/5/2019", None))
    (problem,) = found.problems
    assert problem.code == "intake.code_not_in_force" and "23/11/2026" in problem.vi


def test_a_partial_date_speaks_of_its_last_day() -> None:
    found = checked(declared(on="month"), ("Nghèo", None, "12/2021"), ("Nghèo", None, "2022"), ("Nghèo", None, "2021"))
    assert found.frame["class"].to_list() == ["old", "new", "old"]


def test_a_day_that_cannot_be_read_is_told_alone() -> None:
    found = checked(declared(on="day"), ("Thu nhập thấp", "hôm qua", None))
    assert [problem.code for problem in found.problems] == ["intake.not_a_date"]


def test_codes_that_no_list_ever_had_stay_unknown() -> None:
    found = checked(declared(on="day"), ("Giàu", "1/1/2020", None), (None, "1/1/2020", None))
    assert [problem.code for problem in found.problems] == ["intake.unknown_code"]


@pytest.mark.parametrize("rows", [3, 30_000])
def test_few_rows_and_many_are_read_alike(rows: int) -> None:
    found = checked(declared(on="day"), *[("Nghèo", f"{n % 28 + 1}/1/{2020 + n % 4}", None) for n in range(rows)])
    expected = ["old" if n % 4 < 2 else "new" for n in range(rows)]
    assert found.frame["class"].to_list() == expected


def days() -> Iterator[date]:
    yield from (date(2015, 12, 30) + timedelta(days=n) for n in range(0, 3000, 61))


@given(st.lists(st.tuples(st.sampled_from([*CLASSES.codes]), st.sampled_from([*days()])), min_size=1, max_size=20))
def test_exactly_the_codes_in_force_are_taken(rows: list[tuple[str, date]]) -> None:
    found = checked(declared(on="day"), *[(code, f"{day:%d/%m/%Y}", None) for code, day in rows])
    right = [str(n) for n, (code, day) in enumerate(rows) if CLASSES.codes[code].in_force(day)]
    assert found.frame["number"].to_list() == right
    assert len(found.problems) == len(rows) - len(right)
